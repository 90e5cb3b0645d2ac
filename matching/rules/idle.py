"""Who would like to serve at least so often, and does not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from matching.agreements import Limit
from matching.problem import Problem, Volunteer
from matching.rules.goal import Goal
from matching.rules.windows import missed, priced
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.program.objective import Objective


def wish(problem: Problem, her: Volunteer) -> tuple[Limit, ...]:
    """Her wish as a limit with a price; none if she has none."""
    limit = Limit("services", min=her.min_total, price=problem.weights.idle)
    return (limit,) if her.min_total else ()


def asked(problem: Problem) -> bool:
    return any(v.min_total for v in problem.volunteers)


def cost(tally: Tally) -> int:
    price = tally.problem.weights.idle
    return price * sum(
        missed(tally, her, limit)
        for her in tally.problem.volunteers
        for limit in wish(tally.problem, her)
    )


def terms(o: Objective) -> None:
    problem = o.columns.problem
    priced(o, problem.volunteers, partial(wish, problem))


def most(problem: Problem) -> int:
    return problem.weights.idle * sum(v.min_total for v in problem.volunteers)


GOAL = Goal(
    "idle", "Services missing to what people would like at least.", asked, cost, terms, most
)
