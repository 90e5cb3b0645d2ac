"""What a child and a family may be, decided from the row and the day alone."""

from __future__ import annotations

import re
from datetime import date

from matching import months_completed

YOUNGEST_YEARS = 3  # the programmes are for children of 0 to 3 years
CONSENT_TEXT = (
    "2026-12"  # the version of the texts that the pages show; a new text is a new version
)
GRID = 200  # points in a degree: a home is kept to half a kilometre


def coarse(point: tuple[float, float]) -> tuple[float, float]:
    """The nearest point of a grid of half a kilometre: near enough for a distance, too far off to
    find a door by."""
    return round(point[0] * GRID) / GRID, round(point[1] * GRID) / GRID


def is_month(text: str) -> bool:
    """Whether it reads "2025-03"."""
    return bool(re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text))


def is_served_age(birth_month: str, day: date) -> bool:
    """Born, and not past the third birthday's month."""
    return 0 <= months_completed(birth_month, day) <= YOUNGEST_YEARS * 12
