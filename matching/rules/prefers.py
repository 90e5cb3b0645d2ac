"""Who does not hold a code that would be welcome on a shift costs a little: a wish, no demand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.problem import Problem
from matching.rules.goal import Goal
from matching.rules.qualification import holds_for
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.program.objective import Objective


def asked(problem: Problem) -> bool:
    return any(h.prefers for s in problem.sessions for h in s.shifts)


def cost(tally: Tally) -> int:
    return sum(
        price
        for v, s, h in tally.placed
        for code, price in (h.prefers or {}).items()
        if not holds_for(tally.problem, v, code, s)
    )


def terms(o: Objective) -> None:
    c = o.columns
    for h, (session, shift) in enumerate(c.shifts):
        for code, price in (shift.prefers or {}).items():
            there = c.x_of_shift(h)
            lacks = ~c.hold(code, session)[c.x_volunteer[there]]
            o.charge(there[lacks], price)


def most(problem: Problem) -> int:
    return sum(abs(price) for price in prices(problem))


def least(problem: Problem) -> int:
    return sum(min(0, price) for price in prices(problem))


def prices(problem: Problem) -> Iterator[int]:
    """What it may come to, by shift and code."""
    for s in problem.sessions:
        for h in s.shifts:
            for price in (h.prefers or {}).values():
                yield h.most * price


GOAL = Goal(
    "prefers", "People without a code that would be welcome.", asked, cost, terms, most, least
)
