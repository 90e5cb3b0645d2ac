"""The bench measures the same problem for everybody, and its figures are those of sound plans.

No timing is asserted.
"""

from __future__ import annotations

from pathlib import Path

from matching.check import check
from matching.command.bench import machine, run, table
from matching.command.generate import month
from matching.formats.files import write_json
from matching.formats.reading import problem_from_json
from matching.search.search import Search
from matching.solvers.pool import WorkerPool


def test_a_town_and_a_county_are_solved_to_the_same_optimum_by_all(tmp_path: Path) -> None:
    files = []
    for name, sizes in {"town": (200, 40, 120), "county": (600, 120, 450)}.items():
        write_json(tmp_path / f"{name}.json", month(3, *sizes))
        files.append(str(tmp_path / f"{name}.json"))

    lines = list(run(files, seconds=60, flat_seconds=60, workers=2, seed=0))

    assert [line.name for line in lines] == ["town", "county"]
    for line in lines:
        assert line.cost == line.bound
        assert [round(cost) for _, cost, _ in line.flat.values()] == [line.cost, line.cost]
        assert all(bound <= line.cost for _, _, bound in line.flat.values())
    assert table(lines).count("\n") == 3
    assert "cores" in machine()


def test_bounds_rise_and_costs_fall_and_never_cross() -> None:
    problem = problem_from_json(month(5, 500, 100, 400))
    with WorkerPool(2) as pool:
        search = Search(problem, pool=pool)
        course = [(p.cost, p.bound) for p in search.run()]
    costs, bounds = [c for c, _ in course], [b for _, b in course]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert bounds[-1] <= costs[-1]
    assert search.result
    assert check(problem, search.result.plan).sound
