"""The independent judge of a plan: every broken rule and the cost, from plain data alone.

No plan is kept unchecked.
"""

from __future__ import annotations

from dataclasses import dataclass

from matching.cost import cost_of, missing
from matching.plan import Plan
from matching.problem import Problem
from matching.rules import RULES, Violation
from matching.tally import Tally


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The counts that a page shows of a plan: `seats` are children, `open` sessions that take
    place, `short` people missing on required ones."""

    assignments: int = 0
    seats: int = 0
    open: int = 0
    short: int = 0
    families_served: int = 0
    families: int = 0
    volunteers_used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`violations` in the order of RULES, `cost` by part, `total` their sum."""

    violations: tuple[Violation, ...]
    cost: dict[str, int]
    total: int
    facts: PlanFacts

    @property
    def sound(self) -> bool:
        """True if no hard rule is broken."""
        return not self.violations


def check(problem: Problem, plan: Plan) -> Verdict:
    """Judge any plan, good or bad; never raises for what the plan says."""
    tally = Tally(problem, plan)
    violations = tuple(v for rule in RULES for v in rule.violations(tally))
    cost = cost_of(tally)
    return Verdict(violations, cost, sum(cost.values()), _facts(tally))


def _facts(tally: Tally) -> PlanFacts:
    return PlanFacts(
        assignments=len(tally.plan.assignments),
        seats=sum(tally.children.values()),
        open=sum(tally.is_open(s) for s in tally.problem.sessions),
        short=sum(missing(tally, s) for s in tally.problem.sessions),
        families_served=len(tally.seats_of),
        families=len(tally.problem.requests),
        volunteers_used=len(tally.sessions_of),
    )
