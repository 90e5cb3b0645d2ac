"""A consent that is taken back ends what stood on it: in the plan, in offers, in the line."""

from __future__ import annotations

import pytest

from backend.accounts.models import Consent
from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.bookings.queries import positions
from backend.families.models import Family
from backend.families.operations import ConsentNeeded, give_consent, open_request
from backend.planning.lines import present, problem_now
from backend.rota.models import Session
from tests.bookings.room import book_all, fresh, make_families, make_room
from tests.factories import NOW, at, make_booking, make_family, make_programme, make_request

pytestmark = pytest.mark.django_db


def withdraw(family: Family, number: int = 0) -> list[Booking]:
    child = family.children.order_by("pk")[number]
    return op.withdraw_consent_and_seats(
        family_id=family.pk, child_id=child.pk, purpose="booking", actor=family.user, now=NOW
    )


def planned(session: Session) -> list[tuple[str, ...]]:
    """The children of every wish that the solver is given."""
    rota = session.rota
    problem = problem_now(rota, present(rota.pk), NOW)
    return [request.children for request in problem.requests]


def test_the_plan_reads_no_child_without_consent() -> None:
    session = make_room()
    one = make_family()
    two = make_family(children=["2025-03", "2024-07"])
    for family in (one, two):
        make_request(family=family)
    assert planned(session) == [("2025-03",), ("2025-03", "2024-07")]
    Consent.objects.filter(child_id=two.children.order_by("pk")[1].pk).update(withdrawn_at=NOW)
    Consent.objects.filter(user=one.user).update(withdrawn_at=NOW)
    assert planned(session) == [("2025-03",)]


def test_a_published_plan_seats_no_child_without_consent() -> None:
    room = make_room(seats=4)
    silent = make_request(family=make_family(agreed=False))
    half = make_family(children=["2025-03", "2024-07"])
    Consent.objects.filter(child_id=half.children.order_by("pk")[0].pk).update(withdrawn_at=NOW)
    wish = make_request(family=half)
    lines = [(silent.pk, room.pk), (wish.pk, room.pk)]
    seated = op.seat_requests_that_fit(seats=lines, now=NOW)
    (made,) = seated.bookings
    assert [(line.request_id, line.reason) for line in seated.stale] == [(silent.pk, "request")]
    assert (made.seats, list(made.children.all())) == (1, [half.children.order_by("pk")[1]])


def test_an_offered_seat_is_refused_with_the_words_of_a_booking() -> None:
    room = make_room()
    booking = make_booking(family=make_family(), session=room, state="offered")
    Consent.objects.update(withdrawn_at=NOW)
    with pytest.raises(op.ConsentMissing) as refused:
        op.accept_seat(booking_id=booking.pk, actor=None, now=NOW)
    child = booking.family.children.get()
    assert refused.value.facts == {"children": [child.pk]}
    assert fresh(booking).state == "offered"


@pytest.mark.parametrize("state", ["waiting", "offered", "confirmed", "asked"])
def test_everything_that_the_child_was_to_come_to_ends(state: str) -> None:
    room = make_room()
    booking = make_booking(
        family=make_family(), session=room, state=state, answer_by=at("2026-12-01 12:00")
    )
    been = make_booking(
        family=booking.family, session=make_room(starts_at=at("2026-11-20 09:30")), state="attended"
    )
    assert withdraw(booking.family) == [booking]
    ended = fresh(booking)
    assert (ended.state, ended.end_reason, fresh(room).seats_taken) == ("cancelled", "consent", 0)
    assert fresh(been).state == "attended"
    assert withdraw(booking.family) == []


def test_a_sister_keeps_her_seat_and_the_freed_one_goes_along_the_line() -> None:
    room = make_room(seats=2)
    twins = make_family(children=["2025-03", "2025-03"])
    booking = book_all(twins, room)
    first, second = (book_all(family, room) for family in make_families(2))
    withdraw(twins)
    kept = fresh(booking)
    assert (kept.state, kept.seats, kept.children.count()) == ("confirmed", 1, 1)
    assert (fresh(first).state, fresh(second).state) == ("offered", "waiting")
    assert fresh(room).seats_taken == 2


def test_who_waits_with_a_sister_keeps_the_place() -> None:
    room = make_room(seats=1)
    book_all(make_family(), room)
    twins = book_all(make_family(children=["2025-03", "2025-03"]), room)
    later = book_all(make_family(), room)
    withdraw(twins.family)
    assert positions([fresh(twins), later]) == {twins.pk: 1, later.pk: 2}
    assert fresh(twins).seats == 1


def test_wishes_rest_until_the_guardian_agrees_again() -> None:
    family = make_family()
    wish = make_request(family=family)
    withdraw(family)
    assert fresh(wish).state == "paused"
    with pytest.raises(ConsentNeeded):
        open_request(
            family_id=family.pk,
            programme=make_programme(code="other"),
            wants=1,
            actor=None,
            now=NOW,
        )
    give_consent(
        family_id=family.pk,
        child_id=family.children.get().pk,
        purpose="booking",
        text_version="test",
        actor=family.user,
        now=NOW,
    )
    assert fresh(wish).state == "open"
