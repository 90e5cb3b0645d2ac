"""How a plan is made better around a relaxation, and its bound lifted: settle, close, prove."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.rows import Floats
from matching.program.fixing import of_sessions, released, touching
from matching.program.partition import Parts, neighbours
from matching.program.program import Reduced
from matching.progress import Progress
from matching.search.dispatch import Dispatch, Task
from matching.search.incumbent import Incumbent
from matching.search.relaxation import Relaxation
from matching.search.tuning import Tuning
from matching.solvers.answers import Solved

OPINION = 0.1  # of the time of a search, for a second solver's word on its proof


class Passes:
    """The later stages of one search; a plan is at hand in `state`."""

    def __init__(
        self,
        columns: Columns,
        relaxation: Relaxation,
        dispatch: Dispatch,
        state: Incumbent,
        tuning: Tuning,
        seed: int,
    ) -> None:
        self._columns = columns
        self._program = relaxation.program
        self._relaxation = relaxation
        self._unsure = relaxation.in_question(columns.size)
        self._dispatch = dispatch
        self._state = state
        self._tuning = tuning
        self._seed = seed

    def settle(self, near: int | None) -> Generator[Progress]:
        """Free every session and person that the relaxation splits or overbooks; hold the rest
        where it puts them."""
        self._state.stage = "settle"
        values = self._relaxation.values
        held = values < 1e-9
        if near is not None:
            held = self._relaxation.left > near
        free = touching(self._columns, self._unsure)
        reduced = released(self._columns, self._program, free, values, held)
        found = yield from self._dispatch.in_groups(
            reduced.program, self._tuning.guard / 3, self._seed
        )
        self._take(reduced, found)
        yield self._dispatch.done()

    def close(self, most: int) -> Generator[Progress]:
        """One pass over the parts: improve the plan inside each, and lift the bound where the
        relaxation is split."""
        self._state.stage = "close"
        columns = self._columns
        parts = Parts(
            columns,
            self._program,
            neighbours(columns, most),
            self._relaxation.values,
            self._relaxation.duals,
        )
        split = np.bincount(parts.of_column[self._unsure], minlength=parts.count)
        opening = np.bincount(
            parts.of_column[columns.open[self._unsure[columns.open]]], minlength=parts.count
        )
        # Where most sessions are half open the relaxation is farthest from a plan; they come first,
        # as the search may be stopped at any time. A part that it has whole is as good as it gets.
        order = [p for p in np.lexsort((-split, -opening)).tolist() if split[p]]
        lift = list(order)
        improve = list(order)
        while (lift or improve) and not self._state.proven:
            yield from self._round(parts, lift, improve)

    def _round(self, parts: Parts, lift: list[int], improve: list[int]) -> Generator[Progress]:
        """As many tasks side by side as there are workers: one for the plan, the others for the
        bound."""
        tasks: list[Task] = []
        better = None
        # One plan at a time: two that are improved side by side start from the same plan, and the
        # second answer would hold what the first has changed as it was. Bounds add up in any order.
        if improve and (self._dispatch.size > 1 or not lift):
            better = self._released(parts, improve.pop(0))
            tasks.append((better.program, self._tuning.guard, self._seed))
        lifted = [lift.pop(0) for _ in range(min(len(lift), self._dispatch.size - len(tasks)))]
        tasks += [(parts.task(part), self._tuning.guard, self._seed) for part in lifted]
        answers = yield from self._dispatch.solved(tasks)
        if better:
            self._take(better, answers.pop(0).values)
        for part, solved in zip(lifted, answers, strict=True):
            parts.learn(part, solved.bound)
        self._state.raise_bound(parts.bound)
        yield self._dispatch.done()

    def prove(self) -> Generator[Progress]:
        """Leave out the candidates that no better plan can use, and solve what remains exactly."""
        self._state.stage = "prove"
        best = self._state.cost
        reduced = self.possible()
        assert best is not None
        # What was left out costs more than the plan at hand did.
        at_most = best

        def learn(solved: Solved) -> None:
            self._take(reduced, solved.values)
            # "Infeasible" cannot be, as the plan at hand is among the choices.
            if not solved.infeasible:
                self._state.raise_bound(min(at_most, solved.bound))

        solved = yield from self._dispatch.best_of_two(
            reduced.program, float("inf"), self._seed, self._tuning.proof_patience, learn
        )
        learn(solved)
        if self._state.proven:
            yield from self._second_opinion(reduced)
        yield self._dispatch.done()

    def _second_opinion(self, reduced: Reduced) -> Generator[Progress]:
        """Ask the other solver whether there is nothing better, for a tenth of the time so far: a
        bound that is a solver's word is not exact as the relaxation's is. What it finds is taken,
        and shows that the bound was wrong."""
        seconds = self._state.report().seconds * OPINION
        (other,) = yield from self._dispatch.solved(
            [(reduced.program, seconds, self._seed)], by="solve_sat"
        )
        self._take(reduced, other.values)
        if self._state.cost is not None and not other.infeasible:
            self._state.raise_bound(min(self._state.cost, other.bound))

    def possible(self) -> Reduced:
        """The program without the choices that would by themselves make a plan dearer than the one
        at hand."""
        program = self._program
        left = self._relaxation.left
        best = self._state.cost
        assert best is not None
        # What a column costs beyond the bound is the least by which it makes any plan dearer.
        # Strictly more than the room: the plan at hand may use what costs just that much, and has
        # to stay among the choices (prove() leans on it).
        room = best - self._relaxation.bound
        low = program.low.copy()
        high = program.high.copy()
        high[left > room] = low[left > room]
        low[left < -room] = high[left < -room]
        return program.reduced(low, high)

    def _released(self, parts: Parts, part: int) -> Reduced:
        """One part set free around the plan at hand."""
        assert self._state.best is not None
        program = self._program
        sessions = parts.of_column[self._columns.open] == part
        free = of_sessions(self._columns, program.size, sessions)
        values = self._columns.vector(self._state.best[0], program.size)
        held = self._relaxation.left > self._tuning.close
        return released(self._columns, program, free, values, held)

    def _take(self, reduced: Reduced, values: Floats | None) -> None:
        if values is not None:
            self._state.offer(self._columns.plan(reduced.whole(values)))
