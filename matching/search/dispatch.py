"""Tasks sent to the pool and waited for, with reports on the way and an eye on the stop."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from typing import TypeVar

import numpy as np

from matching.arrays.rows import Floats, Ints
from matching.program.program import Program
from matching.progress import Progress
from matching.search.incumbent import Incumbent
from matching.search.tuning import Tuning
from matching.solvers.answers import Relaxed, Solved
from matching.solvers.pool import Job, SolverPool
from matching.stop import Stop

HEARTBEAT = 1.0  # seconds between reports while nothing changes
LATENCY = 0.05  # seconds between two looks at the stop


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
        """The relaxations of programs, solved side by side."""
        answers = yield from self._all("relax", [(program,) for program in programs])
        return [_expected(answer, Relaxed) for answer in answers]

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
        workers; the answers in the same order."""
        waiting = list(enumerate(tasks))
        jobs: dict[int, Job] = {}
        answers: list[object] = [None] * len(tasks)
        reported = time.monotonic()
        while waiting or jobs:
            while waiting and self._pool.free():
                k, task = waiting.pop(0)
                jobs[k] = self._pool.start(name, *task)
            ready = self._first_ready(jobs)
            if self._stop.due(self._state.report()):
                raise Stopped
            if ready is not None:
                answers[ready] = jobs.pop(ready).answer
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
        self, program: Program, seconds: float, seed: int, patience: float
    ) -> Generator[Progress, None, Solved]:
        """Solve a program by HiGHS; if that takes longer than `patience`, by CP-SAT too. Whoever
        proves the optimum first is believed.

        With one worker CP-SAT takes over instead of joining in.
        """
        if self._pool.size == 1:
            (solved,) = yield from self.solved([(program, min(patience, seconds), seed)])
            if solved.proves(program) or seconds <= patience:
                return solved
            task = (program, seconds - patience, seed)
            (other,) = yield from self.solved([task], by="solve_sat")
            return other.or_better(solved, program)
        jobs = [self._pool.start("solve", program, seconds, seed)]
        began = reported = time.monotonic()
        while True:
            if len(jobs) == 1 and not jobs[0].wait(0) and time.monotonic() - began > patience:
                jobs.append(self._pool.start("solve_sat", program, seconds, seed))
            done = [job.answer for job in jobs if job.wait(LATENCY / len(jobs))]
            ready = [_expected(answer, Solved) for answer in done]
            if len(ready) == len(jobs) or any(solved.proves(program) for solved in ready):
                self._pool.drop()
                return ready[0].or_better(ready[-1], program)
            if self._stop.due(self._state.report()):
                raise Stopped
            if time.monotonic() - reported > HEARTBEAT:
                reported = time.monotonic()
                yield self._state.report()

    def in_groups(
        self, program: Program, seconds: float, seed: int
    ) -> Generator[Progress, None, Floats]:
        """Solve a program whose columns fall into groups that no row ties together, group by group;
        values of all columns."""
        bundles: list[list[Ints]] = []
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
        values = np.clip(np.zeros(program.size), program.low, program.high)
        for columns, solved in zip(groups, answers, strict=True):
            if solved.values is not None:
                values[columns] = solved.values
        return values


def _expected(answer: object, kind: type[Answer]) -> Answer:
    """What a worker answered; TypeError if it is something else, so that no stage goes on with
    it."""
    if not isinstance(answer, kind):
        raise TypeError(f"a worker answered {type(answer).__name__}, not {kind.__name__}")
    return answer
