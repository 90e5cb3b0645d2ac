"""A run through the real solver: what it hands over, how it is stopped, and that a lost worker's
work is taken up, once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from backend.common.clock import now
from backend.organisations.models import Membership
from backend.outbox.models import Event
from backend.planning.holes import holes_of
from backend.planning.models import Proposal, Run
from backend.planning.operations import lease_run, report_progress, request_run, stop_run
from backend.planning.packing import pack_plan, unpack_plan, unpack_problem
from backend.rota.models import Rota
from matching.check import check
from matching.plan import Plan
from scheduler.solving import Watch, solve
from tests.factories import make_credential_kind, make_session
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
    return make_scene()


def ask(scene: Scene, seconds: int = 5) -> Run:
    return request_run(rota_id=scene.rota.pk, seconds_limit=seconds, actor=scene.actor, now=now())


def test_a_run_hands_over_a_checked_proposal_with_its_proof(scene: Scene) -> None:
    run = ask(scene)
    solve(run.pk)

    run.refresh_from_db()
    proposal = Proposal.objects.get(run=run)
    problem, plan = unpack_problem(run.problem), unpack_plan(proposal.plan)
    verdict = check(problem, plan)
    assert run.state == "finished" and verdict.sound
    assert proposal.cost == verdict.total == proposal.bound
    assert {v for v, _ in plan.assignments} <= {f"v{scene.alice.pk}", f"v{scene.bob.pk}"} and len(
        plan.assignments
    ) == 2
    assert plan.seats == ((f"r{scene.wish.pk}", f"s{scene.morning.pk}"),)


def test_a_hole_says_how_many_each_rule_leaves_over(scene: Scene) -> None:
    lonely = make_session(rota=scene.rota, title="讲座", shifts=[("speaker", 1, 1)])
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
    assert holes_of(problem, Plan())[0]["funnel"][-1] == ("in_plan", 2)


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


def test_a_resumed_run_goes_on_where_it_was(scene: Scene) -> None:
    """The second attempt solves the stored problem, starts from the stored plan and has only the
    rest of the time."""
    run = ask(scene)
    attempt = lease_run(run_id=run.pk, now=now())
    assert attempt == 1
    report_progress(
        run_id=run.pk,
        attempt=1,
        progress={"seconds": 4.5},
        checkpoint=pack_plan(scene.plan()),
        now=now(),
    )
    Run.objects.filter(pk=run.pk).update(state="queued")
    solve(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("finished", 2)


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
