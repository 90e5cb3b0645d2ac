"""How a run goes: numbers on the row, strings for the open page.

Both the page and the ticks are made from the same numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from backend.planning.models import Proposal

STAGES = ("read", "start", "improve", "check")
POINTS = 60  # of the curve of costs; more is thinned to every second one
TELLING = 0.2  # a gap above this says how little is proven yet, nothing about the plan


class Step(Protocol):
    """What the search says of itself (`matching.progress.Progress`)."""

    @property
    def cost(self) -> int | None: ...
    @property
    def bound(self) -> int | None: ...
    @property
    def holes(self) -> int: ...


@dataclass
class Course:
    """The course of one run over all its attempts, which never goes back: not in time, not in its
    stage, not in cost, not in what is proven.

    `before`: seconds that earlier attempts used. Reading the data counts, so seconds run from the
    moment in which a worker takes the run.
    """

    limit: int
    families: int = 0
    before: float = 0.0
    bound: int | None = None
    trend: list[list[float]] = field(default_factory=list)  # [seconds, cost], falling
    latest: dict[str, Any] = field(default_factory=dict)
    stage: str = STAGES[0]
    clock: Callable[[], float] = time.monotonic
    _last: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @classmethod
    def resumed(
        cls,
        limit: int,
        progress: dict[str, Any],
        bound: int | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Course:
        """Go on from the numbers on the row; empty on a first attempt."""
        return cls(
            limit,
            families=progress.get("families", 0),
            before=float(progress.get("seconds", 0.0)),
            bound=bound,
            trend=list(progress.get("trend", [])),
            latest=dict(progress),
            stage=progress.get("stage", STAGES[0]),
            clock=clock,
        )

    @property
    def seconds(self) -> float:
        return self.before + self.clock() - self._began

    @property
    def left(self) -> float:
        """Seconds that the run may still take."""
        return max(0.0, self.limit - self.seconds)

    def enter(self, stage: str) -> None:
        """Go on to a stage; a resumed run that reads its data again stays where it was."""
        self.stage = max(self.stage, stage, key=STAGES.index)

    def prove(self, bound: int | None) -> None:
        """Take in a bound; a lower one than is known changes nothing."""
        if bound is not None:
            self.bound = bound if self.bound is None else max(self.bound, bound)

    def is_better(self, step: Step) -> bool:
        """Whether the report has a cheaper plan than the one that is known."""
        known = self.latest.get("cost")
        return step.cost is not None and (known is None or step.cost < known)

    def add(self, step: Step, figures: Mapping[str, int]) -> None:
        """Take in a report, with the figures of its plan (`lines.Arranged`). One that has no plan
        yet, or (just resumed) a worse one than is known, changes the bound alone."""
        self.prove(step.bound)
        if step.cost is None or not self.is_better(step):
            return
        self._draw(step.cost)
        self.enter("improve")
        self.families = figures["families"]
        self.latest = {"cost": step.cost, "holes": step.holes, **figures}

    def _draw(self, cost: int) -> None:
        trend = [*self.trend, [round(self.seconds, 1), cost]]
        self.trend = trend if len(trend) <= POINTS else trend[:1] + trend[2:-1:2] + trend[-1:]

    def numbers(self) -> dict[str, Any]:
        """What the row keeps."""
        return {
            **self.latest,
            "stage": self.stage,
            "seconds": round(self.seconds, 1),
            "bound": self.bound,
            "limit": self.limit,
            "families": self.families,
            "trend": self.trend,
        }

    def strings(self) -> dict[str, Any]:
        """What a tick carries."""
        return strings(self.numbers(), self.limit)

    def due(self, what: str, every: float) -> bool:
        """True at most once in `every` seconds for each `what`."""
        now = self.clock()
        if what in self._last and now - self._last[what] < every:
            return False
        self._last[what] = now
        return True


def strings(progress: dict[str, Any], limit: int) -> dict[str, Any]:
    """Numbers as the page shows them, without words, so that one tick serves every language.

    `proof`: "known" when the gap says something about the plan, else "open".
    """
    stage = progress.get("stage", STAGES[0])
    seconds = float(progress.get("seconds") or 0)
    cost = progress.get("cost")
    bound = progress.get("bound")
    over = stage == "check"
    spent = 0
    if limit:
        spent = min(100, round(100 * seconds / limit))
    return {
        "stage": stage,
        "seconds": f"{seconds:.0f}",
        "left": "0" if over else f"{max(0.0, limit - seconds):.0f}",
        "percent": 100 if over else spent,
        "placed": _number(progress.get("assignments")),
        "people": _number(progress.get("volunteers")),
        "holes": _number(progress.get("holes")),
        "served": _number(progress.get("families_served")),
        "families": _number(progress.get("families") or None),
        "gap": gap_in_words(cost, bound),
        "proof": "known" if telling(cost, bound) else "open",
        "trend": curve(progress.get("trend", []), limit),
    }


def _number(known: int | None) -> str:
    """ "–" before there is a plan: nobody has counted yet, which is not nobody."""
    if known is None:
        return "–"
    return f"{known:,}"


def telling(cost: int | None, bound: int | None) -> bool:
    """Whether the gap between the two says something about the plan."""
    return cost is not None and bound is not None and cost - bound <= TELLING * abs(cost)


def gap_of(proposal: Proposal) -> str:
    """How far the plan may be from the best, "" when that would say nothing about it."""
    if not telling(proposal.cost, proposal.bound):
        return ""
    return gap_in_words(proposal.cost, proposal.bound)


def gap_in_words(cost: int | None, bound: int | None) -> str:
    """ "0.03%": how far above the proven bound the plan is at most, rounded up; "–" while nothing
    is proven."""
    if cost is None or bound is None or not cost:
        return "–"
    hundredths = -(-(cost - bound) * 10000 // abs(cost))
    return f"{max(0, hundredths) / 100:.2f}%"


def curve(trend: list[list[float]], limit: int) -> str:
    """Points of a line in a box of 100 by 40: time to the right, better upwards."""
    if len(trend) < 2 or not limit:
        return ""
    costs = [cost for _, cost in trend]
    low = min(costs)
    span = (max(costs) - min(costs)) or 1
    return " ".join(
        f"{min(100.0, 100 * t / limit):.1f},{2 + 36 * (cost - low) / span:.1f}" for t, cost in trend
    )


def publication(stage: str) -> dict[str, Any]:
    """How far a publication is, as a tick carries it; drawn as a run's four steps.

    "wait": no worker has it yet.
    """
    steps = {
        "wait": ("", 0),
        "lock": ("read", 10),
        "ask": ("start", 30),
        "seat": ("improve", 65),
        "send": ("check", 95),
    }
    return dict(zip(("stage", "percent"), steps[stage], strict=True))
