"""Places that will stay empty because people who are asked say no or do not come, beyond those for
whom nobody is asked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from matching.chances import absence, chance, charge, feared, price_of
from matching.problem import Problem
from matching.rules.goal import Goal
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.program.objective import Objective


def asked(problem: Problem) -> bool:
    return problem.unsure


def cost(tally: Tally) -> int:
    absences = defaultdict[str, list[int]](list)
    for v, _, h in tally.placed:
        absences[h.id].append(absence(chance(v, h.id)))
    total = 0
    for shift, of_people in absences.items():
        session, h = tally.problem.shift_of[shift]
        total += feared(h.min, price_of(tally.problem, session, h), of_people)
    return total


def terms(o: Objective) -> None:
    from matching.program.relief import expected

    expected(o)


def most(problem: Problem) -> int:
    return sum(
        h.most * charge(price_of(problem, s, h), 100) for s in problem.sessions for h in s.shifts
    )


GOAL = Goal(
    "expected", "Places that people who are asked may leave empty.", asked, cost, terms, most
)
