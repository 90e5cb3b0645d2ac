"""A run through the real solver: what it hands over, how it is stopped, and that a lost worker's
work is taken up, once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from backend.common.clock import now
from backend.organisations.models import Membership
from backend.outbox.models import Event
from backend.planning.holes import holes_of
from backend.planning.models import Proposal, Run
from backend.planning.operations import (
    lease_run,
    report_progress,
    request_run,
    request_what_if,
    stop_run,
    sweep_leases,
)
from backend.planning.packing import pack_plan, unpack_plan, unpack_problem
from backend.planning.policy import MOST_ATTEMPTS
from backend.planning.what_if import WhatIf
from backend.rota.aims import Aims
from backend.rota.models import Rota
from matching.check import check
from matching.plan import Plan
from matching.problem import Problem
from matching.progress import Progress
from matching.search.search import Search
from matching.solvers.pool import WorkerPool
from matching.stop import Stop
from scheduler import solving
from scheduler.priority import LOWEST
from scheduler.solving import Checkpoints, solve
from scheduler.watch import Watch
from tests.factories import (
    make_assignment,
    make_booking,
    make_credential_kind,
    make_session,
)
from tests.patience import patience
from tests.planning.scene import Scene, make_scene
from tests.running import Platform

T = TypeVar("T")


def until(question: Callable[[], T], seconds: float, every: float = 0.05) -> T:
    """Ask until the answer is true; fail when the time is over."""
    end = time.monotonic() + patience(seconds)
    while not (answer := question()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(every)
    return answer


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene(after=now())


def ask(scene: Scene, seconds: int = 5) -> Run:
    return request_run(rota_id=scene.rota.pk, seconds_limit=seconds, actor=scene.actor, now=now())


def test_a_run_hands_over_a_checked_proposal_with_its_proof(scene: Scene) -> None:
    run = ask(scene, seconds=60)  # it ends when the plan is proven best
    solve(run.pk)

    run.refresh_from_db()
    proposal = Proposal.objects.get(run=run)
    problem, plan = unpack_problem(run.problem), unpack_plan(proposal.plan)
    verdict = check(problem, plan)
    assert run.state == "finished" and verdict.sound
    assert proposal.cost == verdict.total == proposal.bound
    assert run.aims == Aims().as_json()
    assert {v for v, _ in plan.assignments} <= {f"v{scene.alice.pk}", f"v{scene.bob.pk}"} and len(
        plan.assignments
    ) == 2
    assert plan.seats == ((f"r{scene.wish.pk}", f"s{scene.morning.pk}"),)


def test_a_what_if_is_solved_on_a_changed_copy(scene: Scene) -> None:
    asked = WhatIf(venue="社区活动室", sessions=(scene.morning.pk,))
    run = request_what_if(
        rota_id=scene.rota.pk, asked=asked, seconds_limit=60, actor=scene.actor, now=now()
    )
    solve(run.pk)
    found = Proposal.objects.get(run=run)
    (evening,) = scene.evening.shifts.all()
    assert [h for _, h in unpack_plan(found.plan).assignments] == [f"h{evening.pk}"]
    assert found.state == "what_if"


def test_a_hole_says_how_many_each_rule_leaves_over(scene: Scene) -> None:
    lonely = make_session(
        rota=scene.rota,
        starts_at=scene.morning.starts_at,
        title="讲座",
        shifts=[("speaker", 1, 1)],
    )
    lonely.shifts.get().role.requires.add(make_credential_kind(code="speaker"))
    run = ask(scene)
    solve(run.pk)
    (hole,) = Proposal.objects.get(run=run).facts["holes"]
    assert (hole["session"], hole["missing"]) == (lonely.pk, 1)
    assert hole["funnel"][0] == ["everyone", 2] and dict(hole["funnel"])["qualification"] == 0


def test_people_who_are_only_dearer_elsewhere_end_the_funnel_above_zero(scene: Scene) -> None:
    run = ask(scene)
    solve(run.pk)
    run.refresh_from_db()
    problem = unpack_problem(run.problem)
    assert holes_of(problem, Plan())[0]["funnel"][-1] == ("availability", 2)


def test_a_run_that_was_dropped_leaves_no_proposal(scene: Scene) -> None:
    run = ask(scene)
    Run.objects.filter(pk=run.pk).update(stop="drop")  # asked between the lease and the first look
    solve(run.pk)
    run.refresh_from_db()
    assert run.state == "cancelled" and not Proposal.objects.exists()


def test_a_run_asked_to_hand_over_what_it_has_does_so(scene: Scene) -> None:
    run = ask(scene)
    Run.objects.filter(pk=run.pk).update(stop="keep")
    solve(run.pk)
    run.refresh_from_db()
    assert run.state == "finished" and Proposal.objects.count() == 1


def abandoned(scene: Scene, attempts: int = 1, *, seconds: float = 0.0, proven: int) -> Run:
    """A run whose workers died; the last of them had found the scene's plan."""
    run, attempt = scene.running()
    report_progress(
        run_id=run.pk,
        attempt=attempt,
        progress={"seconds": seconds, "cost": 10**9},
        bound=proven,
        checkpoint=pack_plan(scene.plan()),
        now=now(),
    )
    Run.objects.filter(pk=run.pk).update(state="queued", attempt=attempts)
    return run


