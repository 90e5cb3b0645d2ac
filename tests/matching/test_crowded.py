"""Families who rank crowded days: a bound that says something from the first report on, and the
optimum with one worker as with two."""

from __future__ import annotations

import pytest

from matching.formats.reading import problem_from_json
from matching.search.search import Search
from matching.search.tuning import Tuning
from tests.matching.crowded import crowded
from tests.matching.solved import pool


@pytest.mark.parametrize("seed", range(3))
def test_no_bound_is_below_nothing_and_one_worker_finds_the_optimum(seed: int) -> None:
    problem = problem_from_json(crowded(seed, families=300, days=12))
    # both solvers are asked from the start, as where a proof takes long
    search = Search(problem, pool=pool(), tuning=Tuning(proof_patience=0.05, group_patience=0.05))
    reports = list(search.run())
    assert search.result
    assert search.result.status == "optimal"
    assert all(report.bound is not None and report.bound >= 0 for report in reports)
