"""Work on one run: lease it, search, tell how it goes, hand over a checked plan. A thin loop over
`matching.search.search.Search`.

The lease is renewed by a watch thread with its own database connection, because a long step inside
the search (one linear program of a whole city) yields nothing for many seconds. The same thread
reads the stop word, so a cancelled run stops within a second. A worker that lost its lease stops
and writes nothing: the run belongs to a later attempt.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from backend.common.clock import now
from backend.live.ticks import publish_tick
from backend.planning import operations
from backend.planning.holes import holes_of
from backend.planning.lines import present, problem_now
from backend.planning.models import Run
from backend.planning.packing import pack_plan, pack_problem, unpack_plan, unpack_problem
from backend.planning.progress import Course
from matching.plan import Plan
from matching.problem import Problem
from matching.search.search import Search
from matching.solvers.pool import WorkerPool
from matching.stop import Event, TimeLimit
from scheduler.crew import RemoteCrew, idle_solvers, send_part

log = logging.getLogger(__name__)
SHARED = 1500  # sessions from which on a run's parts are shared among solver workers
LOOK = 0.25  # seconds between two looks at the stop word
TICK = 0.5  # seconds between two ticks to the open pages
NOTE = 1.0  # seconds between two writes of the row
SAVE = 2.0  # seconds between two stored plans


@dataclass
class Watch:
    """Keeps the lease and reads the stop word while the search works; `signal` stops the search."""

    run_id: int
    attempt: int
    signal: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    word: str = ""
    lost: bool = False

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(
            target=self._look, name=f"watch run {self.run_id}", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._thread.join()

    def _look(self) -> None:
        renewed = time.monotonic()
        try:
            while not self.over.wait(LOOK):
                renew = time.monotonic() - renewed > settings.SOLVER_LEASE_SECONDS / 3
                self._ask(renew)
                renewed = time.monotonic() if renew else renewed
        finally:
            connection.close()

    def _ask(self, renew: bool) -> None:
        try:
            if renew:
                self.word = operations.renew_lease(
                    run_id=self.run_id, attempt=self.attempt, now=now()
                )
            else:
                self.word = operations.stop_word(run_id=self.run_id, attempt=self.attempt)
        except operations.LeaseLost:
            self.lost = True
        except (
            Exception
        ):  # the database is away for a moment: the lease decides whether that was too long
            log.warning("run %s: could not read the stop word", self.run_id, exc_info=True)
            connection.close()
        if self.word or self.lost:
            self.signal.set()


def solve(run_id: int) -> None:
    """Do the run if it still waits.

    Safe to call twice, from two machines, or again after a crash.
    """
    attempt = operations.lease_run(run_id=run_id, now=now())
    if attempt is None:
        return
    try:
        _work(run_id, attempt)
    except operations.LeaseLost:
        log.warning("run %s: attempt %s lost its lease", run_id, attempt)
    except operations.UnsoundPlan as error:
        log.error("run %s: the check refused the plan: %s", run_id, error)
        _fail(run_id, attempt, "unsound")
    except MemoryError:
        _fail(run_id, attempt, "memory")
    except Exception as error:
        log.exception("run %s failed", run_id)
        _fail(run_id, attempt, f"broken {type(error).__name__}")


def _work(run_id: int, attempt: int) -> None:
    with Watch(run_id, attempt) as watch:
        problem, course, start = _prepare(run_id, attempt)
        run = Run.objects.only("seconds_limit", "seed").get(pk=run_id)
        seconds = max(1.0, run.seconds_limit - course.before)
        with crew_for(problem) as crew:
            # the same questions, asked of other machines
            search = Search(problem, start=start, seed=run.seed, pool=crew)  # type: ignore[arg-type]
            for progress in search.run(TimeLimit(seconds) | Event(watch.signal)):
                course.add(progress)
                _tell(run_id, attempt, course, search)
        if watch.lost:
            raise operations.LeaseLost(run_id, attempt)
        if (
            operations.stop_word(run_id=run_id, attempt=attempt) == "drop"
        ):  # perhaps said since the watch's last look
            operations.cancel_run(run_id=run_id, attempt=attempt, now=now())
            return
        result = search.result
        assert result is not None
        publish_tick(f"run.{run_id}", course.checking())
        holes = holes_of(problem, result.plan)
        operations.finish_run(
            run_id=run_id,
            attempt=attempt,
            plan=result.plan,
            bound=result.bound,
            problem=problem,
            holes=holes,
            now=now(),
        )


def crew_for(problem: Problem) -> WorkerPool | RemoteCrew:
    """Who solves the parts: the other solver workers where a large problem finds at least two of
    them, else children of our own."""
    if len(problem.sessions) < SHARED:
        return WorkerPool(settings.SOLVER_CORES)
    others = idle_solvers()
    return (
        RemoteCrew(others, send_part)
        if others > max(1, settings.SOLVER_CORES)
        else WorkerPool(settings.SOLVER_CORES)
    )


def _prepare(run_id: int, attempt: int) -> tuple[Problem, Course, Plan | None]:
    """The problem, from the row or (first attempt) from the database; how far an earlier attempt
    came; its best plan."""
    run = Run.objects.select_related("rota").get(pk=run_id)
    start = unpack_plan(run.checkpoint) if run.checkpoint else None
    if run.problem:
        problem = unpack_problem(run.problem)
    else:
        problem = problem_now(run.rota, present(run.rota_id), now())
        operations.keep_problem(
            run_id=run_id, attempt=attempt, problem=pack_problem(problem), now=now()
        )
    return problem, Course.resumed(problem, run.seconds_limit, run.progress), start


def _tell(run_id: int, attempt: int, course: Course, search: Search) -> None:
    """Pages hear at most twice a second, the row is written at most once a second, a plan is stored
    every few seconds."""
    if course.due("tick", TICK):
        publish_tick(f"run.{run_id}", course.strings())
    if course.due("note", NOTE):
        save = course.improved and course.due("save", SAVE)
        plan = search.best if save else None
        checkpoint = pack_plan(plan) if plan is not None else None
        operations.report_progress(
            run_id=run_id,
            attempt=attempt,
            progress=course.numbers(),
            checkpoint=checkpoint,
            now=now(),
        )


def _fail(run_id: int, attempt: int, trouble: str) -> None:
    try:
        operations.fail_run(run_id=run_id, attempt=attempt, trouble=trouble, now=now())
    except operations.LeaseLost:
        log.warning("run %s: attempt %s failed after it had lost its lease", run_id, attempt)
