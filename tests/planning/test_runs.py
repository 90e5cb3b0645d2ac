"""A run from the request to its end: one at a time, one worker at a time, applied once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from backend.common import clock
from backend.outbox.models import Event
from backend.outbox.stored import read
from backend.planning.models import Proposal, ProposalLine, Run
from backend.planning.operations import (
    LeaseLost,
    RotaNotPlannable,
    RunIsLive,
    RunOver,
    UnsoundPlan,
    cancel_run,
    fail_run,
    finish_run,
    lease_run,
    renew_lease,
    report_progress,
    request_run,
    request_what_if,
    stop_run,
    sweep_leases,
)
from backend.planning.packing import pack_plan, unpack_plan, unpack_problem
from backend.planning.policy import MOST_ATTEMPTS, QUEUE_PATIENCE
from backend.planning.queries.runs import waiting
from backend.planning.what_if import WhatIf
from matching.plan import Plan
from scheduler.subscriptions import tasks_of
from scheduler.tasks.waiting import tell_waiting
from tests.factories import NOW, make_assignment, make_booking, make_offer, make_rota
from tests.planning.scene import Scene, kinds, make_scene

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=60)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_a_second_run_on_a_rota_is_refused_while_one_is_live(scene: Scene) -> None:
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    with pytest.raises(RunIsLive) as refused:
        request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    assert refused.value.facts == {"run": run.pk}


def test_a_closed_rota_is_not_planned(scene: Scene) -> None:
    closed = make_rota(state="closed")
    with pytest.raises(RotaNotPlannable):
        request_run(rota_id=closed.pk, seconds_limit=5, actor=scene.actor, now=NOW)


def test_a_task_delivered_twice_is_worked_on_once(scene: Scene) -> None:
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    assert lease_run(run_id=run.pk, now=NOW) == 1
    assert lease_run(run_id=run.pk, now=NOW) is None


def test_who_waits_for_a_solver_reads_how_many_are_before_her(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are worked on and those that wait for longer, what-ifs among them; one is told
    when one of them ends, on the page that is open."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    first, mine = make_scene(), scene
    asked = WhatIf(week=1)
    other = request_what_if(
        rota_id=first.rota.pk, asked=asked, seconds_limit=5, actor=first.actor, now=NOW
    )
    worked_on = request_run(rota_id=first.rota.pk, seconds_limit=5, actor=first.actor, now=NOW)
    lease_run(run_id=worked_on.pk, now=NOW)
    run = request_run(rota_id=mine.rota.pk, seconds_limit=5, actor=mine.actor, now=NOW)
    assert waiting() == [(other.pk, 1), (run.pk, 2)]
    client.force_login(mine.actor)
    page = client.get(f"/c/rotas/{mine.rota.pk}/run-panel/").content.decode()
    assert '<span data-field="before">2</span>' in page and "用了" not in page

    told: list[tuple[str, object]] = []
    monkeypatch.setattr(
        "scheduler.tasks.waiting.publish_tick",
        lambda stream, data, **_: told.append((stream, data)),
    )
    stop_run(run_id=other.pk, keep=False, actor=first.actor, now=NOW)
    ended = Event.objects.get(kind="run_cancelled")
    assert [task for task, _ in tasks_of(read(ended.kind, ended.payload))] == [tell_waiting.name]
    tell_waiting()
    assert told == [(f"run.{run.pk}", {"before": 1})]


def test_a_finished_run_leaves_a_checked_proposal_with_its_lines(scene: Scene) -> None:
    proposal = scene.proposal()

    assert (proposal.run.state, proposal.state) == ("finished", "open")
    assert proposal.facts["assignments"] == 2 and proposal.facts["families_served"] == 1
    assert sorted(
        proposal.lines.values_list("volunteer_id", "request_id", "session_id", "change"), key=str
    ) == sorted(
        [
            (scene.alice.pk, None, scene.morning.pk, "new"),
            (scene.bob.pk, None, scene.evening.pk, "new"),
            (None, scene.wish.pk, scene.morning.pk, "new"),
        ],
        key=str,
    )
    assert kinds() == ["run_requested", "run_started", "run_finished"]


def test_a_wish_that_has_its_seat_already_has_a_session_in_the_next_plan(scene: Scene) -> None:
    make_booking(family=scene.wish.family, session=scene.morning, request=scene.wish)
    proposal = scene.proposal(scene.plan(with_seat=False))
    assert (proposal.facts["families_served"], proposal.facts["families"]) == (1, 1)


def test_the_stored_problem_is_the_one_that_was_solved(scene: Scene) -> None:
    run, _ = scene.running()
    run.refresh_from_db()
    problem = unpack_problem(run.problem)
    assert {v.id for v in problem.volunteers} >= {f"v{scene.alice.pk}", f"v{scene.bob.pk}"}


def test_a_plan_that_breaks_a_rule_is_not_stored(scene: Scene) -> None:
    run, attempt = scene.running()
    shift = scene.morning.shifts.get()
    crowded = Plan(((f"v{scene.alice.pk}", f"h{shift.pk}"), (f"v{scene.bob.pk}", f"h{shift.pk}")))
    with pytest.raises(UnsoundPlan, match="head_count"):
        finish_run(run_id=run.pk, attempt=attempt, plan=crowded, bound=0, now=NOW)
    assert not Proposal.objects.exists()


def test_a_newer_proposal_replaces_the_open_one(scene: Scene) -> None:
    first, second = scene.proposal(), scene.proposal()
    first.refresh_from_db()
    assert (first.state, second.state) == ("discarded", "open")


def test_lines_say_what_stays_and_what_would_go() -> None:
    scene = make_scene(state="published")
    (first,), (second,) = scene.morning.shifts.all(), scene.evening.shifts.all()
    make_assignment(volunteer=scene.alice, shift=first)
    make_offer(volunteer=scene.alice, shift=second)

    proposal = scene.proposal()

    changes = dict(
        proposal.lines.filter(volunteer_id__isnull=False)
        .values_list("shift_id", "change")
        .distinct()
        .order_by("shift_id", "-change")
    )
    assert (
        ProposalLine.objects.filter(
            proposal=proposal, volunteer_id=scene.alice.pk, shift_id=first.pk
        )
        .get()
        .change
        == "kept"
    )
    assert (
        ProposalLine.objects.filter(
            proposal=proposal, volunteer_id=scene.alice.pk, shift_id=second.pk
        )
        .get()
        .change
        == "gone"
    )
    assert (
        ProposalLine.objects.filter(
            proposal=proposal, volunteer_id=scene.bob.pk, shift_id=second.pk
        )
        .get()
        .change
        == "new"
    )
    assert changes[first.pk] == "kept"


def test_who_has_said_yes_is_never_let_go_by_a_plan() -> None:
    scene = make_scene(state="published")
    make_assignment(volunteer=scene.bob, shift=scene.morning.shifts.get())

    proposal = scene.proposal(Plan(((f"v{scene.bob.pk}", f"h{scene.morning.shifts.get().pk}"),)))

    assert list(proposal.lines.values_list("volunteer_id", "change")) == [(scene.bob.pk, "kept")]


def test_a_worker_that_lost_its_lease_writes_nothing(scene: Scene) -> None:
    run, attempt = scene.running()
    assert sweep_leases(now=LATER) == 1
    newer = lease_run(run_id=run.pk, now=LATER)
    assert newer == attempt + 1

    for write in (
        lambda: renew_lease(run_id=run.pk, attempt=attempt, now=LATER),
        lambda: report_progress(
            run_id=run.pk, attempt=attempt, progress={}, checkpoint=None, now=LATER
        ),
        lambda: finish_run(run_id=run.pk, attempt=attempt, plan=scene.plan(), bound=0, now=LATER),
        lambda: fail_run(run_id=run.pk, attempt=attempt, trouble="memory", now=LATER),
        lambda: cancel_run(run_id=run.pk, attempt=attempt, now=LATER),
    ):
        with pytest.raises(LeaseLost):
            write()
    assert Run.objects.get(pk=run.pk).state == "running" and not Proposal.objects.exists()
    finish_run(run_id=run.pk, attempt=newer, plan=scene.plan(), bound=0, now=LATER)
    assert Proposal.objects.count() == 1


def test_the_next_worker_starts_from_the_checkpoint(scene: Scene) -> None:
    run, attempt = scene.running()
    report_progress(
        run_id=run.pk,
        attempt=attempt,
        progress={"seconds": 3},
        checkpoint=pack_plan(scene.plan()),
        now=NOW,
    )
    report_progress(
        run_id=run.pk, attempt=attempt, progress={"seconds": 4}, checkpoint=None, now=NOW
    )

    sweep_leases(now=LATER)
    lease_run(run_id=run.pk, now=LATER)

    run.refresh_from_db()
    assert unpack_plan(run.checkpoint).to_json() == scene.plan().to_json()
    assert run.progress == {"seconds": 4}


def test_a_held_lease_is_left_alone(scene: Scene) -> None:
    run, attempt = scene.running()
    renew_lease(run_id=run.pk, attempt=attempt, now=LATER)
    assert sweep_leases(now=LATER) == 0


def test_a_waiting_run_whose_task_was_lost_is_announced_again(scene: Scene) -> None:
    request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    assert sweep_leases(now=NOW + timedelta(seconds=QUEUE_PATIENCE - 1)) == 0
    assert sweep_leases(now=NOW + timedelta(seconds=QUEUE_PATIENCE + 1)) == 1
    assert kinds() == ["run_requested", "run_called_again"]


def test_a_run_that_takes_every_worker_down_is_given_up(scene: Scene) -> None:
    run, _ = scene.running()
    for n in range(1, MOST_ATTEMPTS):
        sweep_leases(now=NOW + timedelta(minutes=n))
        lease_run(run_id=run.pk, now=NOW + timedelta(minutes=n))
    sweep_leases(now=NOW + timedelta(hours=1))
    run.refresh_from_db()
    assert (run.state, run.trouble) == ("failed", "interrupted")


def test_a_proven_bound_never_falls(scene: Scene) -> None:
    """Neither on the row, whatever a later attempt says, nor in what is proposed."""
    run, attempt = scene.running()
    for bound, stored in ((-900, -900), (50, 50), (-40_000, 50), (None, 50)):
        report_progress(run_id=run.pk, attempt=attempt, progress={}, bound=bound, now=NOW)
        run.refresh_from_db()
        assert run.bound == stored
    proposal = finish_run(
        run_id=run.pk, attempt=attempt, plan=scene.plan(), bound=-41_000_000, now=NOW
    )
    assert proposal.bound == 50 < proposal.cost


def test_a_run_with_a_plan_has_one_attempt_more_to_hand_it_over(scene: Scene) -> None:
    run, attempt = scene.running()
    kept = pack_plan(scene.plan())
    report_progress(run_id=run.pk, attempt=attempt, progress={}, checkpoint=kept, now=NOW)
    for n in range(1, MOST_ATTEMPTS + 1):
        sweep_leases(now=NOW + timedelta(minutes=n))
        assert lease_run(run_id=run.pk, now=NOW + timedelta(minutes=n)) == 1 + n
    sweep_leases(now=NOW + timedelta(hours=1))
    run.refresh_from_db()
    assert (run.attempt, run.state, run.trouble) == (MOST_ATTEMPTS + 1, "failed", "interrupted")


def test_stopping_a_waiting_run_ends_it_at_once(scene: Scene) -> None:
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    assert stop_run(run_id=run.pk, keep=False, actor=scene.actor, now=NOW).state == "cancelled"
    assert lease_run(run_id=run.pk, now=NOW) is None
    with pytest.raises(RunOver):
        stop_run(run_id=run.pk, keep=False, actor=scene.actor, now=NOW)


def test_a_stop_word_reaches_the_worker_and_is_never_softened(scene: Scene) -> None:
    run, attempt = scene.running()
    stop_run(run_id=run.pk, keep=True, actor=scene.actor, now=NOW)
    assert renew_lease(run_id=run.pk, attempt=attempt, now=NOW) == "keep"
    stop_run(run_id=run.pk, keep=False, actor=scene.actor, now=NOW)
    stop_run(run_id=run.pk, keep=True, actor=scene.actor, now=NOW)
    assert renew_lease(run_id=run.pk, attempt=attempt, now=NOW) == "drop"


def test_a_dropped_run_whose_worker_died_is_cancelled_by_the_sweep(scene: Scene) -> None:
    run, _ = scene.running()
    stop_run(run_id=run.pk, keep=False, actor=scene.actor, now=NOW)
    sweep_leases(now=LATER)
    run.refresh_from_db()
    assert run.state == "cancelled"
