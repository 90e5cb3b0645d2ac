"""Say what the plans of a rota look to."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import AimsSet
from backend.outbox.record import record
from backend.rota.aims import Aims, aims_of
from backend.rota.models import AimsChange, Rota
from backend.rota.policy import rota_is_over


class AimsRefused(Refusal):
    """Facts: why ("over": so is the rota; "odd": a value that a rota of this length cannot have;
    "same": nothing would be different)."""

    code = "aims"


@operation
def set_aims(*, rota_id: int, aims: Aims, actor: User, now: datetime) -> Rota:
    """From the next run on plans look to these; what has been planned stays as it is.

    Raises AimsRefused; Rota.DoesNotExist.
    """
    rota = lock_one(Rota, rota_id)
    wrong = {
        "over": rota_is_over(rota, now),
        "odd": not aims.fits(rota.weeks),
        "same": aims == aims_of(rota),
    }
    for why, is_so in wrong.items():
        if is_so:
            raise AimsRefused(why=why)
    _write(rota, aims, actor, now)
    return rota


def take_over_aims(rota: Rota, source: Rota, actor: User | None, now: datetime) -> None:
    """Those of the source, as far as a rota of this length can have them; a part of an operation
    that holds the rota."""
    aims = aims_of(source)
    if aims != aims_of(rota) and aims.fits(rota.weeks):
        _write(rota, aims, actor, now)


def _write(rota: Rota, aims: Aims, actor: User | None, now: datetime) -> None:
    values = aims.as_json()
    for name, value in values.items():
        setattr(rota, name, value)
    rota.save(update_fields=list(values))
    AimsChange.objects.create(rota=rota, at=now, actor=actor, **values)
    streams = [f"rota.{rota.pk}", f"plan.{rota.pk}"]
    record(AimsSet(rota=rota.pk), streams=streams, actor=actor, now=now)
