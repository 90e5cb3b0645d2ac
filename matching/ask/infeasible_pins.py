"""Which pins cannot be kept together: smallest sets, found by leaving out one pin after the
other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matching.arrays.columns import Columns
from matching.problem import Problem
from matching.program.pins import kept_pins, pins_program
from matching.program.program import Program, candidates, program
from matching.solvers.engines import solve

Pin = tuple[str, str]


def clashes(problem: Problem, seed: int = 0) -> Iterator[tuple[Pin, ...]]:
    """Disjoint smallest sets of clashing pins, until what is left can be kept."""
    columns = candidates(replace(problem, pins=()))
    rules = _rules_only(columns)
    left = list(dict.fromkeys(problem.pins))
    while not _possible(columns, rules, left, seed):
        smallest = _smallest(columns, rules, _suspects(problem, columns, rules, left, seed), seed)
        yield tuple(smallest)
        left = [pin for pin in left if pin not in smallest]


def _rules_only(columns: Columns) -> Program:
    """The rules without any price: what is asked is only whether there is a plan."""
    whole = program(columns)
    return replace(whole, price=np.zeros(whole.size), offset=0)


def _possible(columns: Columns, rules: Program, pins: list[Pin], seed: int) -> bool:
    """Whether some sound plan keeps all these pins."""
    wanted = columns.assignments(pins)
    if (wanted < 0).any():
        return False
    low = rules.low.copy()
    low[wanted] = 1
    reduced = rules.reduced(low, rules.high)
    if not _fixed_rows_hold(rules, low):
        return False
    return not reduced.program.size or solve(reduced.program, seed=seed).values is not None


def _fixed_rows_hold(rules: Program, low: np.ndarray) -> bool:
    """Rows whose columns are all fixed have left the reduced program; they must hold as they
    are."""
    fixed = low >= rules.high
    loose = np.bincount(rules.rows.row[~fixed[rules.rows.column]], minlength=rules.rows.size) > 0
    activity = rules.rows.activity(np.where(fixed, rules.high, 0))
    return bool(
        (loose | ((activity >= rules.rows.low - 1e-9) & (activity <= rules.rows.high + 1e-9))).all()
    )


def _suspects(
    problem: Problem, columns: Columns, rules: Program, pins: list[Pin], seed: int
) -> list[Pin]:
    """One pin that cannot be kept with the most that can, and those of the kept ones that matter to
    it, as few as are quickly found."""
    pinned = candidates(replace(problem, pins=tuple(pins)))
    kept = kept_pins(pinned, solve(pins_program(pinned, program(pinned)), seed=seed).values)
    odd = next(pin for pin in pins if pin not in kept)
    session = problem.shift_of[odd[1]][0].id if odd[1] in problem.shift_of else None
    near = [
        p
        for p in pins
        if p in kept
        and (
            p[0] == odd[0]
            or (session and p[1] in problem.shift_of and problem.shift_of[p[1]][0].id == session)
        )
    ]
    if _possible(columns, rules, [*near, odd], seed):
        return [*(p for p in pins if p in kept), odd]
    return [*near, odd]


def _smallest(columns: Columns, rules: Program, pins: list[Pin], seed: int) -> list[Pin]:
    """Leave out one pin after the other, for good where the others still clash."""
    needed = list(pins)
    for pin in pins:
        without = [other for other in needed if other != pin]
        if without and not _possible(columns, rules, without, seed):
            needed = without
    return needed
