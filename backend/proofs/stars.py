"""The stars of volunteers, as data: how many hours each wants, and who approves it.

The hours: 《志愿服务记录办法》 民函〔2012〕340号. In Fujian one and two stars are the county's,
three and four the city's; the city puts five forward to the province.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Star:
    """`approved_at`: the lowest level of an organisation (1 city, 2 county) whose coordinator may
    approve it."""

    level: int
    hours: int
    name: str
    approved_at: int

    @property
    def minutes(self) -> int:
        return self.hours * 60


DATA = Path(__file__).parent / "data" / "stars.json"
STARS = tuple(Star(**one) for one in json.loads(DATA.read_text(encoding="utf-8")))


def star_at(level: int) -> Star | None:
    return next((star for star in STARS if star.level == level), None)


def reached(minutes: int) -> Star | None:
    """The highest that so many minutes allow."""
    return next((star for star in reversed(STARS) if star.minutes <= minutes), None)
