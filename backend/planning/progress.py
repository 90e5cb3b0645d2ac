"""How a run goes: numbers on the row, strings for the open page.

Both the page and the ticks are made from the same numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from matching.problem import Problem

STAGES = ("read", "start", "improve", "check")
POINTS = 60  # of the curve of costs; more is thinned to every second one


class Step(Protocol):
    """What the search says of itself (`matching.progress.Progress`)."""

    @property
    def seconds(self) -> float: ...
    @property
    def cost(self) -> int | None: ...
    @property
    def bound(self) -> int | None: ...
    @property
    def assignments(self) -> int: ...
    @property
    def families_served(self) -> int: ...
    @property
    def holes(self) -> int: ...


@dataclass
class Course:
    """The course of one run over all its attempts. `before`: seconds that earlier attempts used."""

    limit: int
    families: int
    before: float = 0.0
    trend: list[list[float]] = field(default_factory=list)  # [seconds, cost], falling
    latest: dict[str, Any] = field(default_factory=dict)
    improved: bool = False
    _last: dict[str, float] = field(default_factory=dict)

    @classmethod
    def resumed(cls, problem: Problem, limit: int, progress: dict[str, Any]) -> Course:
        """Go on from the numbers on the row; empty on a first attempt."""
        return cls(
            limit,
            len(problem.requests),
            float(progress.get("seconds", 0.0)),
            list(progress.get("trend", [])),
        )

    def add(self, step: Step) -> None:
        seconds = self.before + step.seconds
        if step.cost is not None and (not self.trend or step.cost < self.trend[-1][1]):
            self.improved = True
            self.trend.append([round(seconds, 1), step.cost])
            if len(self.trend) > POINTS:
                self.trend = self.trend[:1] + self.trend[2:-1:2] + self.trend[-1:]
        self.latest = {
            "stage": "improve" if step.bound is not None and step.cost is not None else "start",
            "seconds": round(seconds, 1),
            "cost": step.cost,
            "bound": step.bound,
            "assignments": step.assignments,
            "families_served": step.families_served,
            "holes": step.holes,
        }

    def numbers(self) -> dict[str, Any]:
        """What the row keeps."""
        return {**self.latest, "limit": self.limit, "families": self.families, "trend": self.trend}

    def strings(self) -> dict[str, Any]:
        """What a tick carries."""
        return strings(self.numbers(), self.limit)

    def checking(self) -> dict[str, Any]:
        return self.strings() | {"stage": "check", "percent": 100, "left": "0"}

    def due(self, what: str, every: float) -> bool:
        """True at most once in `every` seconds for each `what`."""
        now = time.monotonic()
        if now - self._last.get(what, -every) < every:
            return False
        self._last[what] = now
        return True


def strings(progress: dict[str, Any], limit: int) -> dict[str, Any]:
    """Numbers as the page shows them, without words, so that one tick serves every language."""
    seconds, cost, bound = (
        float(progress.get("seconds") or 0),
        progress.get("cost"),
        progress.get("bound"),
    )
    placed, holes = progress.get("assignments") or 0, progress.get("holes") or 0
    return {
        "stage": progress.get("stage", "read"),
        "seconds": f"{seconds:.0f}",
        "left": f"{max(0.0, limit - seconds):.0f}",
        "percent": min(100, round(100 * seconds / limit)) if limit else 0,
        "placed": f"{placed:,}",
        "places": f"{placed + holes:,}",
        "holes": f"{holes:,}",
        "served": f"{progress.get('families_served') or 0:,}",
        "families": f"{progress.get('families') or 0:,}",
        "gap": gap_in_words(cost, bound),
        "trend": curve(progress.get("trend", []), limit),
    }


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
    low, span = min(costs), (max(costs) - min(costs)) or 1
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
