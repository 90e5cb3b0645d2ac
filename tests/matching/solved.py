"""Small problems with their best plans; each is solved once, by one child process that all tests
share."""

from __future__ import annotations

import atexit
from functools import cache

from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import Problem
from matching.result import Result
from matching.search.search import Search
from matching.solvers.pool import WorkerPool
from matching.stop import Stop
from tests.matching.wild import wild


@cache
def pool() -> WorkerPool:
    started = WorkerPool(1)
    atexit.register(started.__exit__)
    return started


def best(problem: Problem) -> Result:
    search = Search(problem, pool=pool())
    for _ in search.run(Stop()):
        pass
    assert search.result
    return search.result


@cache
def solved_tiny(
    seed: int, volunteers: int = 20, sessions: int = 6, requests: int = 5
) -> tuple[Problem, Plan]:
    """A small problem and its best plan; one whose pins clash is left without pins."""
    data = tiny(seed, volunteers=volunteers, sessions=sessions, requests=requests)
    result = best(problem_from_json(data))
    if result.unmet_pins:
        data = data | {"pins": []}
        result = best(problem_from_json(data))
    return problem_from_json(data), result.plan


@cache
def solved_wild(seed: int) -> tuple[Problem, Plan]:
    """The same of a small problem with agreements of the second version."""
    data = wild(seed, volunteers=8, sessions=6, requests=5) | {"pins": []}
    problem = problem_from_json(data)
    return problem, best(problem).plan
