"""Tasks sent to the crew and waited for, with reports on the way and an eye on the stop."""
from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import numpy as np

from matching.crew import Crew, Job
from matching.model import Program
from matching.progress import Progress
from matching.rows import Floats, Ints
from matching.standing import Standing
from matching.stop import Stop

HEARTBEAT = 1.0  # seconds between reports while nothing changes
LATENCY = 0.05  # seconds between two looks at the stop
GROUP_COLUMNS = 3_000  # independent small programs are bundled up to this size


class Stopped(Exception):
    """Raised inside a stage when the stop is due."""


class Errands:
    """What a search sends out: one task, several side by side, or one program in its independent groups."""

    def __init__(self, crew: Crew, state: Standing, stop: Stop) -> None:
        self._crew, self._state, self._stop = crew, state, stop

    @property
    def size(self) -> int:
        """How many tasks run side by side."""
        return self._crew.size

    def done(self) -> Progress:
        """Count a step and report it; raises Stopped if that was the last."""
        self._state.step += 1
        report = self._state.report()
        if self._stop.due(report):
            raise Stopped
        return report

    def one(self, *task: Any) -> Generator[Progress, None, Any]:
        """Run one task; its answer."""
        answers = yield from self.all([task])
        return answers[0]

    def all(self, tasks: list[tuple[Any, ...]]) -> Generator[Progress, None, list[Any]]:
        """Run tasks, as many at once as there are workers; their answers in the order of the tasks."""
        waiting, jobs = list(enumerate(tasks)), {}
        answers: list[Any] = [None] * len(tasks)
        reported = time.monotonic()
        while waiting or jobs:
            while waiting and self._crew.free():
                k, task = waiting.pop(0)
                jobs[k] = self._crew.start(*task)
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

    def in_groups(self, program: Program, seconds: float, seed: int) -> Generator[Progress, None, Floats]:
        """Solve a program whose columns fall into groups that no row ties together, group by group; values of all columns."""
        bundles: list[list[Ints]] = []
        size = GROUP_COLUMNS
        for columns in program.components():
            if size + len(columns) > GROUP_COLUMNS:
                bundles.append([])
                size = 0
            bundles[-1].append(columns)
            size += len(columns)
        tasks = [("solve_each", [program.part(columns)[0] for columns in bundle], seconds, seed) for bundle in bundles]
        answers = yield from self.all(tasks)
        values = np.clip(np.zeros(program.size), program.low, program.high)
        for bundle, solved in zip(bundles, answers, strict=True):
            for columns, one in zip(bundle, solved, strict=True):
                if one.values is not None:
                    values[columns] = one.values
        return values
