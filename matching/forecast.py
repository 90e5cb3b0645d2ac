"""What is likely to come of a plan when the people in it may say no: how many needed places stay
empty, and how likely a session has all it needs.

Everybody answers for herself. The number of expected holes is exact, and stands beside the two ends
between which it must lie whatever the arithmetic: no fewer than if everybody came in part (Jensen),
no more than the plan's price says (`matching.chances`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from matching.chances import absence, chance, feared, spread
from matching.plan import Plan
from matching.problem import Problem
from matching.tally import Tally

FINE = 10_000_000  # a price whose lines are as good as the curves they follow
ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Hands:
    """The people asked for one shift: how many it needs, and each one's chance of coming."""

    shift: str
    need: int
    chances: tuple[float, ...]

    @property
    def holes(self) -> float:
        """Needed places that are expected to stay empty."""
        likely = spread(self.chances)
        return sum((self.need - n) * p for n, p in enumerate(likely[: self.need]))

    @property
    def filled(self) -> float:
        """How likely it has all the people it needs."""
        return min(1.0, math.fsum(spread(self.chances)[self.need :]))

    @property
    def fewest(self) -> float:
        """Holes that are to be expected whoever answers how."""
        return max(0.0, self.need - math.fsum(self.chances))

    @property
    def most(self) -> float:
        """What the price of the plan counts as holes."""
        missing = max(0, self.need - len(self.chances))
        return missing + feared(self.need, FINE, [absence(p) for p in self.chances]) / FINE


@dataclass(frozen=True)
class Forecast:
    """Every session that takes place, and who is asked for each of its shifts."""

    shifts: dict[str, tuple[Hands, ...]]

    @cached_property
    def everyone(self) -> tuple[Hands, ...]:
        return tuple(one for shifts in self.shifts.values() for one in shifts)

    @property
    def holes(self) -> float:
        return math.fsum(one.holes for one in self.everyone)

    @property
    def fewest(self) -> float:
        return math.fsum(one.fewest for one in self.everyone)

    @property
    def most(self) -> float:
        return math.fsum(one.most + ROUNDING for one in self.everyone)

    def filled(self, session: str) -> float:
        """How likely a session that takes place has all the people it needs."""
        return math.prod(one.filled for one in self.shifts[session])


def forecast(problem: Problem, plan: Plan) -> Forecast:
    """Of a plan as it stands; who is in it comes with the chance that the problem gives her."""
    tally = Tally(problem, plan)
    chances = defaultdict[str, list[float]](list)
    for v, _, h in tally.placed:
        chances[h.id].append(chance(v, h.id))
    return Forecast(
        {
            s.id: tuple(Hands(h.id, h.min, tuple(chances[h.id])) for h in s.shifts)
            for s in problem.sessions
            if tally.is_open(s)
        }
    )
