"""The search for the best plan, in stages; always ready to stop, always with a checked plan in
hand.

first    one greedy pass: a usable plan at once
relax    the linear relaxation: a proven bound, prices that say which candidates matter, and a plan
         from its values
settle   what the relaxation leaves between two minds is solved exactly, the rest taken as it says
close    part by part, then larger parts: plans improve from above, bounds rise from below, until
they meet
prove    candidates that no better plan can use are left out, and what remains is solved exactly
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from matching.arrays.columns import Columns
from matching.cost import least_cost
from matching.plan import Plan
from matching.problem import Problem
from matching.program.bound import dual_bound
from matching.program.pins import kept_pins, pins_program
from matching.program.program import Program, model
from matching.progress import Progress
from matching.result import Result
from matching.search.dispatch import Dispatch, Stopped
from matching.search.greedy import Greedy
from matching.search.incumbent import Incumbent
from matching.search.passes import Passes
from matching.search.relaxation import relax
from matching.search.rounding import Rounding
from matching.search.seating import MovingSeats
from matching.search.tuning import Tuning
from matching.solvers.pool import SolverPool, TaskFailed, WorkerPool
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
        pool: SolverPool | None = None,
        bound: int | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self.problem = problem
        self.tuning = tuning or Tuning()
        self.result: Result | None = None
        self.program: Program | None = None  # once the first plan is there
        self._start = start
        self._seed = seed
        self._workers = workers
        self._lent = pool
        self._state = Incumbent(problem)
        if bound is not None:
            self._state.raise_bound(bound)

    @property
    def best(self) -> Plan | None:
        """The best checked plan so far, while the search runs."""
        return self._state.best and self._state.best[0]

    def run(self, stop: Stop | None = None) -> Iterator[Progress]:
        """Search until `stop` is due or the plan is proven best; yields a report whenever something
        changed."""
        if self._lent:
            yield from self._run(self._lent, stop or Stop())
        else:
            with WorkerPool(self._workers) as pool:
                yield from self._run(pool, stop or Stop())
        if self._state.best is None:
            self._without_pins()
        self.result = self._state.result()
        yield self._state.report()

    def _run(self, pool: SolverPool, stop: Stop) -> Generator[Progress]:
        try:
            yield from self._stages(Dispatch(pool, self._state, stop, self.tuning))
        except Stopped:
            pool.drop()
        except TaskFailed:
            # A child ran out of memory, or its solver broke: what is at hand is still sound.
            log.exception("a solver failed; the best plan so far is handed over")
            pool.drop()

    def _stages(self, dispatch: Dispatch) -> Generator[Progress]:
        state = self._state
        tuning = self.tuning
        columns, program = yield from self._first(dispatch)
        if state.proven:  # an earlier search had come to its end
            return
        state.stage = "relax"
        relaxation = yield from relax(columns, program, dispatch, state, tuning)
        if not state.proven and columns.size <= tuning.round_columns:
            rounded = Rounding(columns, program, relaxation.values)
            rounded.run()
            state.offer(columns.plan(MovingSeats(rounded).run()))
        passes = Passes(columns, relaxation, dispatch, state, tuning, self._seed)
        yield dispatch.done()
        # What is solved as a whole in the end needs no careful first step: the wider one at once.
        nears = tuning.settle[-1:]
        if program.size > tuning.prove_columns:
            nears = tuning.settle
        for near in nears:
            if not state.proven:
                yield from passes.settle(near)
        most = tuning.part_columns
        while (
            not state.proven
            and passes.possible().program.size > tuning.prove_columns
            and most < program.size
        ):
            yield from passes.close(most)
            most *= 2  # what a border cuts in one pass lies inside a part in a later one
        if not state.proven:
            yield from passes.prove()

    def _first(self, dispatch: Dispatch) -> Generator[Progress, None, tuple[Columns, Program]]:
        columns, program = model(self.problem)
        # Rows at no price prove little, but for nothing: a problem in which nobody has to choose
        # ends here, and one that is stopped at once has a gap to show.
        free = np.zeros(program.rows.size, np.int64)
        self._state.raise_bound(dual_bound(program, free), exact=True)
        for plan in (self._start, self.problem.current):
            if plan:
                self._state.consider(plan)
        greedy = Greedy(columns, program)
        self._state.offer(columns.plan(greedy.run()))
        if not self._state.proven and columns.size <= self.tuning.round_columns:
            self._state.offer(columns.plan(MovingSeats(greedy).run()))
        if self._state.best is None and not self._state.consider(Plan()):
            columns, program = yield from self._keep_pins(dispatch, columns, program)
        self.program = program
        yield dispatch.done()
        return columns, program

    def _keep_pins(
        self, dispatch: Dispatch, columns: Columns, program: Program
    ) -> Generator[Progress, None, tuple[Columns, Program]]:
        """No plan at hand keeps all pins: find the most that can be kept together, and go on
        without the others; the columns and the program of the problem without them."""
        task = (pins_program(columns, program), self.tuning.guard, self._seed)
        (solved,) = yield from dispatch.solved([task])
        kept = kept_pins(columns, solved.values)
        self._state.give_up({pin for pin in self.problem.pins if pin not in kept})
        self.problem = self._state.problem
        plan = Plan()
        if solved.values is not None:
            plan = columns.plan(solved.values)
        columns, program = model(self.problem)
        self._state.offer(plan)
        return columns, program

    def _without_pins(self) -> None:
        """Stopped before it was known which pins can be kept: a first plan that keeps those it
        happens to keep."""
        columns, program = model(replace(self.problem, pins=()))
        plan = columns.plan(Greedy(columns, program).run())
        self._state.give_up(set(self.problem.pins) - set(plan.assignments))
        # What an earlier search proved was said of plans that keep the pins; without them a plan
        # may cost less.
        self._state.bound = least_cost(self.problem)
        self._state.raise_bound(dual_bound(program, np.zeros(program.rows.size, np.int64)))
        self._state.offer(plan)


def solve(problem: Problem, stop: Stop | None = None, seed: int = 0, workers: int = 1) -> Result:
    """Search until `stop` is due or the plan is proven best; the checked plan with its proof."""
    search = Search(problem, seed=seed, workers=workers)
    for _ in search.run(stop):
        pass
    assert search.result is not None
    return search.result
