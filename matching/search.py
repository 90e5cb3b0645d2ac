"""The search for the best plan, in stages; always ready to stop, always with a checked plan in hand.

first    one greedy pass: a usable plan at once
relax    the linear relaxation: a proven bound, and prices that say which candidates matter
settle   what the relaxation leaves between two minds is solved exactly, the rest taken as it says
close    part by part, then larger parts: plans improve from above, bounds rise from below, until they meet

Every plan passes the independent check before it counts; a plan that fails it is never kept.
"""
from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from matching.bound import SCALE, dual_bound, reduced_prices, scaled
from matching.check import Verdict, check
from matching.crew import Crew, Job
from matching.crowd import Mask
from matching.first import First
from matching.model import Program, Reduced, model
from matching.neighbourhood import of_sessions, released, touching
from matching.partition import Parts, neighbours
from matching.plan import Plan
from matching.problem import Problem
from matching.progress import Progress, gap_between
from matching.result import Result
from matching.rows import Floats
from matching.stop import Stop

PART_COLUMNS = 20_000  # what one exact solve takes in about a second
NEAR = 50  # a candidate whose price is further than this from paying is left out when a part is solved for a better plan
HEARTBEAT = 1.0  # seconds between reports while nothing changes
LATENCY = 0.05  # seconds between two looks at the stop


class _Stopped(Exception):
    """Raised inside a stage when the stop is due."""


