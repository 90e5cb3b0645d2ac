"""What a session says, as the columns of its table: read from the session, and back to what the
operation takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from backend.common.clock import LOCAL
from backend.common.reading import line
from backend.exchange.cells import NONE, CellRefused
from backend.exchange.table import wrong
from backend.planning.operations import Effect
from backend.programmes.models import Engagement, Role
from backend.rota.models import Session
from backend.rota.operations import SessionValues

SEATS = ("seats_min", "seats_max", "seats_per_volunteer")
MONTHS = ("months_low", "months_high")
OF_CHILDREN = (*SEATS, *MONTHS)


def values_of(session: Session) -> dict[str, Any]:
    """What the session says now, as the columns are read."""
    assert session.starts_at and session.ends_at
    starts = session.starts_at.astimezone(LOCAL)
    ends = session.ends_at.astimezone(LOCAL)
    return {
        "kind": session.engagement_id,
        "title": line(session.title),
        "venue": session.venue_id,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "required": session.required,
        "heads": tuple(
            sorted(
                (one.role_id, one.minimum, one.target) for one in session.shifts.all() if one.target
            )
        ),
        **{key: getattr(session, key) for key in OF_CHILDREN},
        "risk_note": said(session.risk_note),
    }


def habits(kind: Engagement, roles: Mapping[str, Role]) -> dict[str, Any]:
    """What a new session of this kind starts with, where the row says nothing."""
    by_code = {role.code: role.pk for role in roles.values()}
    return {
        "kind": kind.pk,
        "title": kind.name,
        "venue": None,
        "day": None,
        "starts": None,
        "ends": None,
        "required": True,
        "heads": tuple(
            sorted(
                (by_code[post["role"]], post["min"], post["target"])
                for post in kind.staffing
                if post["role"] in by_code
            )
        ),
        **{key: getattr(kind, key) for key in OF_CHILDREN},
        "risk_note": said(kind.risk_note),
    }


def said(text: str) -> str | None:
    """None where nothing stands there, in whatever words."""
    found = line(text)
    if not found or found in NONE:
        return None
    return found


def written(wanted: Mapping[str, Any]) -> SessionValues:
    seats = tuple(wanted[key] for key in SEATS)
    months = tuple(wanted[key] for key in MONTHS)
    return SessionValues(
        title=wanted["title"],
        venue_id=wanted["venue"],
        starts_at=at(wanted["day"], wanted["starts"]),
        ends_at=at(wanted["day"], wanted["ends"]),
        shifts=wanted["heads"],
        required=wanted["required"],
        seats=whole(seats),
        months=whole(months),
        risk_note=wanted["risk_note"] or "",
    )


def whole(values: tuple[Any, ...]) -> Any:
    """None where one of them is."""
    if None in values:
        return None
    return values


def refuse_odd(wanted: Mapping[str, Any]) -> None:
    """What one cell says against another. Raises RowRefused."""
    of_children = [wanted[key] for key in OF_CHILDREN]
    if any(value is not None for value in of_children) and None in of_children:
        raise wrong(seats_max=CellRefused(why="children_all_or_none"))
    for low, high in (("seats_min", "seats_max"), MONTHS):
        if wanted[low] is not None and wanted[low] > wanted[high]:
            raise wrong(**{high: CellRefused(why="below", low=wanted[low])})
    if wanted["starts"] and wanted["ends"] and wanted["ends"] <= wanted["starts"]:
        raise wrong(ends=CellRefused(why="ends"))


def touched(effect: Effect) -> dict[str, Any]:
    """Whom a change would ask or tell: volunteers by key, how many families, and how many others
    only hear of it."""
    if not effect.touches:
        return {}
    return {
        "volunteers": [one.volunteer for one in effect.volunteers],
        "families": len(effect.families),
        "hear": len(effect.hear),
    }


def kind_text(kind: Engagement) -> str:
    return f"{kind.programme.name}·{kind.name}"


def venue_text(venue: Any) -> str:
    return f"{venue.name}（{venue.street.name}）"


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LOCAL)


def shown_number(value: Any) -> str:
    if value is None:
        return ""
    return str(value)
