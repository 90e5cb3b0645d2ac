"""Publishing a proposal: everyone concerned is asked, nobody else hears of it, stale lines are
named, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.bookings.models import Booking
from backend.families.models import FamilyAvailability, Request
from backend.outbox.models import Event
from backend.planning.lines import present, problem_now
from backend.planning.models import Proposal
from backend.planning.operations import (
    ProposalOver,
    StaleProposal,
    discard_proposal,
    publish_proposal,
)
from backend.rota.agreed import Agreed
from backend.rota.models import Offer, Session, Shift
from backend.rota.operations import cancel_session, claim_shift, publish_rota, withdraw_offers
from backend.volunteers.models import Volunteer
from matching.plan import Plan
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.matching.solved import best
from tests.planning.scene import Scene, kinds, make_scene

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_publishing_asks_the_people_of_the_plan_and_opens_the_rota(scene: Scene) -> None:
    carol = make_volunteer(name="黄丽华")
    proposal = scene.proposal()

    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)

    scene.rota.refresh_from_db()
    assert (scene.rota.state, scene.rota.version) == ("published", 1)
    offers = list(Offer.objects.order_by("session__starts_at"))
    assert [(o.volunteer_id, o.session_id, o.state, o.proposal_id) for o in offers] == [
        (scene.alice.pk, scene.morning.pk, "pending", proposal.pk),
        (scene.bob.pk, scene.evening.pk, "pending", proposal.pk),
    ]
    assert not Offer.objects.filter(volunteer=carol).exists()
    booking = Booking.objects.get()
    assert (booking.family_id, booking.session_id, booking.state) == (
        scene.wish.family_id,
        scene.morning.pk,
        "offered",
    )


def test_one_event_tells_everyone_concerned(scene: Scene) -> None:
    proposal = scene.proposal()
    before = len(kinds())
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)

    assert kinds()[before:] == ["rota_published", "proposal_published"]
    told = Event.objects.filter(kind__in=["rota_published", "proposal_published"])
    streams = {stream for event in told for stream in event.streams}
    assert streams >= {
        f"rota.{scene.rota.pk}",
        f"plan.{scene.rota.pk}",
        f"run.{proposal.run_id}",
        f"organisation.{scene.rota.organisation_id}",
        f"volunteer.{scene.alice.pk}",
        f"volunteer.{scene.bob.pk}",
        f"family.{scene.wish.family_id}",
        f"session.{scene.morning.pk}",
        f"session.{scene.evening.pk}",
    }


def test_publishing_twice_publishes_once(scene: Scene) -> None:
    proposal = scene.proposal()
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    assert Offer.objects.count() == 2 and kinds().count("proposal_published") == 1


def test_who_has_a_place_already_is_not_asked_again() -> None:
    scene = make_scene(state="published")
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    proposal = scene.proposal()
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    assert list(Offer.objects.values_list("volunteer_id", flat=True)) == [scene.bob.pk]
    assert f"volunteer.{scene.alice.pk}" not in Event.objects.get(kind="proposal_published").streams


def test_an_unanswered_offer_that_the_plan_drops_is_taken_back() -> None:
    scene = make_scene(state="published")
    old = make_offer(volunteer=scene.alice, shift=scene.evening.shifts.get())
    proposal = scene.proposal()
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    old.refresh_from_db()
    assert old.state == "withdrawn"
    assert (
        Offer.objects.filter(session=scene.evening, state="pending").get().volunteer_id
        == scene.bob.pk
    )


def taken_back(many: int) -> tuple[int, list[Offer]]:
    """The statements of publishing a plan that holds none of so many unanswered offers, and those
    offers."""
    scene = make_scene(state="published")
    rota = make_rota(organisation=scene.rota.organisation)
    sessions = [make_session(rota=rota, starts_at=at("2026-12-05 09:00")) for _ in range(many)]
    offers = [make_offer(volunteer=make_volunteer(), shift=one.shifts.get()) for one in sessions]
    proposal = replace(scene, rota=rota).proposal(Plan((), ()))
    with CaptureQueriesContext(connection) as captured:
        publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    return len(captured), list(Offer.objects.filter(pk__in=[offer.pk for offer in offers]))


def test_a_plan_that_drops_thirty_offers_asks_the_tables_no_more_often_than_one_of_two() -> None:
    few, _ = taken_back(2)
    last = Event.objects.latest("pk").pk
    many, offers = taken_back(30)
    assert many == few
    assert {(offer.state, offer.answered_at) for offer in offers} == {("withdrawn", SOON)}
    assert set(Shift.objects.filter(offers__in=offers).values_list("held", flat=True)) == {0}
    told = Event.objects.filter(kind="offer_withdrawn", pk__gt=last).order_by("pk")
    assert [event.payload for event in told] == [
        {
            "rota": offer.session.rota_id,
            "session": offer.session_id,
            "shift": offer.shift_id,
            "volunteer": offer.volunteer_id,
            "offer": offer.pk,
        }
        for offer in sorted(offers, key=lambda offer: offer.pk)
    ]
    assert [event.streams for event in told] == [
        sorted(
            [
                f"rota.{offer.session.rota_id}",
                f"session.{offer.session_id}",
                f"volunteer.{offer.volunteer_id}",
            ]
        )
        for offer in sorted(offers, key=lambda offer: offer.pk)
    ]
    assert {event.at for event in told} == {SOON}


def test_what_was_answered_meanwhile_is_not_taken_back_with_the_others() -> None:
    waits, hers = (make_offer(volunteer=make_volunteer(), shift=s) for s in two_shifts())
    accepted = Offer.State.ACCEPTED
    Offer.objects.filter(pk=hers.pk).update(state=accepted)
    gone = withdraw_offers(offers=[waits.pk, hers.pk], actor=None, now=SOON)
    assert [offer.pk for offer in gone] == [waits.pk]
    assert Offer.objects.get(pk=hers.pk).state == accepted
    assert withdraw_offers(offers=[waits.pk], actor=None, now=SOON) == []


def two_shifts() -> list[Shift]:
    return [make_session(starts_at=at("2026-12-05 09:00")).shifts.get() for _ in range(2)]


def test_a_promise_that_waits_for_a_new_answer_is_never_taken_back_by_a_plan() -> None:
    scene = make_scene(state="published")
    kept = make_offer(volunteer=scene.alice, shift=scene.evening.shifts.get())
    kept.before = Agreed.of(scene.evening).as_json() | {"promised": True}
    kept.save()
    proposal = scene.proposal()
    hers = proposal.lines.get(volunteer_id=scene.alice.pk, shift_id=kept.shift_id)
    assert hers.change == "kept"
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON, rest=True)
    kept.refresh_from_db()
    assert kept.state == "pending"


def test_a_plan_made_while_a_promise_is_asked_about_again_is_published_without_a_refusal() -> None:
    """Her place is taken and she is committed, so nobody else is put there and she nowhere else."""
    scene = make_scene(state="published")
    kept = make_offer(volunteer=scene.alice, shift=scene.evening.shifts.get())
    kept.before = Agreed.of(scene.evening).as_json() | {"promised": True}
    kept.save()
    best_plan = best(problem_now(scene.rota, present(scene.rota.pk), NOW)).plan
    publish_proposal(proposal_id=scene.proposal(best_plan).pk, actor=scene.actor, now=SOON)
    asked = Offer.objects.filter(state="pending").values_list("volunteer", "session")
    assert (scene.alice.pk, scene.evening.pk) in asked
    assert (scene.bob.pk, scene.evening.pk) not in asked


def stale_scene() -> tuple[Scene, int, int]:
    """A published rota whose proposal asks Alice for the morning, who has meanwhile taken something
    at the same time."""
    scene = make_scene(state="published")
    other = make_session(rota=scene.rota, starts_at=at("2026-12-05 10:00"), title="讲座")
    proposal = scene.proposal()
    claim_shift(
        volunteer_id=scene.alice.pk,
        shift_id=other.shifts.get().pk,
        actor=scene.alice.user,
        now=SOON,
    )
    return scene, proposal.pk, other.pk


def test_a_line_that_no_longer_fits_is_named_and_nothing_is_published() -> None:
    scene, proposal, _ = stale_scene()
    with pytest.raises(StaleProposal) as refused:
        publish_proposal(proposal_id=proposal, actor=scene.actor, now=SOON)

    (stale, *others) = refused.value.facts["lines"]
    assert (stale.line.volunteer_id, stale.line.session_id, stale.code) == (
        scene.alice.pk,
        scene.morning.pk,
        "rules",
    )
    assert [v.rule for v in stale.violations] == ["overlap"]
    assert [item.code for item in others] == [
        "seats"
    ]  # without her nobody looks after the family's child
    assert not Offer.objects.exists() and not Booking.objects.exists()


def test_the_rest_can_be_published() -> None:
    scene, proposal, _ = stale_scene()
    done = publish_proposal(proposal_id=proposal, actor=scene.actor, now=SOON, rest=True)
    assert list(Offer.objects.values_list("volunteer_id", flat=True)) == [scene.bob.pk]
    assert done.facts["left_out"] == 2


def test_a_place_taken_meanwhile_and_a_session_called_off_are_named() -> None:
    scene = make_scene(state="published")
    proposal = scene.proposal()
    carol = make_volunteer(name="黄丽华", with_user=True)
    claim_shift(
        volunteer_id=carol.pk, shift_id=scene.morning.shifts.get().pk, actor=carol.user, now=SOON
    )
    cancel_session(session_id=scene.evening.pk, actor=scene.actor, now=SOON)

    with pytest.raises(StaleProposal) as refused:
        publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)

    assert {(item.line.volunteer_id, item.code) for item in refused.value.facts["lines"]} == {
        (scene.alice.pk, "shift_full"),
        (scene.bob.pk, "session_not_open"),
    }


def test_a_discarded_proposal_is_not_published(scene: Scene) -> None:
    proposal = scene.proposal()
    discard_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    discard_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    with pytest.raises(ProposalOver):
        publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    assert kinds()[-1] == "proposal_discarded"


def test_a_proposal_made_before_another_publication_still_publishes_what_fits(scene: Scene) -> None:
    proposal = scene.proposal(Plan(scene.plan().assignments[:1]))
    publish_rota(rota_id=scene.rota.pk, expected_version=0, actor=scene.actor, now=SOON)
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    assert list(Offer.objects.values_list("volunteer_id", flat=True)) == [scene.alice.pk]


def test_work_that_is_done_is_not_asked_for_again() -> None:
    """A rota is planned anew in its second week: who served in the first is part of the plan, and
    hears nothing."""
    scene = make_scene(state="published")
    make_assignment(volunteer=scene.bob, shift=scene.evening.shifts.get(), state="done")
    scene.evening.state = "done"
    scene.evening.save(update_fields=["state"])
    proposal = scene.proposal()
    assert proposal.lines.get(volunteer_id=scene.bob.pk).change == "kept"
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    assert list(Offer.objects.values_list("volunteer_id", flat=True)) == [scene.alice.pk]


def with_offered_seat(*, tutor: str = "pending") -> tuple[Scene, Booking]:
    """The family has a seat on offer in a class of its own day, whose tutor has answered so; the
    morning's class is nearer to it."""
    scene = make_scene(state="published")
    away = make_session(
        rota=scene.rota,
        programme=scene.morning.programme,
        starts_at=at("2026-12-06 09:30"),
        seats=(0, 10, 5),
        point=(26.10, 119.35),
        required=False,
    )
    make_offer(volunteer=scene.alice, shift=away.shifts.get(), state=tutor)
    family = scene.wish.family
    booking = make_booking(family=family, session=away, state="offered", request=scene.wish)
    return scene, booking


