"""Where a search stands: the best plan so far, what it costs, what is proven.

Nothing enters here unchecked.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import numpy as np

from matching.check import PlanFacts, Verdict, check
from matching.cost import least_cost
from matching.plan import Plan
from matching.problem import Problem
from matching.progress import Progress, gap_between
from matching.result import Result, Status

log = logging.getLogger(__name__)


class Incumbent:
    """The best checked plan and the best bound of one search, and the reports about them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.best: tuple[Plan, Verdict] | None = None
        self.bound = least_cost(problem)
        self._certain = self.bound
        self.unmet: tuple[tuple[str, str], ...] = ()
        self.stage = "first"
        self.step = 0
        self._began = time.monotonic()

    @property
    def cost(self) -> int | None:
        """What the best plan so far costs."""
        return self.best and self.best[1].total

    @property
    def proven(self) -> bool:
        """True once no plan can be better than the one at hand."""
        return self.cost is not None and self.cost <= self.bound

    def offer(self, plan: Plan) -> bool:
        """Check a plan that the search has made and keep it if it is sound and better; one that
        breaks a rule is logged."""
        verdict = check(self.problem, plan)
        if not verdict.sound:
            codes = sorted({violation.rule for violation in verdict.violations})
            log.warning("a plan was refused in stage %s: it breaks %s", self.stage, codes)
        return self._keep(plan, verdict)

    def consider(self, plan: Plan) -> bool:
        """Keep a plan that was there before the search if it is sound and better. What people were
        told may break a rule by now (who was to look after the children has said no): that is what
        the search is to mend, and nothing to warn of."""
        return self._keep(plan, check(self.problem, plan))

    def _keep(self, plan: Plan, verdict: Verdict) -> bool:
        if not verdict.sound or (self.best is not None and verdict.total >= self.best[1].total):
            return False
        self.best = (plan, verdict)
        if self.bound > verdict.total:
            self._refuse(self.bound, verdict.total)
            self.bound = min(self._certain, verdict.total)
        return True

    def raise_bound(self, bound: float, exact: bool = False) -> None:
        """Take in a proven lower bound; costs are whole numbers, so it is rounded up. `exact`: it
        was reckoned in whole numbers and is no solver's word.

        One above the cost of a sound plan cannot be true, whoever says it: it is left out, and
        logged."""
        if not np.isfinite(bound):
            return
        whole = int(np.ceil(bound))
        if self.cost is not None and whole > self.cost:
            self._refuse(whole, self.cost)
        else:
            self.bound = max(self.bound, whole)
            if exact:
                self._certain = max(self._certain, whole)

    def _refuse(self, bound: int, cost: int) -> None:
        log.error(
            "stage %s: a bound of %d above the cost %d of a sound plan is left out",
            self.stage,
            bound,
            cost,
        )

    def give_up(self, pins: set[tuple[str, str]]) -> None:
        """Go on without these pins."""
        self.unmet += tuple(pin for pin in self.problem.pins if pin in pins)
        self.problem = replace(
            self.problem, pins=tuple(pin for pin in self.problem.pins if pin not in pins)
        )

    def report(self) -> Progress:
        """The state as one report."""
        parts: dict[str, int] = {}
        facts = PlanFacts()
        if self.best:
            parts = self.best[1].cost
            facts = self.best[1].facts
        return Progress(
            seconds=time.monotonic() - self._began,
            stage=self.stage,
            step=self.step,
            cost=self.cost,
            parts=parts,
            bound=self.bound,
            gap=gap_between(self.cost, self.bound),
            assignments=facts.assignments,
            volunteers=facts.volunteers_used,
            families_served=facts.families_served,
            holes=facts.short,
        )

    def result(self) -> Result:
        """What the search hands over."""
        assert self.best is not None
        plan, verdict = self.best
        status: Status = "feasible"
        if self.unmet:
            status = "pins"
        elif self.bound == verdict.total:
            status = "optimal"
        gap = gap_between(verdict.total, self.bound) or 0.0
        return Result(
            plan,
            verdict.total,
            verdict.cost,
            self.bound,
            gap,
            status,
            time.monotonic() - self._began,
            verdict,
            self.unmet,
        )
