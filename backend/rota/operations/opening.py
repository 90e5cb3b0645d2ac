"""Beginning a rota."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import RotaOpened
from backend.outbox.record import record
from backend.rota.models import Rota

LONGEST_NAME = 60
MOST_WEEKS = 12
AHEAD = timedelta(days=366)


class RotaRefused(Refusal):
    """A value that cannot be. Facts: field ("name", "starts_on", "weeks"), why ("empty", "long",
    "weekday", "over", "far", "range"), limit."""

    code = "rota_refused"


@operation
def open_rota(
    *,
    organisation: Organisation,
    name: str,
    starts_on: date,
    weeks: int,
    actor: User | None,
    now: datetime,
) -> Rota:
    """A draft over whole weeks from a Monday, without sessions. Raises RotaRefused."""
    name = line(name)
    today = local_day(now)
    _refuse("name", {"empty": not name, "long": len(name) > LONGEST_NAME}, LONGEST_NAME)
    _refuse("weeks", {"range": not 1 <= weeks <= MOST_WEEKS}, MOST_WEEKS)
    _refuse(
        "starts_on",
        {
            "weekday": starts_on.weekday() != 0,
            "over": starts_on + timedelta(weeks=weeks) <= today,
            "far": starts_on > today + AHEAD,
        },
        AHEAD.days,
    )
    rota = Rota.objects.create(
        organisation=organisation, name=name, starts_on=starts_on, weeks=weeks
    )
    record(RotaOpened(rota=rota.pk), streams=organisation.streams, actor=actor, now=now)
    return rota


def _refuse(field: str, wrong: dict[str, bool], limit: int) -> None:
    for why, is_so in wrong.items():
        if is_so:
            raise RotaRefused(field=field, why=why, limit=limit)
