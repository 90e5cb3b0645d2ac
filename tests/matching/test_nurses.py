"""Nurse rosters that others have solved: the engine reaches the published optimum of each, and
proves it, with every rule of the instance said. The third takes as long as all other tests of the
engine together: THOROUGH=2 solves it too."""

from __future__ import annotations

import pytest

from matching import problem_from_json
from tests.matching.nurses import broken, penalty, problem_of, read, roster
from tests.matching.solved import best
from tests.thorough import thorough

OPTIMA = [(1, 607), (2, 828), (3, 1001)]


@pytest.mark.parametrize(("number", "optimum"), OPTIMA[: thorough(2)])
def test_a_published_optimum_is_reached_and_proven(number: int, optimum: int) -> None:
    nurses = read(number)
    problem = problem_from_json(problem_of(nurses))
    result = best(problem)
    worked = roster(nurses, dict(result.plan.to_json()))
    assert broken(nurses, worked) == []
    assert penalty(nurses, worked) == optimum
    assert result.cost - nurses.constant == optimum
    assert result.status == "optimal"
