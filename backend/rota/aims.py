"""What the plans of a rota look to: a preset of prices, and how much of one person's time they
should not ask for where that can be helped.

Nothing here forbids anything: whoever wants to come more often may, and no promise is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, dataclass
from typing import Any

from backend.rota.models import AimsChange, Rota
from matching import PRESETS, Problem, with_preset

MOST_A_WEEK = 7


@dataclass(frozen=True)
class Aims:
    """`preset` is one of matching.PRESETS; `per_week` services and `weekends` of the rota are what
    nobody should be asked for more of; None: as each said herself."""

    preset: str = "usual"
    per_week: int | None = None
    weekends: int | None = None

    def over(self, problem: Problem) -> Problem:
        """The problem as these aims price it."""
        return with_preset(problem, self.preset, per_week=self.per_week, weekends=self.weekends)

    def fits(self, weeks: int) -> bool:
        """Whether each is one that a rota of so many weeks can have."""
        return (
            self.preset in PRESETS
            and (self.per_week is None or 1 <= self.per_week <= MOST_A_WEEK)
            and (self.weekends is None or 0 <= self.weekends <= weeks)
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Aims:
        return cls(**stored)


def aims_of(row: Rota | AimsChange) -> Aims:
    """Those of a rota now, or since a change."""
    return Aims(row.preset, row.per_week, row.weekends)


def looking_to(rota: Rota, aims: Aims) -> Rota:
    """The rota as if it looked to these; nothing of it is to be written."""
    changed = copy(rota)
    for name, value in aims.as_json().items():
        setattr(changed, name, value)
    return changed
