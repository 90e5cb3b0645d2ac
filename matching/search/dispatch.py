"""Tasks sent to the pool and waited for, with reports on the way and an eye on the stop."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

import numpy as np

from matching.arrays.rows import Floats, Ints
from matching.program.program import Program
from matching.progress import Progress
from matching.search.incumbent import Incumbent
from matching.search.tuning import Tuning
from matching.solvers.answers import Relaxed, Solved
from matching.solvers.pool import Job, SolverPool, TaskFailed
from matching.stop import Stop

log = logging.getLogger(__name__)
# Who goes on with a task when the solver it was given to breaks.
OTHER = {"relax": "relax_again", "solve": "solve_sat", "solve_sat": "solve"}
HEARTBEAT = 1.0  # seconds between reports while nothing changes
# How much longer each turn of a solver is than the one before. A solve cannot be taken up where it
# stopped, so turns that are too short are lost; growing like this, all of them together cost half
# of the turn that is long enough.
LONGER = 3.0
LATENCY = 0.05  # seconds between two looks at the stop


Learn = Callable[[Solved], None]
Task = tuple[Program, float, int]  # what to solve, for how many seconds at most, a seed
Answer = TypeVar("Answer", Relaxed, Solved)


class Stopped(Exception):
    """Raised inside a stage when the stop is due."""


class Dispatch:
    """What a search sends out: one task, several side by side, or one program in its independent
    groups."""

    def __init__(self, pool: SolverPool, state: Incumbent, stop: Stop, tuning: Tuning) -> None:
        self._pool = pool
        self._state = state
        self._stop = stop
        self._tuning = tuning

    @property
    def size(self) -> int:
        """How many tasks run side by side."""
        return self._pool.size

    def done(self) -> Progress:
        """Count a step and report it; raises Stopped if that was the last."""
        self._state.step += 1
        report = self._state.report()
        if self._stop.due(report):
            raise Stopped
        return report

    def relaxed(self, programs: Sequence[Program]) -> Generator[Progress, None, list[Relaxed]]:
        """The relaxations of programs, solved side by side; where one solver comes to no end, by
        another."""
        answers = yield from self._all("relax", [(program,) for program in programs])
        found = [_expected(answer, Relaxed) for answer in answers]
        missing = [k for k, relaxed in enumerate(found) if relaxed.values is None]
        others = yield from self._all("relax_again", [(programs[k],) for k in missing])
        for k, answer in zip(missing, others, strict=True):
            found[k] = _expected(answer, Relaxed)
        return found

    def solved(
        self, tasks: Sequence[Task], by: str = "solve"
    ) -> Generator[Progress, None, list[Solved]]:
        """Programs solved side by side, by HiGHS or ("solve_sat") by CP-SAT."""
        answers = yield from self._all(by, tasks)
        return [_expected(answer, Solved) for answer in answers]

    def _all(
        self, name: str, tasks: Sequence[tuple[object, ...]]
    ) -> Generator[Progress, None, list[object]]:
        """Run the task of that name with each of these arguments, as many at once as there are
        workers; the answers in the same order. A task whose solver breaks goes to the other one;
        TaskFailed if that breaks too."""
        waiting = [(k, name) for k in range(len(tasks))]
        jobs: dict[int, Job] = {}
        again: set[int] = set()
        answers: list[object] = [None] * len(tasks)
        reported = time.monotonic()
        while waiting or jobs:
            while waiting and self._pool.free():
                k, by = waiting.pop(0)
                jobs[k] = self._pool.start(by, *tasks[k])
            ready = self._first_ready(jobs)
            if self._stop.due(self._state.report()):
                raise Stopped
            if ready is not None:
                try:
                    answers[ready] = jobs.pop(ready).answer
                except TaskFailed as error:
                    if name not in OTHER or ready in again:
                        raise
                    log.warning("%s broke and %s goes on: %s", name, OTHER[name], error)
                    again.add(ready)
                    waiting.insert(0, (ready, OTHER[name]))
            elif time.monotonic() - reported > HEARTBEAT:
                reported = time.monotonic()
                yield self._state.report()
        return answers

    def _first_ready(self, jobs: dict[int, Job]) -> int | None:
        for k, job in jobs.items():
            if job.wait(LATENCY / len(jobs)):
                return k
        return None

    def best_of_two(
        self,
        program: Program,
        seconds: float,
        seed: int,
        patience: float,
        learn: Learn = lambda solved: None,
    ) -> Generator[Progress, None, Solved]:
        """Solve a program by HiGHS; if that takes longer than `patience`, by CP-SAT too. Whoever
        proves the optimum first is believed.

        With one worker they take turns, each turn longer than the last; `learn` is told what each
        has found.
        """
        if self._pool.size == 1:
            return (yield from self._in_turns(program, seconds, seed, patience, learn))
        race = _Race(self._pool, (program, seconds, seed))
        began = reported = time.monotonic()
        while True:
            if time.monotonic() - began > patience:
                race.join()
            best = race.best()
            if best is not None and (race.over or best.proves(program)):
                # Who lost still computes, and cannot be asked to stop: the next stage would find a
                # worker less.
                self._pool.drop()
                return best
            if self._stop.due(self._state.report()):
                raise Stopped
            if time.monotonic() - reported > HEARTBEAT:
                reported = time.monotonic()
                yield self._state.report()

    def _in_turns(
        self, program: Program, seconds: float, seed: int, turn: float, learn: Learn
    ) -> Generator[Progress, None, Solved]:
        best: Solved | None = None
        turns = itertools.cycle(("solve", "solve_sat"))
        left = seconds
        while True:
            by = next(turns)
            span = min(turn, left)
            left -= span
            (found,) = yield from self.solved([(program, span, seed)], by=by)
            best = found if best is None else best.or_better(found, program)
            learn(best)
            if left <= 0 or found.infeasible or best.proves(program):
                return best
            if by == "solve_sat":
                turn *= LONGER

    def in_groups(
        self, program: Program, seconds: float, seed: int
    ) -> Generator[Progress, None, Floats]:
        """Solve a program whose columns fall into groups that no row ties together, group by group;
        values of all columns."""
        bundles: list[list[Ints]] = []
        # To send a group of three columns to a worker takes longer than to solve it.
        size = self._tuning.group_columns
        for columns in program.components():
            if size + len(columns) > self._tuning.group_columns:
                bundles.append([])
                size = 0
            bundles[-1].append(columns)
            size += len(columns)
        groups = [np.sort(np.concatenate(bundle)) for bundle in bundles]
        if len(groups) == 1:
            answers = [
                (yield from self.best_of_two(program, seconds, seed, self._tuning.group_patience))
            ]
        else:
            answers = yield from self.solved(
                [(program.part(columns)[0], seconds, seed) for columns in groups]
            )
        # Where a group has no answer everything in it is left out; the check decides whether what
        # the others bring is a plan without it.
        values = np.clip(np.zeros(program.size), program.low, program.high)
        for columns, solved in zip(groups, answers, strict=True):
            if solved.values is not None:
                values[columns] = solved.values
        return values


class _Race:
    """One program with both solvers, the second from when it joins; whose breaks is out."""

    def __init__(self, pool: SolverPool, task: Task) -> None:
        self._pool = pool
        self._task = task
        self._waiting = ["solve", "solve_sat"]
        self._jobs: dict[str, Job] = {}
        self._best: Solved | None = None
        self.join()

    @property
    def over(self) -> bool:
        """True when nobody works on it any more."""
        return not self._jobs

    def join(self) -> None:
        """The next solver begins, if there is one."""
        if self._waiting:
            by = self._waiting.pop(0)
            self._jobs[by] = self._pool.start(by, *self._task)

    def best(self) -> Solved | None:
        """What those who have ended found together, None while there is nothing; waits a moment.

        TaskFailed if all of them broke."""
        for by, job in list(self._jobs.items()):
            if job.wait(LATENCY / len(self._jobs)):
                del self._jobs[by]
                self._learn(by, job)
        return self._best

    def _learn(self, by: str, job: Job) -> None:
        try:
            found = _expected(job.answer, Solved)
        except TaskFailed as error:
            if self._best is None and not self._jobs and not self._waiting:
                raise
            log.warning("%s broke, the other solver goes on: %s", by, error)
            if not self._jobs:
                self.join()
            return
        self._best = found if self._best is None else self._best.or_better(found, self._task[0])


def _expected(answer: object, kind: type[Answer]) -> Answer:
    """What a worker answered; TypeError if it is something else, so that no stage goes on with
    it."""
    if not isinstance(answer, kind):
        raise TypeError(f"a worker answered {type(answer).__name__}, not {kind.__name__}")
    return answer
