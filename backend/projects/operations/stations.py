"""Service stations: opened at a venue, closed when it is none any more."""

from __future__ import annotations

from datetime import date, datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import StationChanged
from backend.outbox.record import record
from backend.places.models import Venue
from backend.programmes.models import Programme
from backend.projects.models import Station


class StationRefused(Refusal):
    """It cannot be. Facts: field ("venue", "opened_on"), why ("twice", "future")."""

    code = "station_refused"


@operation
def open_station(
    *,
    organisation: Organisation,
    programme: Programme,
    venue: Venue,
    opened_on: date,
    actor: User,
    now: datetime,
) -> Station:
    """Raises StationRefused."""
    if opened_on > local_day(now):
        raise StationRefused(field="opened_on", why="future")
    if Station.objects.filter(programme=programme, venue=venue, closed_on=None).exists():
        raise StationRefused(field="venue", why="twice")
    row = Station.objects.create(
        organisation=organisation, programme=programme, venue=venue, opened_on=opened_on
    )
    _tell(row, "create", actor, now)
    return row


@operation
def close_station(*, station_id: int, actor: User, now: datetime) -> Station:
    """Today is its last day. Repeating it is nothing. Raises Station.DoesNotExist."""
    row = Station.objects.select_related("organisation").get(pk=station_id)
    if row.closed_on is None:
        row.closed_on = local_day(now)
        row.save(update_fields=["closed_on"])
        _tell(row, "change", actor, now)
    return row


def _tell(row: Station, what: str, actor: User, now: datetime) -> None:
    note(actor, what, f"station:{row.pk}", now=now)
    happened = StationChanged(station=row.pk)
    record(happened, streams=row.organisation.streams, actor=actor, now=now)
