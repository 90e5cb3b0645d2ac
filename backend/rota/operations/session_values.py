"""What a session says, as a coordinator writes it down: its values, in which parts two differ, and
a change of one carried over to another of its series."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backend.common.clock import LOCAL, local_day
from backend.rota.models import Session

# What a page and a spreadsheet take; more is a slip of the hand.
MOST_SEATS = 500
MOST_EACH = 100  # children whom one person looks after
OLDEST_MONTHS = 72
LONGEST_RISK = 200


@dataclass(frozen=True, kw_only=True)
class SessionValues:
    """What a coordinator writes down.

    `shifts` are (role id, minimum, target); `seats` (min, max, per volunteer) or None. Without a
    `venue_id` it stays where it is, at a family's home; a new one has a venue.
    """

    title: str
    venue_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    shifts: Sequence[tuple[int, int, int]]
    required: bool = True
    seats: tuple[int, int, int] | None = None
    months: tuple[int, int] | None = None
    risk_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where one family lives, near enough for a distance: a session there is reserved for it by its
    `group`."""

    point: tuple[float, float]
    county_code: str
    group: str


def values_of(session: Session) -> SessionValues:
    """What it says now. One statement, none where its shifts were read with it."""
    seats = (session.seats_min, session.seats_max, session.seats_per_volunteer)
    rows = session.shifts.all()
    return SessionValues(
        title=session.title,
        venue_id=session.venue_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        shifts=[(one.role_id, one.minimum, one.target) for one in rows],
        required=session.required,
        seats=None if None in seats else seats,  # type: ignore[arg-type]
        months=session.months,
        risk_note=session.risk_note,
    )


# A part of the values, and the fields that it is: what is changed of one session alone is kept by
# these names (`Session.own`), so a name stays when a field is called otherwise.
PARTS = {
    "time": ("starts_at", "ends_at"),
    "place": ("venue_id",),
    "title": ("title",),
    "heads": ("shifts",),
    "required": ("required",),
    "seats": ("seats",),
    "ages": ("months",),
    "risk": ("risk_note",),
}


def different(one: SessionValues, other: SessionValues, *, weekly: bool = False) -> frozenset[str]:
    """The parts in which they differ. `weekly`: the same weekday and clock is the same time."""
    return frozenset(
        part for part in PARTS if _said(one, part, weekly) != _said(other, part, weekly)
    )


def _said(values: SessionValues, part: str, weekly: bool) -> object:
    if part == "heads":  # a role that nobody is wanted for any more keeps its row
        return sorted(one for one in values.shifts if one[2])
    if part == "time" and weekly and values.starts_at and values.ends_at:
        starts = values.starts_at.astimezone(LOCAL)
        return starts.weekday(), starts.time(), values.ends_at - values.starts_at
    return [getattr(values, field) for field in PARTS[part]]


def carried(
    to: SessionValues, before: SessionValues, after: SessionValues, parts: Collection[str]
) -> SessionValues:
    """What `to` says once these parts of the change from `before` to `after` are made of it as
    well: as many days later or earlier, and at the new hour."""
    new: dict[str, Any] = {
        field: getattr(after, field) for part in parts for field in PARTS[part] if part != "time"
    }
    if "time" in parts:
        new |= _moved(to, before, after)
    return replace(to, **new)


def _moved(
    to: SessionValues, before: SessionValues, after: SessionValues
) -> dict[str, datetime | None]:
    if not (to.starts_at and before.starts_at and after.starts_at and after.ends_at):
        return {}
    later = local_day(after.starts_at) - local_day(before.starts_at)
    clock = after.starts_at.astimezone(LOCAL).time()
    starts = datetime.combine(local_day(to.starts_at) + later, clock, LOCAL)
    return {"starts_at": starts, "ends_at": starts + (after.ends_at - after.starts_at)}
