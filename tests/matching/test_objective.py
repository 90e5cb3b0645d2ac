"""What the solver minimises is what a plan costs, whatever the weights: the dearest gain first, the
first gain the least, all alike, or nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from matching.check import check
from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.problem import Problem, Weights
from matching.program.program import candidates, model
from matching.solvers import engines
from tests.matching.enumerated import every_vector

SERVE = [(600, 300, 150, 75), (40, 300, 300), (50,), (0, 90), (80, 80, 80), (300, 0, 300)]


def weighed(seed: int, serve: tuple[int, ...]) -> Problem:
    """A small problem with weights of its own."""
    draw = Random(seed)
    weights = Weights(
        short=draw.choice((0, 500, 10000)),
        serve=serve,
        target=draw.choice((0, 200)),
        open=draw.choice((0, 50)),
        load=draw.choice((0, 4, 30)),
        travel=draw.choice((0, 1, 7)),
        wish=draw.choice((0, 10)),
        know=draw.choice((0, 40)),
        change=draw.choice((0, 60)),
        change_seat=draw.choice((None, 0, 20000)),
    )
    data = tiny(seed, volunteers=4, sessions=4, requests=3) | {"pins": []}
    return replace(problem_from_json(data), weights=weights)


@pytest.mark.parametrize("serve", SERVE)
def test_the_least_objective_is_the_least_cost_of_all_plans(serve: tuple[int, ...]) -> None:
    tried = 0
    for seed in range(60):
        problem = weighed(seed, serve)
        columns = candidates(problem)
        if len(columns.x) + len(columns.y) > 9:
            continue
        verdicts = [check(problem, plan) for _, plan in every_vector(columns)]
        best = min(verdict.total for verdict in verdicts if verdict.sound)
        _, program = model(problem)
        answer = engines.solve(program)
        assert answer.values is not None
        assert round(answer.price(program)) == best, (seed, serve)
        tried += 1
    assert tried >= 15
