"""A volunteer whom no row is about: somebody who could be found, in a what-if."""

from __future__ import annotations

from collections.abc import Sequence

import matching
from backend.rota.snapshot.ids import volunteer_id

THEIR_WEEK = 2  # how often she may be asked a week
THEIR_WAY = 60  # minutes that she takes upon herself


def made_up(
    pk: int, home: tuple[float, float], required: Sequence[str], minutes: int
) -> matching.Volunteer:
    """She holds what is required, is free in all of these minutes, and has promised nothing; `pk`
    is below 0, where no row is."""
    return matching.Volunteer(
        id=volunteer_id(pk),
        home=home,
        max_travel=THEIR_WAY,
        qualifications=dict.fromkeys(required),
        available=((0, minutes),),
        max_per_day=1,
        max_per_week=THEIR_WEEK,
        likes={},
    )
