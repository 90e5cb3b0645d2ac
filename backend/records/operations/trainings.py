"""A session that is a training: who is there by the word of two people will hold its credential
(grants.py)."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import TrainingNamed
from backend.outbox.record import record
from backend.programmes.models import CredentialKind
from backend.programmes.queries import kinds_by_training
from backend.records.models import Training
from backend.records.policy import can_be_training
from backend.rota.models import Offer, Session

LONGEST_MONTHS = 120


class TrainingRefused(Refusal):
    """Facts: why ("over": it has begun to be over, is cancelled or has no time; "kind": no training
    gives that; "months": fewer than one, or more than `most`), most."""

    code = "training"


@operation
def name_training(
    *, session_id: int, kind: CredentialKind | None, months: int | None, actor: User, now: datetime
) -> Training | None:
    """Whoever attends the session gets a credential of this kind, valid for so many months from its
    day (None: as long as the kind says, or without end); kind None: it is no training. Before it
    is over, so that everybody who comes is told the same.

    Raises TrainingRefused; Session.DoesNotExist.
    """
    session = lock_one(Session, session_id)
    if not can_be_training(session, now):
        raise TrainingRefused(why="over", most=LONGEST_MONTHS)
    if kind is None:
        Training.objects.filter(session=session).delete()
        _named(session, "no training", actor, now)
        return None
    if not kinds_by_training().filter(pk=kind.pk).exists():
        raise TrainingRefused(why="kind", most=LONGEST_MONTHS)
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise TrainingRefused(why="months", most=LONGEST_MONTHS)
    values = {
        "kind": kind,
        "months": months or kind.valid_months,
        "said_at": now,
        "said_by_id": actor.pk,
    }
    row, _ = Training.objects.update_or_create(session=session, defaults=values)
    _named(session, f"training {kind.code}", actor, now)
    return row


def _named(session: Session, reason: str, actor: User, now: datetime) -> None:
    note(actor, "change", f"session:{session.pk}", reason, now=now)
    happened = TrainingNamed(rota=session.rota_id, session=session.pk)
    asked = Offer.objects.filter(session=session, state=Offer.State.PENDING)
    theirs = [f"volunteer.{pk}" for pk in asked.values_list("volunteer", flat=True)]
    record(happened, streams=[f"session.{session.pk}", *theirs], actor=actor, now=now)
