"""Every kind of event, made by the operation that a user would start: prepared before the `yield`,
done after it.

A new kind of event needs a function of its name here; tests/live/test_fresh.py fails until it has
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import F

from backend.bookings.models import Booking
from backend.bookings.operations import (
    accept_seat,
    ask_families_again,
    book,
    cancel_booking,
    decline_seat,
    expire_seats,
    seat_requests,
)
from backend.families.operations import change_family_hours, close_request, open_request
from backend.planning.operations import (
    cancel_run,
    discard_proposal,
    fail_run,
    finish_run,
    lease_run,
    publish_proposal,
    refuse_publication,
    request_publication,
    request_run,
    stop_run,
)
from backend.rota.agreed import Agreed
from backend.rota.models import Notice, Session, Shift
from backend.rota.operations import (
    accept_offer,
    cancel_session,
    change_session,
    claim_shift,
    close_rota,
    decline_offer,
    end_barred_offers,
    expire_offers,
    make_offers,
    place,
    publish_rota,
    see_notice,
    undo_claim,
    withdraw_assignment,
    withdraw_offer,
)
from backend.rota.operations.sessions import SessionValues
from backend.volunteers.models import Availability
from backend.volunteers.operations import change_availability
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_family,
    make_offer,
    make_programme,
)
from tests.planning.scene import Scene, make_scene

TOMORROW = NOW + timedelta(days=1)
Change = Callable[[], Iterator[Scene]]
CHANGES: dict[str, Change] = {}

# Events that no page shows; what they do instead is tested where it says.
NO_PAGE = {
    "signed_out": "closes the line: test_rights.py",
    "membership_ended": "closes the line: test_rights.py",
}

# Events whose page is not in pages.py yet; an entry that has become wrong fails.
NOT_SHOWN_YET: set[str] = set()


def change(function: Change) -> Change:
    CHANGES[function.__name__] = function
    return function


def world(*, state: str = "published") -> Scene:
    """A published rota with a class in the morning that has seats; its family may book."""
    return make_scene(state=state)


def lead(scene: Scene) -> Shift:
    return scene.morning.shifts.get()


def children(scene: Scene) -> list[int]:
    return [child.pk for child in scene.wish.family.children.all()]


def staffed() -> Scene:
    """The morning has somebody, so that families have seats."""
    scene = world()
    make_assignment(volunteer=scene.alice, shift=lead(scene))
    return scene


# --- rotas and sessions ---------------------------------------------------------------------------


@change
def rota_published() -> Iterator[Scene]:
    yield (scene := world(state="draft"))
    publish_rota(
        rota_id=scene.rota.pk, expected_version=scene.rota.version, actor=scene.actor, now=NOW
    )


@change
def rota_closed() -> Iterator[Scene]:
    yield (scene := world())
    after = NOW + timedelta(weeks=10)
    close_rota(rota_id=scene.rota.pk, actor=scene.actor, now=after)


@change
def session_changed() -> Iterator[Scene]:
    yield (scene := staffed())
    session = scene.morning
    values = SessionValues(
        title="改了名的课",
        venue_id=session.venue_id,
        starts_at=session.starts_at + timedelta(hours=1),
        ends_at=session.ends_at + timedelta(hours=1),
        shifts=[(lead(scene).role_id, 1, 2)],
        seats=(0, 8, 4),
        months=(0, 36),
    )
    change_session(
        session_id=session.pk, version=session.version, values=values, actor=scene.actor, now=NOW
    )


@change
def session_cancelled() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning)
    yield scene
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW)


# --- people and shifts ----------------------------------------------------------------------------


@change
def shift_claimed() -> Iterator[Scene]:
    yield (scene := world())
    claim_shift(
        volunteer_id=scene.alice.pk, shift_id=lead(scene).pk, actor=scene.alice.user, now=NOW
    )


@change
def shift_placed() -> Iterator[Scene]:
    yield (scene := world())
    place(volunteer_id=scene.alice.pk, shift_id=lead(scene).pk, actor=scene.actor, now=NOW)


@change
def assignment_withdrawn() -> Iterator[Scene]:
    scene = world()
    assignment = make_assignment(volunteer=scene.alice, shift=lead(scene))
    yield scene
    withdraw_assignment(assignment_id=assignment.pk, actor=scene.alice.user, now=NOW)


@change
def offer_made() -> Iterator[Scene]:
    yield (scene := world())
    make_offers(
        pairs=[(scene.alice.pk, lead(scene).pk)], answer_by=TOMORROW, actor=scene.actor, now=NOW
    )


@change
def offer_accepted() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    yield scene
    accept_offer(offer_id=offer.pk, actor=scene.alice.user, now=NOW)


@change
def offer_declined() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    yield scene
    decline_offer(offer_id=offer.pk, actor=scene.alice.user, now=NOW)


@change
def offer_expired() -> Iterator[Scene]:
    scene = world()
    make_offer(volunteer=scene.alice, shift=lead(scene), answer_by=NOW)
    yield scene
    expire_offers(now=NOW)


@change
def offer_withdrawn() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    yield scene
    withdraw_offer(offer_id=offer.pk, actor=scene.actor, now=NOW)


@change
def offer_barred() -> Iterator[Scene]:
    scene = world()
    make_offer(volunteer=scene.alice, shift=lead(scene))
    Availability.objects.filter(volunteer=scene.alice).delete()
    yield scene
    end_barred_offers(volunteer_id=scene.alice.pk, now=NOW)


@change
def answer_undone() -> Iterator[Scene]:
    scene = world()
    taken = claim_shift(
        volunteer_id=scene.alice.pk, shift_id=lead(scene).pk, actor=scene.alice.user, now=NOW
    )
    yield scene
    undo_claim(assignment_id=taken.pk, actor=scene.alice.user, now=NOW)


@change
def notice_seen() -> Iterator[Scene]:
    scene = staffed()
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW)
    yield scene
    notice = Notice.objects.get(volunteer=scene.alice)
    see_notice(notice_id=notice.pk, actor=scene.alice.user, now=NOW)


# --- families and seats ---------------------------------------------------------------------------


@change
def booking_made() -> Iterator[Scene]:
    yield (scene := staffed())
    book(
        family_id=scene.wish.family_id,
        session_id=scene.morning.pk,
        child_ids=children(scene),
        actor=scene.wish.family.user,
        now=NOW,
    )


def full() -> Scene:
    """All seats of the morning are taken by others."""
    scene = staffed()
    make_booking(family=make_family(children=["2025-03"] * 5), session=scene.morning)
    return scene


@change
def booking_waiting() -> Iterator[Scene]:
    yield (scene := full())
    book(
        family_id=scene.wish.family_id,
        session_id=scene.morning.pk,
        child_ids=children(scene),
        actor=scene.wish.family.user,
        now=NOW,
    )


@change
def booking_cancelled() -> Iterator[Scene]:
    scene = staffed()
    booking = make_booking(family=scene.wish.family, session=scene.morning)
    yield scene
    cancel_booking(booking_id=booking.pk, actor=scene.wish.family.user, now=NOW)


@change
def booking_asked() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning)
    before = Agreed.of(scene.morning)
    Session.objects.filter(pk=scene.morning.pk).update(ends_at=F("ends_at") + timedelta(hours=1))
    yield scene
    ask_families_again(session_id=scene.morning.pk, before=before, actor=scene.actor, now=NOW)


@change
def seat_offered() -> Iterator[Scene]:
    yield (scene := staffed())
    seat_requests(seats=[(scene.wish.pk, scene.morning.pk)], actor=scene.actor, now=NOW)


def offered_seat(scene: Scene) -> Booking:
    return make_booking(family=scene.wish.family, session=scene.morning, state="offered")


@change
def seat_accepted() -> Iterator[Scene]:
    scene = staffed()
    booking = offered_seat(scene)
    yield scene
    accept_seat(booking_id=booking.pk, actor=scene.wish.family.user, now=NOW)


@change
def seat_declined() -> Iterator[Scene]:
    scene = staffed()
    booking = offered_seat(scene)
    yield scene
    decline_seat(booking_id=booking.pk, actor=scene.wish.family.user, now=NOW)


@change
def seat_expired() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning, state="offered", answer_by=NOW)
    yield scene
    expire_seats(now=NOW)


@change
def request_opened() -> Iterator[Scene]:
    scene = world()
    other = make_programme(code="other", name="别的活动")
    yield scene
    open_request(
        family_id=scene.wish.family_id,
        programme=other,
        wants=1,
        actor=scene.wish.family.user,
        now=NOW,
    )


@change
def request_closed() -> Iterator[Scene]:
    yield (scene := world())
    close_request(
        family_id=scene.wish.family_id,
        request_id=scene.wish.pk,
        actor=scene.wish.family.user,
        now=NOW,
    )


@change
def family_changed() -> Iterator[Scene]:
    yield (scene := world())
    change_family_hours(
        family_id=scene.wish.family_id,
        spans=[(0, 8 * 60, 12 * 60)],
        actor=scene.wish.family.user,
        now=NOW,
    )


# --- herself --------------------------------------------------------------------------------------


@change
def availability_changed() -> Iterator[Scene]:
    yield (scene := world())
    change_availability(
        volunteer_id=scene.alice.pk, spans=[(0, 8 * 60, 12 * 60)], actor=scene.alice.user, now=NOW
    )


# --- the solver -----------------------------------------------------------------------------------


@change
def run_requested() -> Iterator[Scene]:
    yield (scene := world())
    request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)


@change
def run_started() -> Iterator[Scene]:
    scene = world()
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    yield scene
    lease_run(run_id=run.pk, now=NOW)


@change
def run_stopping() -> Iterator[Scene]:
    scene = world()
    run, _ = scene.running()
    yield scene
    stop_run(run_id=run.pk, keep=True, actor=scene.actor, now=NOW)


@change
def run_finished() -> Iterator[Scene]:
    scene = world()
    run, attempt = scene.running()
    yield scene
    finish_run(run_id=run.pk, attempt=attempt, plan=scene.plan(), bound=0, now=NOW)


@change
def run_failed() -> Iterator[Scene]:
    scene = world()
    run, attempt = scene.running()
    yield scene
    fail_run(run_id=run.pk, attempt=attempt, trouble="interrupted", now=NOW)


@change
def run_cancelled() -> Iterator[Scene]:
    scene = world()
    run, attempt = scene.running()
    stop_run(run_id=run.pk, keep=False, actor=scene.actor, now=NOW)
    yield scene
    cancel_run(run_id=run.pk, attempt=attempt, now=NOW)


@change
def proposal_published() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    yield scene
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)


@change
def proposal_publishing() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    yield scene
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)


@change
def proposal_refused() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    yield scene
    refuse_publication(proposal_id=proposal.pk, refusal={"code": "interrupted"}, now=NOW)


@change
def proposal_discarded() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    yield scene
    discard_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