def planned(scene: Scene) -> Proposal:
    return scene.proposal(best(problem_now(scene.rota, present(scene.rota.pk), NOW)).plan)


def test_a_seat_on_offer_is_not_taken_back_for_a_better_plan() -> None:
    scene, booking = with_offered_seat()
    proposal = planned(scene)
    line = proposal.lines.get(request_id=scene.wish.pk)
    assert (line.session_id, line.change) == (booking.session_id, "kept")
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    assert Booking.objects.get().state == "offered"


def test_for_a_seat_on_offer_another_tutor_is_asked() -> None:
    """Before any place of the rota that can do without: there is one other person."""
    scene, booking = with_offered_seat(tutor="declined")
    Session.objects.filter(pk=booking.session_id).update(starts_at=scene.evening.starts_at)
    Session.objects.filter(pk=booking.session_id).update(ends_at=scene.evening.ends_at)
    proposal = planned(scene)
    assert proposal.lines.get(request_id=scene.wish.pk).change == "kept"
    asked = proposal.lines.get(session_id=booking.session_id, volunteer_id__isnull=False)
    assert (asked.volunteer_id, asked.change) == (scene.bob.pk, "new")


def test_a_seat_on_offer_stays_while_the_familys_wish_rests_or_its_hours_are_others() -> None:
    scene, booking = with_offered_seat()
    Request.objects.update(state="paused")
    assert planned(scene).lines.get(request_id=scene.wish.pk).change == "kept"
    Request.objects.update(state="open")
    FamilyAvailability.objects.create(family=scene.wish.family, weekday=2, start=0, end=600)
    proposal = planned(scene)
    lines = proposal.lines.filter(request_id=scene.wish.pk)
    assert [(line.session_id, line.change) for line in lines] == [(booking.session_id, "kept")]


