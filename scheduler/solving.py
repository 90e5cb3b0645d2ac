"""Work on one run: lease it, search, note how it goes, hand over a checked plan. A thin loop over
`matching.search.search.Search`.

A watch beside it keeps the lease and reads the stop word, so a cancelled run stops within a second.
A worker that lost its lease stops and writes nothing: the run belongs to a later attempt, which
goes on with the same problem, the best plan and the best bound that are on the row.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError
from redis import RedisError

from backend.common import clock
from backend.planning import operations
from backend.planning.holes import holes_of
from backend.planning.lines import Present, arranged_by
from backend.planning.models import Run
from backend.planning.packing import pack_plan, pack_problem, unpack_plan, unpack_problem
from backend.planning.policy import MOST_ATTEMPTS
from backend.planning.progress import Course
from backend.planning.what_if import aims_of_run, present_of_run, problem_of_run
from backend.rota.snapshot import number
from matching import Job, Plan, Problem, Progress, Result, Search, Signal, TimeLimit, WorkerPool
from scheduler.pool import RemotePool, idle_solvers, send_part
from scheduler.priority import gently
from scheduler.watch import Watch

log = logging.getLogger(__name__)
SHARED = 1500  # sessions from which on a run's parts are shared among solver workers
SAVE = 1.0  # seconds between two plans that are shown and stored


def solve(run_id: int) -> None:
    """Do the run if it still waits.

    Safe to call twice, from two machines, or again after a crash.
    """
    attempt = operations.lease_run(run_id=run_id, now=clock.now())
    if attempt is None:
        return
    with Watch(run_id, attempt) as watch:
        try:
            _work(watch)
        except operations.LeaseLost:
            log.warning("run %s: attempt %s lost its lease", run_id, attempt)
        except RedisError:
            # parts under way at other solvers are lost: when the lease is over it goes on from here
            log.warning("run %s: attempt %s lost its parts", run_id, attempt, exc_info=True)
        except operations.UnsoundPlan as error:
            log.error("run %s: the check refused the plan: %s", run_id, error)
            _give_up(watch, "unsound")
        except MemoryError:
            _give_up(watch, "memory")
        except Exception as error:
            log.exception("run %s failed", run_id)
            _give_up(watch, f"broken {type(error).__name__}")


def _work(watch: Watch) -> None:
    run = Run.objects.select_related("rota").get(pk=watch.run_id)
    # without its problem a plan of an earlier attempt is gone, and its numbers with it
    known = run.progress if run.problem else {"seconds": run.progress.get("seconds", 0)}
    course = Course.resumed(run.seconds_limit, known, run.bound)
    watch.course = course
    watch.problem_is_stored = bool(run.problem)
    given_up = run.attempt > MOST_ATTEMPTS
    if has_plan(run) and (given_up or run.stop or course.left < 1):
        _propose_checkpoint(watch, run, "interrupted" if given_up else "")
        return
    with gently() as slow:
        # its children start, and other solvers are asked, while the data are read
        pool = StartingPool(slow.submit(pool_for, _is_large(run)))
        try:
            problem = _problem_of(run)
            course.families = len(problem.requests)
            course.enter("start")
            found = _search(watch, run, problem, pool, slow)
        finally:
            pool.close()
    if found is not None:
        _propose(watch, problem, found.plan, found.bound)


def _search(
    watch: Watch, run: Run, problem: Problem, pool: StartingPool, slow: ThreadPoolExecutor
) -> Result | None:
    """The first plan at once, what follows gently."""
    assert watch.course is not None
    stop = TimeLimit(watch.course.left) | Signal(watch.signal)
    start = unpack_plan(run.checkpoint) if run.checkpoint else None
    search = Search(problem, start=start, seed=run.seed, pool=pool, bound=run.bound)
    aims = aims_of_run(run).as_json()
    checkpoints = Checkpoints(watch, watch.course, search, present_of_run(run), aims)
    reports = search.run(stop)
    for progress in reports:
        checkpoints.take(progress)
        break
    slow.submit(copy_context().run, checkpoints.follow, reports).result()
    return search.result


class StartingPool:
    """A pool that is being started; whoever asks it something waits until it is there. The first
    plan asks it nothing."""

    def __init__(self, pool: Future[WorkerPool | RemotePool]) -> None:
        self._pool = pool

    @property
    def size(self) -> int:
        return self._pool.result().size

    def start(self, name: str, *arguments: object) -> Job:
        return self._pool.result().start(name, *arguments)

    def free(self) -> int:
        return self._pool.result().free()

    def drop(self) -> None:
        self._pool.result().drop()

    def close(self) -> None:
        self._pool.result().__exit__()


def _is_large(run: Run) -> bool:
    return run.rota.sessions.count() >= SHARED


def _other_solvers() -> int:
    """0 while Redis is away: the run does without them."""
    try:
        return idle_solvers()
    except (OSError, RedisError, OperationalError):
        log.warning("the other solvers cannot be asked", exc_info=True)
        return 0


def pool_for(is_large: bool) -> WorkerPool | RemotePool:
    """Who solves the parts: for a large problem the idle solver workers beside us where they are
    more than the children that we could have ourselves."""
    if is_large:
        others = _other_solvers()
        if others > max(1, settings.SOLVER_CORES):
            return RemotePool(others, send_part)
    return WorkerPool(settings.SOLVER_CORES)


def _problem_of(run: Run) -> Problem:
    """From the row, or (when no attempt came to its first plan yet) from the database."""
    # Millions of small objects and no cycle among them: looking for some takes a third of the time.
    gc.disable()
    try:
        if run.problem:
            return unpack_problem(run.problem)
        return problem_of_run(run, clock.now())
    finally:
        gc.enable()


@dataclass
class Checkpoints:
    """What is kept of a search while it goes on: its problem, and its best plan together with the
    numbers that pages show of it: those of the proposal that it would be, `held` among them.

    Packing a city takes longer than finding a first plan, so that one is shown before: it is lost
    with a worker that dies in just these seconds, and nothing that speaks of it is on the row.
    """

    watch: Watch
    course: Course
    search: Search
    held: Present
    aims: dict[str, object]

    def follow(self, reports: Iterator[Progress]) -> None:
        """In a thread of its own, to the end of the search. Raises LeaseLost."""
        try:
            for progress in reports:
                self.take(progress)
        finally:
            connection.close()

    def take(self, progress: Progress) -> None:
        """Raises LeaseLost."""
        if self.search.best is None:
            return
        if not self.watch.problem_is_stored:
            with self.watch.lock:
                self._add(progress)
                self.watch.note()
            self._keep_problem()
            with self.watch.lock:
                self.watch.note(pack_plan(self.search.best))
        elif self.course.is_better(progress) and self.course.due("save", SAVE):
            with self.watch.lock:
                self._add(progress)
                self.watch.note(pack_plan(self.search.best))
        else:
            self.course.prove(progress.bound)

    def _add(self, progress: Progress) -> None:
        assert self.search.best is not None
        arranged = arranged_by(self.search.problem, self.search.best, self.held)
        self.course.add(progress, arranged.figures(self.search.problem))

    def _keep_problem(self) -> None:
        """As the search has it by now: without pins that cannot be kept together."""
        operations.keep_problem(
            run_id=self.watch.run_id,
            attempt=self.watch.attempt,
            problem=pack_problem(self.search.problem),
            families={number(request.family) for request in self.search.problem.requests},
            aims=self.aims,
            now=clock.now(),
        )
        self.watch.problem_is_stored = True


def _propose(watch: Watch, problem: Problem, plan: Plan, bound: int, trouble: str = "") -> None:
    """Propose the plan, unless the run was dropped meanwhile. Raises LeaseLost, UnsoundPlan."""
    run_id = watch.run_id
    attempt = watch.attempt
    if operations.stop_word(run_id=run_id, attempt=attempt) == Run.Stop.DROP:
        operations.cancel_run(run_id=run_id, attempt=attempt, now=clock.now())
        return
    if watch.course is not None:
        watch.course.enter("check")
    holes = holes_of(problem, plan)
    operations.finish_run(
        run_id=run_id,
        attempt=attempt,
        plan=plan,
        bound=bound,
        problem=problem,
        holes=holes,
        trouble=trouble,
        now=clock.now(),
    )


def _propose_checkpoint(watch: Watch, run: Run, trouble: str) -> None:
    """Propose what earlier attempts, or this one until now, have left on the row."""
    assert run.problem and run.checkpoint and run.bound is not None
    problem = unpack_problem(run.problem)
    plan = unpack_plan(run.checkpoint)
    _propose(watch, problem, plan, run.bound, trouble)


def _give_up(watch: Watch, trouble: str) -> None:
    """Something went wrong that would go wrong again: the best plan so far is proposed with the
    reason, and where there is none the run fails with it."""
    run = Run.objects.get(pk=watch.run_id)
    try:
        if has_plan(run):
            _propose_checkpoint(watch, run, trouble)
            return
    except operations.LeaseLost:
        pass  # said below
    except Exception:
        log.exception("run %s: its last plan cannot be proposed", run.pk)
    try:
        operations.fail_run(run_id=run.pk, attempt=watch.attempt, trouble=trouble, now=clock.now())
    except operations.LeaseLost:
        log.warning("run %s: attempt %s failed after it had lost its lease", run.pk, watch.attempt)


def has_plan(run: Run) -> bool:
    """Whether the row holds a plan that could be proposed as it is."""
    return bool(run.problem and run.checkpoint) and run.bound is not None
