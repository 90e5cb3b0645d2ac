"""How large the demo city is.

`full` has the federation's own figures (docs/reference/demo-data.md says where each comes from).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of one demo city; `county` limits where people live and meet, `desk` is the county
    whose coordinator signs in."""

    name: str
    county: str | None
    desk: str
    members: tuple[
        tuple[str, int], ...
    ]  # programme that a volunteer joined first → how many; together: all volunteers
    children: int
    timed: int  # sessions with a time in the draft rota
    pairings: int  # sessions without one
    recent: int  # sessions of the published rota that covers this week and the next
    past: int  # 贝贝老师 sessions of the closed rota
    persons: int  # person-times that they reached
    stations: int  # 姐妹乡伴 service stations
    teams: int
    projects: int  # of the incubator
    reached: int  # person-times of theirs

    @property
    def volunteers(self) -> int:
        return sum(count for _, count in self.members)


FULL = Scale(
    "full",
    None,
    "350121",
    (("station", 6600), ("moli", 3276), ("mentor", 1154)),
    8126,
    2000,
    200,
    240,
    185,
    14553,
    13,
    108,
    71,
    930_000,
)
COUNTY = Scale(
    "county",
    "350121",
    "350121",
    (("station", 509), ("moli", 252), ("mentor", 89)),
    672,
    160,
    16,
    60,
    14,
    1101,
    2,
    8,
    5,
    71_600,
)
SMALL = Scale(
    "small",
    "350102",
    "350102",
    (("station", 120), ("moli", 59), ("mentor", 21)),
    133,
    40,
    4,
    20,
    4,
    315,
    1,
    2,
    2,
    16_860,
)
SCALES = {scale.name: scale for scale in (FULL, COUNTY, SMALL)}
