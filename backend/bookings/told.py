"""What a family was told of a session when it agreed, so that a change can be shown as old → new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from backend.rota.models import Session


@dataclass(frozen=True, slots=True)
class Told:
    """When, where and for which ages (months, both ends; None: any)."""

    starts_at: datetime | None
    ends_at: datetime | None
    venue_id: int | None
    place: str
    months: tuple[int, int] | None

    @classmethod
    def of(cls, session: Session) -> Self:
        """As the session is now. Reads `session.venue`: a query if it is not loaded."""
        low, high = session.months_low, session.months_high
        return cls(
            session.starts_at,
            session.ends_at,
            session.venue_id,
            session.venue.name if session.venue else "",
            None if low is None or high is None else (low, high),
        )

    def stored(self) -> dict[str, Any]:
        """As `Booking.changed_from` keeps it."""
        return {
            "starts_at": self.starts_at and self.starts_at.isoformat(),
            "ends_at": self.ends_at and self.ends_at.isoformat(),
            "venue": self.venue_id,
            "place": self.place,
            "months": self.months,
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """What stored() gave."""
        starts_at, ends_at, months = kept["starts_at"], kept["ends_at"], kept["months"]
        return cls(
            starts_at and datetime.fromisoformat(starts_at),
            ends_at and datetime.fromisoformat(ends_at),
            kept["venue"],
            kept["place"],
            months and (months[0], months[1]),
        )

    def same_time_and_place(self, other: Told) -> bool:
        """Whether somebody who agreed to this would find the other."""
        return (self.starts_at, self.ends_at, self.venue_id) == (
            other.starts_at,
            other.ends_at,
            other.venue_id,
        )
