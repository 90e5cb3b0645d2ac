"""Writes to divisions and the calendar.

Both are loaded by their key, as often as one likes; nothing is ever deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import WallRenewed
from backend.outbox.record import record
from backend.places.codes import COUNTY
from backend.places.models import CalendarDay, Division, Venue
from backend.places.queries import printed_by, wall_subject

VENUE_TEXT = {"name": 60, "address": 120, "facilities": 120}  # characters
CORRECTED = "corrected"  # a coordinator has put the point where it belongs; a load leaves it there


@dataclass(frozen=True)
class Loaded:
    """What a load of divisions came to."""

    counties: int
    streets: int
    villages: int
    retired: int


@operation
def load_divisions(*, divisions: Iterable[Division], today: date) -> Loaded:
    """Make or renew every division by code; one that is gone from the same counties is retired as
    of today."""
    rows = {row.code: row for row in divisions}
    for known in Division.objects.filter(code__in=rows, point_source=CORRECTED):
        row = rows[known.code]
        row.latitude = known.latitude
        row.longitude = known.longitude
        row.point_source = CORRECTED
    fields = [f.name for f in Division._meta.concrete_fields if f.name != "code"]
    Division.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
    covered = {code[:COUNTY] for code in rows}
    present = Division.objects.filter(retired_on__isnull=True).values_list("code", flat=True)
    gone = [code for code in present if code[:COUNTY] in covered and code not in rows]
    Division.objects.filter(code__in=gone).update(retired_on=today)
    digits = Counter(map(len, rows))
    return Loaded(digits[6], digits[9], digits[12], len(gone))


@operation
def load_calendar(*, days: Iterable[CalendarDay]) -> int:
    """Make or renew every listed day and return their number.

    A provisional day never replaces an official one.
    """
    official = set(CalendarDay.objects.filter(status="official").values_list("date", flat=True))
    rows = [day for day in days if day.status == "official" or day.date not in official]
    CalendarDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["name", "is_off", "status", "source"],
    )
    return len(rows)


class VenueRefused(Refusal):
    """A value that cannot be. Facts: field ("name", "address", "facilities"), why ("empty", "long",
    "twice"), limit (characters)."""

    code = "venue_refused"


class SheetRenewed(Refusal):
    """Somebody else has renewed the sheet on the wall meanwhile. Facts: number (the valid one)."""

    code = "sheet_renewed"


@operation
def add_venue(
    *,
    name: str,
    street: Division,
    address: str,
    facilities: str = "",
    actor: User | None,
    now: datetime,
) -> Venue:
    """A place where sessions are held, in the middle of its street until somebody puts its point
    right. Raises VenueRefused."""
    texts = {"name": line(name), "address": line(address), "facilities": line(facilities)}
    if not texts["name"]:
        raise VenueRefused(field="name", why="empty", limit=VENUE_TEXT["name"])
    for field, text in texts.items():
        if len(text) > VENUE_TEXT[field]:
            raise VenueRefused(field=field, why="long", limit=VENUE_TEXT[field])
    if Venue.objects.filter(name=texts["name"], street=street, active=True).exists():
        raise VenueRefused(field="name", why="twice", limit=VENUE_TEXT["name"])
    latitude, longitude = street.point
    row = Venue.objects.create(street=street, latitude=latitude, longitude=longitude, **texts)
    note(actor, "create", f"venue:{row.pk}", now=now)
    return row


@operation
def renew_wall(*, venue_id: int, seen: int, actor: User, now: datetime) -> int:
    """The code on the wall of a place becomes another: what hangs there opens nothing any more.
    Returns the number of the sheet that is valid now.

    `seen`: the sheet that she means to replace. Raises SheetRenewed, Venue.DoesNotExist.
    """
    number = seen + 1
    held = Venue.objects.filter(pk=venue_id, wall_number=seen)
    if not held.update(wall_number=number, wall_renewed_at=now):
        raise SheetRenewed(number=Venue.objects.get(pk=venue_id).wall_number)
    note(actor, "change", wall_subject(venue_id), f"sheet {number}", now=now)
    record(WallRenewed(venue=venue_id, number=number), streams=[], actor=actor, now=now)
    return number


@operation
def note_printed(*, venue: Venue, actor: User, now: datetime) -> None:
    """She has the sheet before her, to print it. Once for each sheet."""
    if actor.pk not in printed_by(venue.pk, venue.wall_number):
        sheet = f"sheet {venue.wall_number}"
        note(actor, "export", wall_subject(venue.pk), sheet, now=now)