class Search:
    """One search over one problem. `run(stop)` reports in the caller's thread; then `result` is there.

    `start` is a plan to begin from (kept only if it is sound). `workers` child processes solve, or those of a `crew` lent for
    several searches. Equal seeds and a stop that does not look at the clock give equal plans.
    """

    def __init__(self, problem: Problem, start: Plan | None = None, seed: int = 0, workers: int = 1, crew: Crew | None = None) -> None:
        self.problem = problem
        self.start = start
        self.seed = seed
        self.workers = max(1, workers)
        self._lent = crew
        self._began = time.monotonic()
        self._best: tuple[Plan, Verdict] | None = None
        self._bound: int | None = None
        self._unmet: list[tuple[str, str]] = []
        self._stage, self._step = "first", 0
        self._stop = Stop()
        self.result: Result | None = None

    def run(self, stop: Stop | None = None) -> Iterator[Progress]:
        """Search until `stop` is due or the plan is proven best; yields a report whenever something changed."""
        self._stop = stop or Stop()
        try:
            with nullcontext(self._lent) if self._lent else Crew(self.workers) as self._crew:
                yield from self._stages()
        except _Stopped:
            self._crew.drop()
        self._finish()
        yield self._report()

    # ── stages ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _stages(self) -> Generator[Progress]:
        self.columns, self.program = model(self.problem)
        self._raise_bound(dual_bound(self.program, np.zeros(self.program.rows.size, np.int64)))
        yield from self._first()
        yield from self._relax()
        if not self._proven:
            yield from self._settle()
        parts = 1
        while parts * PART_COLUMNS < self.program.size:
            parts *= 2
        while not self._proven and parts > 1:
            yield from self._close(parts)
            parts //= 2
        if not self._proven:
            yield from self._prove()

    def _first(self) -> Generator[Progress]:
        for plan in (self.start, self.problem.current):
            if plan:
                self._offer(plan)
        self._offer(self.columns.plan(First(self.columns, self.program.price).run()))
        if self._best is None and not self._offer(Plan()):
            yield from self._keep_pins()
        self._step += 1
        yield self._report()

    def _keep_pins(self) -> Generator[Progress]:
        """No plan at hand keeps all pins: find the most that can be kept together, and go on without the others."""
        from matching.pins import kept_pins, pins_program

        solved = yield from self._answer(self._crew.start("solve", pins_program(self.columns, self.program), self._stop.left(), 0.0, self.seed))
        kept = kept_pins(self.columns, solved.values)
        self._unmet = [pin for pin in self.problem.pins if pin not in kept]
        self.problem = replace(self.problem, pins=tuple(pin for pin in self.problem.pins if pin in kept))
        self.columns, self.program = model(self.problem)
        if solved.values is not None:
            self._offer(self.columns.plan(solved.values))

    def _relax(self) -> Generator[Progress]:
        self._stage = "relax"
        relaxed = yield from self._answer(self._crew.start("relax", self.program))
        if relaxed.values is None:
            raise _Stopped
        self._values: Floats = relaxed.values
        self._duals: Floats = relaxed.duals
        y = scaled(self.program, self._duals)
        self._left = reduced_prices(self.program, y) / SCALE
        self._root = dual_bound(self.program, y)
        self._raise_bound(self._root)
        self._step += 1
        yield self._report()

    def _settle(self) -> Generator[Progress]:
        """Free every session and person that the relaxation splits; hold the rest where it puts them."""
        self._stage = "settle"
        fractional = np.abs(self._values - np.rint(self._values)) > 1e-6
        fractional[self.columns.size :] = False
        free = touching(self.columns, fractional)
        yield from self._resolve(free, self._values, self._left > NEAR)

    def _resolve(self, free: Mask, values: Floats, shut: Mask) -> Generator[Progress]:
        reduced = released(self.columns, self.program, free, values, shut)
        groups = _batches(reduced.program, self._crew.size)
        answers = yield from self._answers("solve_each", [([reduced.program.part(k) for k in group], 30.0, 0.0, self.seed, 0) for group in groups])
        whole = np.clip(np.zeros(reduced.program.size), reduced.program.low, reduced.program.high)
        for group, solved in zip(groups, answers, strict=True):
            for columns, one in zip(group, solved, strict=True):
                if one.values is not None:
                    whole[columns] = one.values
        self._take(reduced, whole)
        self._step += 1
        yield self._report()

    def _close(self, count: int) -> Generator[Progress]:
        """One pass over the parts: improve the plan inside each, and lift the bound where the relaxation is split."""
        self._stage = "close"
        label = neighbours(self.columns, count)
        parts = Parts(self.columns, self.program, label, self._values, self._duals)
        split = np.abs(self._values - np.rint(self._values)) > 1e-6
        unsure = np.bincount(parts.of_column[split], minlength=parts.count)
        order = [p for p in np.argsort(-unsure, kind="stable").tolist() if unsure[p]]
        lift, improve = list(order), list(order)
        while (lift or improve) and not self._proven:
            yield from self._round(parts, label, lift, improve)

    def _round(self, parts: Parts, label: Any, lift: list[int], improve: list[int]) -> Generator[Progress]:
        """As many tasks side by side as there are workers: one for the plan, the others for the bound."""
        jobs: list[tuple[int, Job]] = []
        better: tuple[Reduced, Job] | None = None
        if improve and (self._crew.size > 1 or not lift):
            sessions = label == improve.pop(0)
            free = of_sessions(self.columns, self.program.size, sessions)
            reduced = released(self.columns, self.program, free, self._vector(), self._left > NEAR)
            better = (reduced, self._crew.start("solve", reduced.program, 60.0, 0.0, self.seed))
        while lift and self._crew.free():
            part = lift.pop(0)
            jobs.append((part, self._crew.start("solve", parts.task(part), 60.0, 0.0, self.seed)))
        for part, job in jobs:
            solved = yield from self._answer(job)
            parts.learn(part, solved.bound)
            self._raise_bound(parts.bound)
            yield self._report()
        if better:
            solved = yield from self._answer(better[1])
            if solved.values is not None:
                self._take(better[0], solved.values)
        self._step += 1
        yield self._report()

    def _prove(self) -> Generator[Progress]:
        """Leave out every candidate that no better plan can use, and solve what remains exactly."""
        self._stage = "prove"
        program, best = self.program, self.cost
        assert best is not None
        room = best - self._root
        low, high = program.low.copy(), program.high.copy()
        high[self._left > room] = low[self._left > room]
        low[self._left < -room] = high[self._left < -room]
        reduced = program.reduced(low, high)
        solved = yield from self._answer(self._crew.start("solve", reduced.program, self._stop.left(), 0.0, self.seed))
        if solved.values is not None:
            self._take(reduced, solved.values)
        self._raise_bound(best if solved.infeasible else min(best, int(np.ceil(solved.bound))))
        self._step += 1

    # ── the state of the search ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def cost(self) -> int | None:
        """What the best plan so far costs."""
        return self._best[1].total if self._best else None

    @property
    def best(self) -> Plan | None:
        """The best checked plan so far, while the search runs."""
        return self._best[0] if self._best else None

    @property
    def _proven(self) -> bool:
        return self.cost is not None and self._bound is not None and self.cost <= self._bound

    def _raise_bound(self, bound: float) -> None:
        if np.isfinite(bound):
            self._bound = int(bound) if self._bound is None else max(self._bound, int(bound))

    def _offer(self, plan: Plan) -> bool:
        """Check a plan and keep it if it is sound and better."""
        verdict = check(self.problem, plan)
        if verdict.sound and (self._best is None or verdict.total < self._best[1].total):
            self._best = (plan, verdict)
            return True
        return False

    def _take(self, reduced: Reduced, values: Floats) -> None:
        self._offer(self.columns.plan(reduced.whole(values)))

    def _without_pins(self) -> None:
        unpinned = replace(self.problem, pins=())
        columns, program = model(unpinned)
        plan = columns.plan(First(columns, program.price).run())
        self._unmet = [pin for pin in self.problem.pins if pin not in plan.assignments]
        self.problem = replace(self.problem, pins=tuple(pin for pin in self.problem.pins if pin in plan.assignments))
        self._offer(plan)
        self._bound = dual_bound(program, np.zeros(program.rows.size, np.int64))

    def _vector(self) -> Floats:
        """The best plan as a vector over candidate columns."""
        assert self._best is not None
        values = np.zeros(self.program.size)
        plan = self._best[0]
        values[[self.columns.assignment_column[a] for a in plan.assignments]] = 1
        values[[self.columns.seat_column[a] for a in plan.seats]] = 1
        on = np.zeros(len(self.columns.sessions), bool)
        on[self.columns.x_session[values[self.columns.x] > 0]] = True
        seated = (values[self.columns.y] > 0) & (self.columns.y_children > 0)
        on[self.columns.y_session[seated]] = True
        values[self.columns.open] = on | self.columns.required
        return values

    def _answers(self, task: str, arguments: list[tuple[Any, ...]]) -> Generator[Progress, None, list[Any]]:
        """Run tasks side by side; their answers in order."""
        answers = []
        for k in range(0, len(arguments), self._crew.size):
            jobs = [self._crew.start(task, *a) for a in arguments[k : k + self._crew.size]]
            for job in jobs:
                answers.append((yield from self._answer(job)))
        return answers

    def _answer(self, job: Job) -> Generator[Progress, None, Any]:
        """Wait for a task, reporting now and then, ready to stop at any moment."""
        reported = time.monotonic()
        while not job.wait(LATENCY):
            if self._stop.due(self._report()):
                raise _Stopped
            if time.monotonic() - reported > HEARTBEAT:
                reported = time.monotonic()
                yield self._report()
        if self._stop.due(self._report()):
            raise _Stopped
        return job.answer

    def _report(self) -> Progress:
        verdict = self._best[1] if self._best else None
        return Progress(
            seconds=time.monotonic() - self._began,
            stage=self._stage,
            step=self._step,
            cost=self.cost,
            parts=verdict.cost if verdict else {},
            bound=self._bound,
            gap=gap_between(self.cost, self._bound),
            assignments=verdict.facts["assignments"] if verdict else 0,
            families_served=verdict.facts["families_served"] if verdict else 0,
            holes=verdict.facts["short"] if verdict else 0,
        )

    def _finish(self) -> None:
        if self._best is None:  # stopped before it was known which pins can be kept
            self._without_pins()
        assert self._best is not None and self._bound is not None
        plan, verdict = self._best
        bound = min(self._bound, verdict.total)
        status = "pins" if self._unmet else "optimal" if bound == verdict.total else "feasible"
        gap = gap_between(verdict.total, bound) or 0.0
        self.result = Result(plan, verdict.total, verdict.cost, bound, gap, status, time.monotonic() - self._began, verdict, tuple(self._unmet))


def _batches(program: Program, count: int) -> list[list[Any]]:
    """Independent groups of columns, shared out evenly over `count` tasks."""
    loads, groups = [0] * count, [[] for _ in range(count)]
    for columns in program.components():
        k = loads.index(min(loads))
        groups[k].append(columns)
        loads[k] += len(columns) + 50
    return [g for g in groups if g]