class NoSearch:
    def __init__(self, *_: object, **__: object) -> None:
        raise AssertionError("there was nothing to search for")


def worth(run: Run, plan: Plan) -> int:
    run.refresh_from_db()
    assert run.problem is not None
    return check(unpack_problem(run.problem), plan).total


def test_a_resumed_run_goes_on_where_it_was(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second attempt solves the stored problem from the stored plan, seed and proof, and has
    only the rest of the time."""
    asked: dict[str, Any] = {}

    class Noted(Search):
        def __init__(self, problem: Problem, **options: Any) -> None:
            asked.update(options, problem=problem)
            super().__init__(problem, **options)

        def run(self, stop: Stop | None = None) -> Iterator[Progress]:
            assert stop is not None
            asked["left"] = stop.left()
            return super().run(stop)

    monkeypatch.setattr(solving, "Search", Noted)
    run = abandoned(scene, seconds=2.5, proven=-7)
    Run.objects.filter(pk=run.pk).update(seed=11)
    solve(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.trouble) == ("finished", 2, "")
    assert (asked["start"], asked["bound"], asked["seed"]) == (scene.plan(), -7, 11)
    assert asked["problem"] == unpack_problem(run.problem)
    assert asked["left"] <= 2.5


@pytest.mark.parametrize(
    ("attempts", "seconds", "stop", "trouble"),
    [
        (MOST_ATTEMPTS, 0.0, "", "interrupted"),
        (1, 4.5, "", ""),
        (1, 0.0, "keep", ""),
    ],
    ids=["its attempts have run out", "its time has run out", "she takes what there is"],
)
def test_the_best_plan_so_far_is_proposed_with_its_proof(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    attempts: int,
    seconds: float,
    stop: str,
    trouble: str,
) -> None:
    monkeypatch.setattr(solving, "Search", NoSearch)
    run = abandoned(scene, attempts, seconds=seconds, proven=-7)
    Run.objects.filter(pk=run.pk).update(stop=stop)
    solve(run.pk)
    cost = worth(run, scene.plan())
    proposal = Proposal.objects.get(run=run)
    assert (run.state, run.trouble) == ("finished", trouble)
    assert unpack_plan(proposal.plan) == scene.plan()
    assert (proposal.cost, proposal.bound) == (cost, min(cost, -7))


def test_what_breaks_the_search_does_not_take_the_plan_with_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OutOfMemory(Search):
        def run(self, stop: Stop | None = None) -> Iterator[Progress]:
            raise MemoryError

    monkeypatch.setattr(solving, "Search", OutOfMemory)
    run = abandoned(scene, proven=-7)
    solve(run.pk)
    run.refresh_from_db()
    assert (run.state, run.trouble) == ("finished", "memory")
    assert unpack_plan(Proposal.objects.get(run=run).plan) == scene.plan()

    first = ask(scene)
    solve(first.pk)
    first.refresh_from_db()
    assert (first.state, first.trouble) == ("failed", "memory")


def test_a_run_that_loses_its_parts_with_redis_waits_for_the_next_attempt(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(Search):
        def run(self, stop: Stop | None = None) -> Iterator[Progress]:
            raise RedisConnectionError("gone")

    monkeypatch.setattr(solving, "Search", Cut)
    run = ask(scene)
    solve(run.pk)
    run.refresh_from_db()
    assert (run.state, run.trouble) == ("running", "")
    assert sweep_leases(now=now() + timedelta(minutes=1)) == 1


def test_the_first_plan_comes_at_once_and_the_long_search_gives_way(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    seen: list[int] = []
    children: list[int] = []

    def priority_of(pid: int) -> int:  # 0: this thread
        return os.getpriority(os.PRIO_PROCESS, pid)

    class Noted(Search):
        def run(self, stop: Stop | None = None) -> Iterator[Progress]:
            for progress in super().run(stop):
                seen.append(priority_of(0))
                yield progress

    class Children(WorkerPool):
        def __init__(self, size: int) -> None:
            super().__init__(size)
            children.extend(priority_of(worker.process.pid) for worker in self._workers)

    monkeypatch.setattr(solving, "Search", Noted)
    monkeypatch.setattr(solving, "WorkerPool", Children)
    settings.SOLVER_CORES = 1
    solve(ask(scene).pk)
    ours = priority_of(0)
    assert (seen[0], set(seen[1:]), children) == (ours, {LOWEST}, [LOWEST])


def test_what_is_kept_of_a_search_is_enough_to_go_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Problem, plan and proof stand on the row together, from the first plan on."""
    run = ask(scene)
    kept: list[tuple[bool, bool, bool]] = []
    original = Checkpoints.take

    def taken(checkpoints: Checkpoints, progress: Progress) -> None:
        original(checkpoints, progress)
        run.refresh_from_db()
        kept.append((run.problem is not None, run.checkpoint is not None, run.bound is not None))
        assert run.checkpoint and run.problem
        plan = unpack_plan(run.checkpoint)
        assert check(unpack_problem(run.problem), plan).total == run.progress["cost"]

    monkeypatch.setattr(Checkpoints, "take", taken)
    solve(run.pk)
    assert set(kept) == {(True, True, True)}


def test_the_figures_of_a_run_at_work_are_those_of_the_plan_that_it_becomes(scene: Scene) -> None:
    """A place and a seat that are held already are no line of the search's own plan."""
    make_booking(family=scene.wish.family, session=scene.morning, request=scene.wish)
    over = make_session(rota=scene.rota, starts_at=now() - timedelta(days=1))
    make_assignment(shift=over.shifts.get(), volunteer=scene.alice)
    run = ask(scene)
    solve(run.pk)
    run.refresh_from_db()
    facts = Proposal.objects.get(run=run).facts
    figures = ("assignments", "volunteers", "families_served", "families")
    assert [run.progress[name] for name in figures] == [facts[name] for name in figures]
    assert [run.progress[name] for name in figures] == [3, 2, 1, 1]


def test_a_broken_run_fails_with_a_code_and_no_plan(scene: Scene) -> None:
    run = ask(scene)
    Run.objects.filter(pk=run.pk).update(problem=b"not a problem")
    solve(run.pk)
    run.refresh_from_db()
    assert run.state == "failed" and run.trouble.startswith("broken ")


def test_the_watch_notices_within_half_a_second(scene: Scene) -> None:
    """What it is asked to stop with, and that its lease is gone."""
    run = ask(scene)
    attempt = lease_run(run_id=run.pk, now=now()) or 0
    with Watch(run.pk, attempt) as watch:
        assert not watch.signal.wait(0.4)
        stop_run(run_id=run.pk, keep=True, actor=scene.actor, now=now())
        assert watch.signal.wait(0.6) and watch.word == "keep"
    with Watch(run.pk, attempt) as watch:
        Run.objects.filter(pk=run.pk).update(attempt=attempt + 1)
        assert watch.signal.wait(0.6)
        until(lambda: watch.lost, 1)


# --- the processes that a user runs ---------------------------------------------------------------


@pytest.fixture
def county(platform: Platform) -> Platform:
    """A county's month, which takes a few seconds to solve."""
    platform.manage("load_fuzhou", "--scale", "county", "--seed", "1")
    return platform


def start_run(seconds: int = 60) -> Run:
    rota = Rota.objects.filter(state="draft").order_by("-pk").first()
    assert rota is not None
    actor = (
        Membership.objects.filter(role="coordinator", organisation=rota.organisation)
        .select_related("user")
        .first()
    )
    assert actor is not None
    return request_run(rota_id=rota.pk, seconds_limit=seconds, actor=actor.user, now=now())


def state(run: Run) -> str:
    return Run.objects.values_list("state", flat=True).get(pk=run.pk)


def kill_worker(platform: Platform, part: str) -> None:
    """The worker and the process in which it works: kill -9, as the kernel does when memory runs
    out."""
    for pid in platform.pids(part):
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
        )
        children = listed.stdout.split()
        for victim in [*children, str(pid)]:
            os.kill(int(victim), signal.SIGKILL)


def test_a_killed_worker_is_replaced_within_15_seconds_and_its_run_applied_once(
    county: Platform,
) -> None:
    with county.data():
        run = start_run()
        until(
            lambda: Run.objects.filter(pk=run.pk, state="running", problem__isnull=False).exists(),
            30,
        )
        kill_worker(county, "solver-1")
        until(
            lambda: (
                Run.objects.filter(pk=run.pk, attempt__gte=2).exists() or state(run) == "finished"
            ),
            15,
        )
        until(lambda: state(run) == "finished", 60)
        assert Run.objects.get(pk=run.pk).attempt == 2
        assert Proposal.objects.filter(run=run).count() == 1
        assert Event.objects.filter(kind="run_finished", payload__run=run.pk).count() == 1


def test_cancelling_reaches_the_solver_within_a_second(county: Platform) -> None:
    with county.data():
        run = start_run()
        until(
            lambda: Run.objects.filter(pk=run.pk, state="running", problem__isnull=False).exists(),
            30,
        )
        stop_run(
            run_id=run.pk, keep=False, actor=Run.objects.get(pk=run.pk).requested_by, now=now()
        )
        until(lambda: state(run) == "cancelled", 1, every=0.02)
        assert not Proposal.objects.exists()
