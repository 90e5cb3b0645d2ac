"""What people say yes to: when a session is, where, and for children of which age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from backend.rota.models import Session
from matching import kilometres

SAME_PLACE_KM = 0.15  # two rooms of one house: worth a word, not a question
ASKS = frozenset({"time", "place", "ages"})  # a change of these is asked, of the room is told


@dataclass(frozen=True)
class Agreed:
    """The terms of a session at one moment. Months are (low, high), None without children."""

    starts_at: datetime | None
    ends_at: datetime | None
    venue_id: int | None
    place: str
    point: tuple[float, float]
    months: tuple[int, int] | None

    @classmethod
    def of(cls, session: Session) -> Agreed:
        return cls(
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            venue_id=session.venue_id,
            place=session.venue.name if session.venue else "",
            point=(session.latitude, session.longitude),
            months=session.months,
        )

    def changes(self, after: Agreed) -> frozenset[str]:
        """What is different then: of "time", "place", "room" (another room of the same house) and
        "ages"."""
        found = set()
        if (self.starts_at, self.ends_at) != (after.starts_at, after.ends_at):
            found.add("time")
        if self.venue_id != after.venue_id:
            near = kilometres(self.point, after.point) <= SAME_PLACE_KM
            found.add("room" if near else "place")
        if self.months != after.months:
            found.add("ages")
        return frozenset(found)

    def as_json(self) -> dict[str, Any]:
        return {
            "starts_at": self.starts_at and self.starts_at.isoformat(),
            "ends_at": self.ends_at and self.ends_at.isoformat(),
            "venue": self.venue_id,
            "place": self.place,
            "point": list(self.point),
            "months": self.months and list(self.months),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Agreed:
        low_high = told["months"]
        latitude, longitude = told["point"]
        return cls(
            starts_at=_moment(told["starts_at"]),
            ends_at=_moment(told["ends_at"]),
            venue_id=told["venue"],
            place=told["place"],
            point=(latitude, longitude),
            months=(low_high[0], low_high[1]) if low_high else None,
        )


def mark_of(terms: Session | Agreed) -> str:
    """Tells the terms of a session from other ones: a form that asks somebody for her yes holds the
    mark of what it showed her. Reads no other row."""
    span = [at and int(at.timestamp()) for at in (terms.starts_at, terms.ends_at)]
    return sha256(repr((span, terms.venue_id, terms.months)).encode()).hexdigest()[:12]


def _moment(text: str | None) -> datetime | None:
    if text:
        return datetime.fromisoformat(text)
    return None
