"""Work on one run: lease it, search, note how it goes, hand over a checked plan. A thin loop over
`matching.search.search.Search`.

A watch beside it keeps the lease and reads the stop word, so a cancelled run stops within a second.
A worker that lost its lease stops and writes nothing: the run belongs to a later attempt, which
goes on with the same problem, the best plan and the best bound that are on the row.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from kombu.exceptions import OperationalError
from redis import RedisError

from backend.common.clock import now
from backend.planning import operations
from backend.planning.holes import holes_of
from backend.planning.lines import present, problem_now
from backend.planning.models import Run
from backend.planning.packing import pack_plan, pack_problem, unpack_plan, unpack_problem
from backend.planning.policy import MOST_ATTEMPTS
from backend.planning.progress import Course
from matching.plan import Plan
from matching.problem import Problem
from matching.search.search import Search
from matching.solvers.pool import WorkerPool
from matching.stop import Event, TimeLimit
from scheduler.crew import RemoteCrew, idle_solvers, send_part
from scheduler.watch import Watch

log = logging.getLogger(__name__)
SHARED = 1500  # sessions from which on a run's parts are shared among solver workers
NOTE = 1.0  # seconds between two writes of the row
SAVE = 2.0  # seconds between two stored plans


def solve(run_id: int) -> None:
    """Do the run if it still waits.

    Safe to call twice, from two machines, or again after a crash.
    """
    attempt = operations.lease_run(run_id=run_id, now=now())
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
    course = Course.resumed(run.seconds_limit, run.progress, run.bound)
    watch.course = course
    given_up = run.attempt > MOST_ATTEMPTS
    if has_plan(run) and (given_up or run.stop or course.left < 1):
        _hand_over_kept(watch, run, "interrupted" if given_up else "")
        return
    with ThreadPoolExecutor(1) as aside:
        # asked while the data are read: it takes a second or two
        others = aside.submit(_other_solvers) if _is_large(run) else None
        problem = _problem_of(run)
        course.families = len(problem.requests)
        course.enter("start")
        start = unpack_plan(run.checkpoint) if run.checkpoint else None
        with crew_for(others.result() if others else 0) as crew:
            # the same questions, asked of other machines
            pool: WorkerPool = crew  # type: ignore[assignment]
            search = Search(problem, start=start, seed=run.seed, pool=pool, bound=run.bound)
            diary = Diary(watch, course, search, problem_is_kept=bool(run.problem))
            for progress in search.run(TimeLimit(course.left) | Event(watch.signal)):
                course.add(progress)
                diary.write()
    if search.result is not None:
        _hand_over(watch, problem, search.result.plan, search.result.bound)


def _is_large(run: Run) -> bool:
    return run.rota.sessions.count() >= SHARED


def _other_solvers() -> int:
    """None while Redis is away: the run does without them."""
    try:
        return idle_solvers()
    except (OSError, RedisError, OperationalError):
        log.warning("the other solvers cannot be asked", exc_info=True)
        return 0


def crew_for(others: int) -> WorkerPool | RemoteCrew:
    """Who solves the parts: the idle solver workers beside us where they are more than the children
    that we could have ourselves."""
    if others > max(1, settings.SOLVER_CORES):
        return RemoteCrew(others, send_part)
    return WorkerPool(settings.SOLVER_CORES)


def _problem_of(run: Run) -> Problem:
    """From the row, or (when no attempt came to its first plan yet) from the database."""
    if run.problem:
        return unpack_problem(run.problem)
    return problem_now(run.rota, present(run.rota_id), now())


@dataclass
class Diary:
    """What is kept of a search while it goes on: its problem with the first plan, then its numbers
    once a second, its best plan every few.

    The problem comes after the first plan because packing a city takes longer than finding one;
    nothing else that speaks of it is on the row before.
    """

    watch: Watch
    course: Course
    search: Search
    problem_is_kept: bool

    def write(self) -> None:
        """Raises LeaseLost."""
        if not self.course.due("note", NOTE):
            return
        if self.search.best is not None and not self.problem_is_kept:
            self._keep_problem()
        plan = self.search.best if self.course.improved and self.course.due("save", SAVE) else None
        if plan is not None:
            self.course.improved = False
        operations.report_progress(
            run_id=self.watch.run_id,
            attempt=self.watch.attempt,
            progress=self.course.numbers(),
            bound=self.course.bound if self.problem_is_kept else None,
            checkpoint=pack_plan(plan) if plan is not None else None,
            now=now(),
        )

    def _keep_problem(self) -> None:
        """As the search has it by now: without pins that cannot be kept together."""
        operations.keep_problem(
            run_id=self.watch.run_id,
            attempt=self.watch.attempt,
            problem=pack_problem(self.search.problem),
            now=now(),
        )
        self.problem_is_kept = True


def _hand_over(watch: Watch, problem: Problem, plan: Plan, bound: int, trouble: str = "") -> None:
    """Propose the plan, unless the run was dropped meanwhile. Raises LeaseLost, UnsoundPlan."""
    run_id, attempt = watch.run_id, watch.attempt
    if operations.stop_word(run_id=run_id, attempt=attempt) == "drop":
        operations.cancel_run(run_id=run_id, attempt=attempt, now=now())
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
        now=now(),
    )


def _hand_over_kept(watch: Watch, run: Run, trouble: str) -> None:
    """Propose what earlier attempts, or this one until now, have left on the row."""
    assert run.problem and run.checkpoint and run.bound is not None
    problem, plan = unpack_problem(run.problem), unpack_plan(run.checkpoint)
    _hand_over(watch, problem, plan, run.bound, trouble)


def _give_up(watch: Watch, trouble: str) -> None:
    """Something went wrong that would go wrong again: the best plan so far is proposed with the
    reason, and where there is none the run fails with it."""
    run = Run.objects.get(pk=watch.run_id)
    try:
        if has_plan(run):
            _hand_over_kept(watch, run, trouble)
            return
    except operations.LeaseLost:
        pass  # said below
    except Exception:
        log.exception("run %s: its last plan cannot be proposed", run.pk)
    try:
        operations.fail_run(run_id=run.pk, attempt=watch.attempt, trouble=trouble, now=now())
    except operations.LeaseLost:
        log.warning("run %s: attempt %s failed after it had lost its lease", run.pk, watch.attempt)


def has_plan(run: Run) -> bool:
    """Whether the row holds a plan that could be proposed as it is."""
    return bool(run.problem and run.checkpoint) and run.bound is not None