def test_a_seat_whose_class_has_nobody_left_is_taken_back() -> None:
    scene, booking = with_offered_seat(tutor="declined")
    Volunteer.objects.filter(pk=scene.bob.pk).update(max_travel=0)
    proposal = planned(scene)
    gone = proposal.lines.get(request_id=scene.wish.pk, change="gone")
    assert gone.session_id == booking.session_id
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON)
    booking.refresh_from_db()
    assert (booking.state, booking.end_reason, booking.ended_at) == (
        "cancelled",
        "replanned",
        SOON,
    )
    assert Session.objects.get(pk=booking.session_id).seats_taken == 0
    told = Event.objects.get(kind="seat_taken_back")
    assert f"family.{booking.family_id}" in told.streams


def test_who_said_yes_while_the_plan_waited_keeps_the_seat_and_who_was_too_late_was_too_late() -> (
    None
):
    for state, until, ended in (
        ("confirmed", None, ("confirmed", "")),
        ("offered", SOON, ("expired", "silence")),
    ):
        scene, booking = with_offered_seat(tutor="declined")
        proposal = scene.proposal()
        assert proposal.lines.get(request_id=scene.wish.pk, change="gone")
        Booking.objects.filter(pk=booking.pk).update(state=state, answer_by=until)
        publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=SOON, rest=True)
        booking.refresh_from_db()
        assert (booking.state, booking.end_reason) == ended
