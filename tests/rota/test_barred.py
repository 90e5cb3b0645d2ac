"""What she cannot say yes to any more ends by itself and holds no place; a slip of the finger gives
it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.outbox.models import Event
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations import (
    AgainstTheRules,
    accept_offer,
    claim_shift,
    decline_offer,
    end_barred_offers,
    end_barred_offers_of,
    make_offers,
    place,
    undo_accept,
    undo_claim,
    undo_decline,
)
from backend.volunteers.models import Apart, Availability, Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.rota.test_asked_again import change

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=20)


class Scene:
    """She is asked for the morning class; another one lies over it."""

    def __init__(self) -> None:
        self.rota = make_rota()
        self.her: Volunteer = make_volunteer(organisation=self.rota.organisation)
        self.asked = make_session(rota=self.rota, starts_at=at("2026-12-05 09:00"))
        self.other = make_session(rota=self.rota, starts_at=at("2026-12-05 09:30"))
        self.offer = make_offer(volunteer=self.her, shift=self.asked.shifts.get())

    def claim_other(self) -> Assignment:
        shift = self.other.shifts.get()
        return claim_shift(volunteer_id=self.her.pk, shift_id=shift.pk, actor=None, now=NOW)

    def settle(self) -> int:
        return end_barred_offers_of(session_id=self.other.pk, now=SOON)

    def state(self) -> tuple[str, int, int]:
        """Of the offer, with the places held in its shift and its session."""
        self.offer.refresh_from_db()
        shift = Shift.objects.get(pk=self.offer.shift_id)
        return self.offer.state, shift.held, Session.objects.get(pk=self.asked.pk).staff


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_what_she_claims_ends_the_question_that_it_lies_over(scene: Scene) -> None:
    scene.claim_other()
    assert Event.objects.get().payload["questions"] == 1
    assert scene.settle() == 1
    assert scene.state() == ("lapsed", 0, 0)
    notice = Notice.objects.get()
    assert (notice.volunteer_id, notice.session_id) == (scene.her.pk, scene.asked.pk)
    assert (notice.kind, notice.promised) == ("barred", False)
    assert [rule["rule"] for rule in notice.broken] == ["overlap"]
    event = Event.objects.order_by("-pk")[0]
    assert event.kind == "offer_barred"
    assert {f"volunteer.{scene.her.pk}", f"session.{scene.asked.pk}"} <= set(event.streams)
    assert scene.settle() == 0


def test_somebody_else_may_be_asked_for_the_place(scene: Scene) -> None:
    scene.claim_other()
    scene.settle()
    bob = make_volunteer(organisation=scene.rota.organisation)
    make_offers(pairs=[(bob.pk, scene.offer.shift_id)], actor=None, now=SOON)
    assert Offer.objects.get(state="pending").volunteer == bob


def test_where_she_is_placed_and_what_she_accepts_ends_it_too(scene: Scene) -> None:
    place(volunteer_id=scene.her.pk, shift_id=scene.other.shifts.get().pk, actor=None, now=NOW)
    assert scene.settle() == 1
    again = Scene()
    second = make_offer(volunteer=again.her, shift=again.other.shifts.get())
    accept_offer(offer_id=second.pk, actor=None, now=NOW)
    assert again.settle() == 1
    assert again.state() == ("lapsed", 0, 0)


def test_a_promise_that_is_asked_about_again_says_that_she_had_promised(scene: Scene) -> None:
    scene.offer.before = Agreed.of(scene.asked).as_json() | {"promised": True}
    scene.offer.save()
    scene.claim_other()
    scene.settle()
    assert scene.state() == ("lapsed", 0, 0)
    assert Notice.objects.get().promised


def test_a_limit_that_is_reached_ends_what_would_pass_it() -> None:
    scene = Scene()
    Volunteer.objects.filter(pk=scene.her.pk).update(max_per_day=1)
    Session.objects.filter(pk=scene.other.pk).update(
        starts_at=at("2026-12-05 15:00"), ends_at=at("2026-12-05 16:00")
    )
    scene.claim_other()
    assert scene.settle() == 1
    assert [rule["rule"] for rule in Notice.objects.get().broken] == ["max_per_day"]


def test_what_still_fits_waits_on(scene: Scene) -> None:
    change(scene.other, starts_at=at("2026-12-05 15:00"), ends_at=at("2026-12-05 16:00"))
    scene.claim_other()
    assert scene.settle() == 0
    assert scene.state() == ("pending", 1, 1)


def test_other_hours_of_hers_end_what_lies_outside_them(scene: Scene) -> None:
    Availability.objects.filter(volunteer=scene.her).delete()
    assert end_barred_offers(volunteer_id=scene.her.pk, now=NOW) == 1
    assert [rule["rule"] for rule in Notice.objects.get().broken] == ["availability"]


def test_a_session_that_is_moved_back_onto_a_question_ends_it() -> None:
    """Her promise is hers again, so the question that came meanwhile cannot be."""
    scene = Scene()
    scene.offer.delete()
    Shift.objects.update(held=0)
    Session.objects.update(staff=0)
    scene.claim_other()
    change(scene.other, starts_at=at("2026-12-05 15:00"), ends_at=at("2026-12-05 16:00"))
    scene.offer = make_offer(volunteer=scene.her, shift=scene.asked.shifts.get())
    change(scene.other, starts_at=at("2026-12-05 09:30"), ends_at=at("2026-12-05 10:30"))
    assert scene.settle() == 1
    assert scene.state() == ("lapsed", 0, 0)


def test_whom_somebody_must_not_meet_is_not_waited_for_and_hears_no_name() -> None:
    rota = make_rota()
    alice, bob = (make_volunteer(organisation=rota.organisation) for _ in range(2))
    Apart.objects.create(first=alice, second=bob)
    session = make_session(rota=rota, shifts=[("lead", 1, 3)])
    shift = session.shifts.get()
    make_offer(volunteer=alice, shift=shift)
    claim_shift(volunteer_id=bob.pk, shift_id=shift.pk, actor=None, now=NOW)
    assert Event.objects.get().payload["questions"] == 1
    assert end_barred_offers_of(session_id=session.pk, now=NOW) == 1
    assert Notice.objects.get(volunteer=alice).broken == [{"rule": "other"}]


def test_who_has_promised_is_not_barred_by_whom_she_must_not_meet() -> None:
    """Her place is kept while she is asked again, and so is the distance."""
    rota = make_rota()
    alice, bob = (make_volunteer(organisation=rota.organisation) for _ in range(2))
    Apart.objects.create(first=alice, second=bob)
    session = make_session(rota=rota, shifts=[("lead", 1, 3)])
    shift = session.shifts.get()
    told = Agreed.of(session).as_json() | {"promised": True}
    make_offer(volunteer=alice, shift=shift, before=told)
    with pytest.raises(AgainstTheRules):
        claim_shift(volunteer_id=bob.pk, shift_id=shift.pk, actor=None, now=NOW)


def test_a_claim_that_was_a_slip_gives_the_question_back(scene: Scene) -> None:
    taken = scene.claim_other()
    scene.settle()
    undo_claim(assignment_id=taken.pk, actor=None, now=SOON)
    assert end_barred_offers(volunteer_id=scene.her.pk, now=SOON) == 1
    assert scene.state() == ("pending", 1, 1)
    assert not Notice.objects.exists()


def test_a_yes_that_was_a_slip_gives_the_other_question_back(scene: Scene) -> None:
    second = make_offer(volunteer=scene.her, shift=scene.other.shifts.get())
    accept_offer(offer_id=second.pk, actor=None, now=NOW)
    scene.settle()
    undo_accept(offer_id=second.pk, actor=None, now=SOON)
    assert end_barred_offers(volunteer_id=scene.her.pk, now=SOON) == 1
    assert scene.state() == ("pending", 1, 1)


def test_a_place_that_somebody_took_meanwhile_is_not_given_back(scene: Scene) -> None:
    taken = scene.claim_other()
    scene.settle()
    bob = make_volunteer(organisation=scene.rota.organisation)
    make_assignment(volunteer=bob, shift=Shift.objects.get(pk=scene.offer.shift_id))
    undo_claim(assignment_id=taken.pk, actor=None, now=SOON)
    assert end_barred_offers(volunteer_id=scene.her.pk, now=SOON) == 0
    assert scene.state()[0] == "lapsed"
    assert Notice.objects.get().kind == "barred"


def test_a_no_is_not_undone_over_what_she_has_taken_since(scene: Scene) -> None:
    decline_offer(offer_id=scene.offer.pk, actor=None, now=NOW)
    scene.claim_other()
    with pytest.raises(AgainstTheRules):
        undo_decline(offer_id=scene.offer.pk, actor=None, now=SOON)
    assert scene.state()[0] == "declined"
