"""Two plans side by side: who gains, who loses, and how each part of the cost changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matching.check import check
from matching.plan import Plan
from matching.problem import Problem


@dataclass(frozen=True, slots=True)
class Turn:
    """What changes for one person or request: shift or session ids that are new, and those that are
    gone."""

    who: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def kind(self) -> str:
        """ "asked" (only something new), "moved" (something for something else) or "released" (only
        something gone)."""
        if self.gained:
            return "moved" if self.lost else "asked"
        return "released"


@dataclass(frozen=True, slots=True)
class Comparison:
    """From plan a to plan b.

    `parts` is b minus a for each part that differs, `difference` their sum (negative: b is better).
    """

    volunteers: tuple[Turn, ...]
    requests: tuple[Turn, ...]
    parts: dict[str, int]
    difference: int


def compare(problem: Problem, a: Plan, b: Plan) -> Comparison:
    """Compare two plans of one problem, by person."""
    before = check(problem, a)
    after = check(problem, b)
    parts = {
        name: after.cost[name] - before.cost[name]
        for name in after.cost
        if after.cost[name] != before.cost[name]
    }
    return Comparison(
        turns(a.assignments, b.assignments),
        turns(a.seats, b.seats),
        parts,
        after.total - before.total,
    )


DISTURBANCE = {"asked": 0, "moved": 1, "released": 2}


def turns(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> tuple[Turn, ...]:
    """Everyone whose lines differ, least disturbed first: who is only asked, then who moves, then
    who loses something."""
    was = set(before)
    now = set(after)
    gained: defaultdict[str, list[str]] = defaultdict(list)
    lost: defaultdict[str, list[str]] = defaultdict(list)
    for who, what in sorted(now - was):
        gained[who].append(what)
    for who, what in sorted(was - now):
        lost[who].append(what)
    found = [Turn(who, tuple(gained[who]), tuple(lost[who])) for who in {**gained, **lost}]
    return tuple(sorted(found, key=lambda t: (DISTURBANCE[t.kind], len(t.lost), t.who)))
