"""The search for the best plan, in stages; always ready to stop, always with a checked plan in
hand.

first    one greedy pass: a usable plan at once
relax    the linear relaxation: a proven bound, and prices that say which candidates matter
settle   what the relaxation leaves between two minds is solved exactly, the rest taken as it says
close    part by part, then larger parts: plans improve from above, bounds rise from below, until
they meet
prove    candidates that no better plan can use are left out, and what remains is solved exactly
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from matching.arrays.people import Mask
from matching.arrays.rows import Floats
from matching.plan import Plan
from matching.problem import Problem
from matching.program.bound import SCALE, dual_bound, reduced_costs, scaled
from matching.program.fixing import of_sessions, released, touching
from matching.program.partition import Parts, column_parts, glued, neighbours
from matching.program.pins import kept_pins, pins_program
from matching.program.program import Reduced, model
from matching.progress import Progress
from matching.result import Result
from matching.search.dispatch import Dispatch, Stopped
from matching.search.greedy import Greedy
from matching.search.incumbent import Incumbent
from matching.search.tuning import Tuning
from matching.solvers.pool import TaskFailed, WorkerPool
from matching.stop import Stop

log = logging.getLogger(__name__)


class Search:
    """One search over one problem. `run(stop)` reports in the caller's thread; then `result` is
    there.

    `start` is a plan to begin from (kept only if it is sound), `bound` what an earlier search has
    proven of this problem, pins that cannot be kept already left out. `workers` child processes
    solve, or those of a `pool` lent for several searches. Equal seeds and a stop that does not look
    at the clock give equal plans, as long as no exact solve runs into its guard
    (`tuning`).
    """

    def __init__(
        self,
        problem: Problem,
        start: Plan | None = None,
        seed: int = 0,
        workers: int = 1,
        pool: WorkerPool | None = None,
        bound: int | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self.problem = problem
        self.tuning = tuning or Tuning()
        self.result: Result | None = None
        self._start = start
        self._seed = seed
        self._workers = workers
        self._lent = pool
        self._state = Incumbent(problem)
        self._state.bound = bound

    @property
    def best(self) -> Plan | None:
        """The best checked plan so far, while the search runs."""
        return self._state.best[0] if self._state.best else None

    def run(self, stop: Stop | None = None) -> Iterator[Progress]:
        """Search until `stop` is due or the plan is proven best; yields a report whenever something
        changed."""
        with nullcontext(self._lent) if self._lent else WorkerPool(self._workers) as pool:
            self._dispatch = Dispatch(pool, self._state, stop or Stop(), self.tuning)
            try:
                yield from self._stages()
            except Stopped:
                pool.drop()
            except TaskFailed:
                # A child ran out of memory, or its solver broke: what is at hand is still sound.
                log.exception("a solver failed; the best plan so far is handed over")
                pool.drop()
        if self._state.best is None:
            self._without_pins()
        self.result = self._state.result()
        yield self._state.report()

    def _stages(self) -> Generator[Progress]:
        yield from self._first()
        if self._state.proven:  # an earlier search had come to its end
            return
        yield from self._relax()
        for near in (
            self.tuning.settle
            if self.program.size > self.tuning.prove_columns
            else self.tuning.settle[-1:]
        ):
            if not self._state.proven:
                yield from self._settle(near)
        most = self.tuning.part_columns
        while (
            not self._state.proven
            and self._possible().program.size > self.tuning.prove_columns
            and most < self.program.size
        ):
            yield from self._close(most)
            most *= 2
        if not self._state.proven:
            yield from self._prove()

    # ── stages

    def _first(self) -> Generator[Progress]:
        self.columns, self.program = model(self.problem)
        self._state.raise_bound(
            dual_bound(self.program, np.zeros(self.program.rows.size, np.int64))
        )
        for plan in (self._start, self.problem.current):
            if plan:
                self._state.consider(plan)
        self._state.offer(self.columns.plan(Greedy(self.columns, self.program).run()))
        if self._state.best is None and not self._state.consider(Plan()):
            yield from self._keep_pins()
        yield self._dispatch.done()

    def _keep_pins(self) -> Generator[Progress]:
        """No plan at hand keeps all pins: find the most that can be kept together, and go on
        without the others."""
        solved = yield from self._dispatch.one(
            "solve", pins_program(self.columns, self.program), self.tuning.guard, self._seed
        )
        kept = kept_pins(self.columns, solved.values)
        self._state.give_up({pin for pin in self.problem.pins if pin not in kept})
        self.problem = self._state.problem
        plan = self.columns.plan(solved.values) if solved.values is not None else Plan()
        self.columns, self.program = model(self.problem)
        self._state.offer(plan)

    def _without_pins(self) -> None:
        """Stopped before it was known which pins can be kept: a first plan that keeps those it
        happens to keep."""
        columns, program = model(replace(self.problem, pins=()))
        plan = columns.plan(Greedy(columns, program).run())
        self._state.give_up(set(self.problem.pins) - set(plan.assignments))
        self._state.offer(plan)
        self._state.bound = dual_bound(program, np.zeros(program.rows.size, np.int64))

    def _relax(self) -> Generator[Progress]:
        self._state.stage = "relax"
        whole = self.program.size <= self.tuning.relax_columns
        label = (
            np.zeros(len(self.columns.sessions), np.int64)
            if whole
            else neighbours(self.columns, self.tuning.relax_part)
        )
        of_column = column_parts(self.columns, self.program, label, np.zeros(self.program.size))
        pieces = [
            np.flatnonzero(of_column == part) for part in range(int(label.max(initial=0)) + 1)
        ]
        cut = [self.program.part(columns, cut=True) for columns in pieces]
        answers = yield from self._dispatch.all([("relax", program) for program, _ in cut])
        if any(answer.values is None for answer in answers):
            raise Stopped  # the relaxation could not be solved; what is at hand is handed over
        self._values, self._duals = glued(
            self.program,
            [
                (columns, rows, answer.values, answer.duals)
                for columns, (_, rows), answer in zip(pieces, cut, answers, strict=True)
            ],
        )
        self._price()
        inside = np.zeros(self.program.size, bool)
        for _ in range(0 if whole else self.tuning.siftings):
            yield from self._sift(inside)
        self._unsure = self._in_question()
        yield self._dispatch.done()

    def _price(self) -> None:
        """What the relaxation's row prices say: a bound, and what is left of each column's
        price."""
        y = scaled(self.program, self._duals)
        self._left: Floats = reduced_costs(self.program, y) / SCALE
        self._root = dual_bound(self.program, y)
        self._state.raise_bound(self._root)

    def _sift(self, inside: Mask) -> Generator[Progress]:
        """Mend a relaxation that was made in parts: relax as a whole what the parts use or nearly
        use, and all seats.

        What a candidate outside would save counts against the bound; seats of closed sessions
        would, their rows being outside too.
        """
        program = self.program
        inside |= (self._left < self.tuning.sift) | (self._values > 1e-9)
        inside[len(self.columns.x) :] = True
        reduced = program.reduced(program.low, np.where(inside, program.high, program.low))
        answer = yield from self._dispatch.one("relax", reduced.program)
        if answer.values is not None:
            self._values = reduced.whole(answer.values)
            self._duals = np.zeros(program.rows.size)
            self._duals[reduced.rows] = answer.duals
            self._price()
        yield self._dispatch.done()

    def _in_question(self) -> Mask:
        """Candidates that the relaxation splits or, if it was made in parts, overbooks or would
        rather have."""
        program = self.program
        values = self._values
        activity = program.rows.activity(values)
        overbooked = (activity > program.rows.high + 1e-6) | (activity < program.rows.low - 1e-6)
        unsure = (np.abs(values - np.rint(values)) > 1e-6) | (
            (self._left < -1e-3) & (values < program.high - 0.5)
        )
        unsure[program.rows.column[overbooked[program.rows.row]]] = True
        unsure[self.columns.size :] = False
        return unsure

    def _settle(self, near: int | None) -> Generator[Progress]:
        """Free every session and person that the relaxation splits or overbooks; hold the rest
        where it puts them."""
        self._state.stage = "settle"
        values = self._values
        free = touching(self.columns, self._unsure)
        reduced = released(
            self.columns,
            self.program,
            free,
            values,
            values < 1e-9 if near is None else self._left > near,
        )
        found = yield from self._dispatch.in_groups(
            reduced.program, self.tuning.guard / 3, self._seed
        )
        self._take(reduced, found)
        yield self._dispatch.done()

    def _close(self, most: int) -> Generator[Progress]:
        """One pass over the parts: improve the plan inside each, and lift the bound where the
        relaxation is split."""
        self._state.stage = "close"
        parts = Parts(
            self.columns, self.program, neighbours(self.columns, most), self._values, self._duals
        )
        split = np.bincount(parts.of_column[self._unsure], minlength=parts.count)
        opening = np.bincount(
            parts.of_column[self.columns.open[self._unsure[self.columns.open]]],
            minlength=parts.count,
        )
        order = [p for p in np.lexsort((-split, -opening)).tolist() if split[p]]
        lift = list(order)
        improve = list(order)
        while (lift or improve) and not self._state.proven:
            yield from self._round(parts, lift, improve)

    def _round(self, parts: Parts, lift: list[int], improve: list[int]) -> Generator[Progress]:
        """As many tasks side by side as there are workers: one for the plan, the others for the
        bound."""
        tasks = []
        better = None
        if improve and (self._dispatch.size > 1 or not lift):
            better = self._released(parts, improve.pop(0))
            tasks.append(("solve", better.program, self.tuning.guard, self._seed))
        lifted = [lift.pop(0) for _ in range(min(len(lift), self._dispatch.size - len(tasks)))]
        tasks += [("solve", parts.task(part), self.tuning.guard, self._seed) for part in lifted]
        answers = yield from self._dispatch.all(tasks)
        if better:
            self._take(better, answers.pop(0).values)
        for part, solved in zip(lifted, answers, strict=True):
            parts.learn(part, solved.bound)
        self._state.raise_bound(parts.bound)
        yield self._dispatch.done()

    def _prove(self) -> Generator[Progress]:
        self._state.stage = "prove"
        best = self._state.cost
        reduced = self._possible()
        assert best is not None
        solved = yield from self._dispatch.best_of_two(
            reduced.program, float("inf"), self._seed, self.tuning.proof_patience
        )
        self._take(reduced, solved.values)
        # Whatever was left out costs more than the plan at hand did. "Infeasible" cannot be, as
        # that plan is among the choices.
        if not solved.infeasible:
            self._state.raise_bound(min(best, solved.bound))
        yield self._dispatch.done()

    # ── programs that a stage solves

    def _possible(self) -> Reduced:
        """The program without the choices that would by themselves make a plan dearer than the one
        at hand."""
        program = self.program
        best = self._state.cost
        assert best is not None
        room = best - self._root
        low = program.low.copy()
        high = program.high.copy()
        high[self._left > room] = low[self._left > room]
        low[self._left < -room] = high[self._left < -room]
        return program.reduced(low, high)

    def _released(self, parts: Parts, part: int) -> Reduced:
        """One part set free around the plan at hand."""
        assert self._state.best is not None
        sessions = parts.of_column[self.columns.open] == part
        free = of_sessions(self.columns, self.program.size, sessions)
        values = self.columns.vector(self._state.best[0], self.program.size)
        return released(self.columns, self.program, free, values, self._left > self.tuning.close)

    def _take(self, reduced: Reduced, values: Floats | None) -> None:
        if values is not None:
            self._state.offer(self.columns.plan(reduced.whole(values)))


def solve(problem: Problem, stop: Stop | None = None, seed: int = 0, workers: int = 1) -> Result:
    """Search until `stop` is due or the plan is proven best; the checked plan with its proof."""
    search = Search(problem, seed=seed, workers=workers)
    for _ in search.run(stop):
        pass
    assert search.result is not None
    return search.result
