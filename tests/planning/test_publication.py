"""The wish to publish: asked for once, carried out once, given back with its reason, called for
again when its worker is gone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from backend.bookings.models import Booking
from backend.outbox.models import Event
from backend.planning.models import Proposal
from backend.planning.operations import (
    ProposalOver,
    StaleProposal,
    alone,
    begin_publication,
    discard_proposal,
    publish_proposal,
    refuse_publication,
    request_publication,
    sweep_publications,
)
from backend.planning.policy import MOST_ATTEMPTS, PUBLISH_PATIENCE
from backend.planning.progress import publication
from backend.planning.queries.stale import stale_lines
from backend.planning.stale import kept
from backend.rota.models import Offer
from backend.rota.operations import claim_shift, close_rota
from matching.plan import Plan
from scheduler.publishing import publish
from tests.factories import (
    NOW,
    at,
    make_family,
    make_request,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.planning.scene import Scene, kinds, make_scene

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(seconds=PUBLISH_PATIENCE + 1)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.common.clock.now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def asked_for(scene: Scene, **more: bool) -> Proposal:
    return request_publication(proposal_id=scene.proposal().pk, actor=scene.actor, now=NOW, **more)


def test_asking_tells_the_pages_and_asks_nobody_yet(scene: Scene) -> None:
    proposal = asked_for(scene)
    assert (proposal.state, proposal.publisher) == ("publishing", scene.actor)
    assert kinds()[-1] == "proposal_publishing" and not Offer.objects.exists()
    assert f"run.{proposal.run_id}" in Event.objects.latest("pk").streams


def test_asking_twice_is_asking_once(scene: Scene) -> None:
    proposal = asked_for(scene)
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    assert kinds().count("proposal_publishing") == 1


def test_a_worker_publishes_it_once_however_often_it_is_called(scene: Scene) -> None:
    proposal = asked_for(scene)
    for _ in range(3):
        publish(proposal.pk)
    assert Proposal.objects.get().state == "published" and Proposal.objects.get().attempt == 1
    assert (
        Offer.objects.count() == 2
        and Booking.objects.count() == 1
        and kinds().count("proposal_published") == 1
    )
    assert Event.objects.get(kind="proposal_published").actor_id == scene.actor.pk


def test_the_page_is_told_each_step_as_it_begins(scene: Scene) -> None:
    heard: list[str] = []
    publish_proposal(proposal_id=scene.proposal().pk, actor=scene.actor, now=NOW, tell=heard.append)
    assert heard == ["lock", "ask", "seat", "send"]
    steps = [publication(stage) for stage in ("wait", *heard)]
    assert [step["percent"] for step in steps] == sorted({step["percent"] for step in steps})


def test_nobody_publishes_what_nobody_asked_for(scene: Scene) -> None:
    publish(scene.proposal().pk)
    assert Proposal.objects.get().state == "open" and not Offer.objects.exists()


def test_what_is_on_its_way_out_is_not_put_aside(scene: Scene) -> None:
    proposal = asked_for(scene)
    with pytest.raises(ProposalOver):
        discard_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)


def test_what_was_put_aside_is_not_published(scene: Scene) -> None:
    proposal = scene.proposal()
    discard_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    with pytest.raises(ProposalOver):
        request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)


def stale_scene() -> tuple[Scene, Proposal]:
    """Alice has taken something at the same time since the run, and the evening has a second place
    for Bob still."""
    scene = make_scene(state="published")
    other = make_session(rota=scene.rota, starts_at=at("2026-12-05 10:00"), title="讲座")
    proposal = scene.proposal()
    claim_shift(
        volunteer_id=scene.alice.pk, shift_id=other.shifts.get().pk, actor=scene.alice.user, now=NOW
    )
    return scene, proposal


def test_who_signed_up_for_something_else_meanwhile_is_named_and_nobody_is_asked() -> None:
    scene, proposal = stale_scene()
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    publish(proposal.pk)

    proposal.refresh_from_db()
    lines, count = stale_lines(proposal, NOW)
    assert (proposal.state, count, kinds()[-1]) == (
        "open",
        2,
        "proposal_refused",
    ) and not Offer.objects.exists()
    assert [(item.line.volunteer_id, item.line.session_id, item.code) for item in lines] == [
        (scene.alice.pk, scene.morning.pk, "rules"),
        (None, scene.morning.pk, "seats"),
    ]


def test_the_rest_is_published_when_that_is_asked_for() -> None:
    scene, proposal = stale_scene()
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    publish(proposal.pk)
    again = request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW, rest=True)
    assert again.refusal == {}
    publish(proposal.pk)
    assert list(Offer.objects.values_list("volunteer_id", flat=True)) == [scene.bob.pk]


def test_the_page_finds_the_reasons_that_publishing_found() -> None:
    scene, proposal = stale_scene()
    with pytest.raises(StaleProposal) as refused:
        publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    lines = refused.value.facts["lines"]
    Proposal.objects.update(refusal=kept(lines))
    read, _ = stale_lines(Proposal.objects.get(), NOW)
    assert [(item.line.pk, item.code, item.violations) for item in read] == [
        (item.line.pk, item.code, item.violations) for item in lines
    ]
    assert read[0].violations


def test_of_two_lines_too_many_for_her_the_page_names_the_one_that_publishing_named() -> None:
    """Her limit became one a day since the run: the first line fits, the second does not, and
    neither breaks a rule alone."""
    scene = make_scene(state="published")
    (morning,), (evening,) = scene.morning.shifts.all(), scene.evening.shifts.all()
    proposal = scene.proposal(
        Plan(((f"v{scene.alice.pk}", f"h{morning.pk}"), (f"v{scene.alice.pk}", f"h{evening.pk}")))
    )
    scene.alice.max_per_day = 1
    scene.alice.save(update_fields=["max_per_day"])
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    publish(proposal.pk)
    (line,), _ = stale_lines(Proposal.objects.get(), NOW)
    assert (line.line.shift_id, [v.rule for v in line.violations]) == (evening.pk, ["max_per_day"])


def test_a_rota_that_was_closed_meanwhile_gives_the_wish_back(scene: Scene) -> None:
    proposal = asked_for(scene)
    close_rota(rota_id=scene.rota.pk, actor=scene.actor, now=NOW)
    publish(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.refusal) == ("open", {"code": "proposal_over"})


def test_a_wish_that_failed_after_a_newer_proposal_came_is_put_aside(scene: Scene) -> None:
    old, new = asked_for(scene), scene.proposal()
    refuse_publication(proposal_id=old.pk, refusal={"code": "interrupted"}, now=NOW)
    assert dict(Proposal.objects.values_list("pk", "state")) == {
        old.pk: "discarded",
        new.pk: "open",
    }


def test_what_cost_too_many_workers_is_given_up(scene: Scene) -> None:
    proposal = asked_for(scene)
    for _ in range(MOST_ATTEMPTS):
        assert begin_publication(proposal_id=proposal.pk, now=NOW) is not None
    assert begin_publication(proposal_id=proposal.pk, now=NOW) is None
    proposal.refresh_from_db()
    assert (proposal.state, proposal.refusal) == ("open", {"code": "interrupted"})


@pytest.mark.parametrize(
    ("error", "state"),
    [(OperationalError("lock timeout"), "publishing"), (KeyError("a fault"), "open")],
)
def test_a_lock_that_was_not_to_be_had_is_tried_again_and_a_fault_is_not(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    def broken(**_: object) -> None:
        raise error

    proposal = asked_for(scene)
    monkeypatch.setattr("scheduler.publishing.operations.publish_proposal", broken)
    publish(proposal.pk)
    proposal.refresh_from_db()
    assert proposal.state == state


def test_the_sweep_calls_again_after_a_while_and_not_before(scene: Scene) -> None:
    asked_for(scene)
    assert sweep_publications(now=NOW + timedelta(seconds=PUBLISH_PATIENCE)) == 0
    assert sweep_publications(now=LATE) == 1
    assert sweep_publications(now=LATE) == 0
    assert kinds().count("publication_called_again") == 1


@pytest.mark.django_db(transaction=True)
def test_the_sweep_calls_nobody_while_somebody_is_at_work(scene: Scene) -> None:
    proposal = asked_for(scene)
    at_work, done = threading.Event(), threading.Event()

    def worker() -> None:
        with alone(proposal.pk) as mine:
            assert mine
            at_work.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=worker)
    thread.start()
    assert at_work.wait(30)
    assert sweep_publications(now=LATE) == 0
    publish(proposal.pk)
    assert Proposal.objects.get().attempt == 0  # a second worker goes home at once
    done.set()
    thread.join()
    assert sweep_publications(now=LATE) == 1


def test_statements_do_not_grow_with_the_proposal() -> None:
    assert statements_for(2) == statements_for(20)


def statements_for(lines: int) -> int:
    """Publishing a fresh rota with so many people asked and so many families seated."""
    scene = make_scene()
    rota = make_rota(organisation=scene.rota.organisation)
    sessions = [
        make_session(rota=rota, starts_at=at(f"2026-12-{1 + n:02d} 09:00"), seats=(0, 10, 5))
        for n in range(lines)
    ]
    people = [make_volunteer(organisation=rota.organisation) for _ in sessions]
    wishes = [make_request(family=make_family(), programme=sessions[0].programme) for _ in sessions]
    plan = Plan(
        tuple((f"v{v.pk}", f"h{s.shifts.get().pk}") for v, s in zip(people, sessions, strict=True)),
        tuple((f"r{w.pk}", f"s{s.pk}") for w, s in zip(wishes, sessions, strict=True)),
    )
    proposal = Scene(
        scene.actor, rota, sessions[0], sessions[1], people[0], people[1], wishes[0]
    ).proposal(plan)
    with CaptureQueriesContext(connection) as captured:
        publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    assert (
        Offer.objects.filter(session__rota=rota).count()
        == Booking.objects.filter(session__rota=rota).count()
        == lines
    )
    return len(captured)
