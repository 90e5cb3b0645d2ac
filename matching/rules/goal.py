"""What a wish is that a plan may miss at a price: a code word, a sentence, and two faces that say
the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.problem import Problem
from matching.tally import Tally

if TYPE_CHECKING:  # the linear face needs numpy; a check does not
    from matching.program.objective import Objective


def _nothing(problem: Problem) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Goal:
    """One part of the cost that only some problems have.

    `asked` says whether a problem has it; only then it is a part of its plans' cost. `cost` counts
    it on plain data; `terms` says the same to the solver, as prices of candidates and as columns of
    its own with the rows that tie them. `most` and `least` are what it may come to in any plan that
    keeps the rules: more than that it never is.
    """

    code: str
    says: str
    asked: Callable[[Problem], bool]
    cost: Callable[[Tally], int]
    terms: Callable[[Objective], None]
    most: Callable[[Problem], int]
    least: Callable[[Problem], int] = _nothing
