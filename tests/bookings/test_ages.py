"""A child turns out to be of another age, or a class is for others: who does not fit gives way at
once, brothers and sisters keep their seats, and a question that has its answer is asked no more."""

from __future__ import annotations

from typing import Any

import pytest

from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.bookings.queries import fit_again, would_leave
from backend.families.models import Child, Family
from backend.outbox.models import Event
from tests.bookings.room import book_all, fresh, make_families, make_room, seats_in_rows
from tests.bookings.test_changes import NEW, move
from tests.factories import NOW, at, make_booking, make_family

pytestmark = pytest.mark.django_db
SMALL, TALL = "2026-03", "2025-03"  # nine months and 21 months old in December 2026
BABIES: dict[str, Any] = {"months_low": 6, "months_high": 12}


def children(family: Family) -> list[Child]:
    return list(family.children.order_by("pk"))


def correct(child: Child, birth_month: str) -> list[Booking]:
    return op.correct_child_and_seats(
        family_id=child.family_id,
        child_id=child.pk,
        nickname=child.nickname,
        birth_month=birth_month,
        actor=None,
        now=NOW,
    )


@pytest.mark.parametrize("state", ["waiting", "offered", "confirmed", "asked"])
def test_what_the_corrected_age_no_longer_suits_ends_and_the_line_goes_on(state: str) -> None:
    room = make_room(seats=1, months=(6, 12))
    family, other = make_family(children=[SMALL]), make_family(children=[SMALL])
    booking = make_booking(
        family=family, session=room, state=state, answer_by=at("2026-12-01 12:00")
    )
    waits = make_booking(family=other, session=room, state="waiting")
    (child,) = children(family)
    assert would_leave(child, TALL, NOW) == [booking]
    assert correct(child, TALL) == [booking]
    ended = fresh(booking)
    assert (ended.state, ended.end_reason, ended.ended_at) == ("cancelled", "age", NOW)
    assert fresh(waits).state == "offered"
    assert fresh(room).seats_taken == seats_in_rows(room) == 1
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["bookings_left", "seat_offered"]


def test_what_still_fits_or_has_begun_stays() -> None:
    family = make_family(children=[SMALL])
    (child,) = children(family)
    any_age = book_all(family, make_room())
    begun = make_booking(
        family=family, session=make_room(starts_at=at("2026-11-20 09:30"), months=(6, 12))
    )
    assert would_leave(child, TALL, NOW) == correct(child, TALL) == []
    assert [fresh(one).state for one in (any_age, begun)] == ["confirmed", "confirmed"]


def test_another_nickname_looks_at_no_booking() -> None:
    family = make_family(children=[TALL])
    booking = book_all(family, make_room())
    move(booking.session, starts_at=None, **BABIES)
    assert correct(children(family)[0], TALL) == []
    assert fresh(booking).state == "asked"


def test_the_brother_keeps_his_seat_and_nothing_is_asked_any_more() -> None:
    room = make_room(seats=2, months=(6, 24))
    family = make_family(children=[SMALL, TALL])
    booking = book_all(family, room)
    move(room, starts_at=None, **BABIES)
    assert fresh(booking).state == "asked"
    small, tall = children(family)
    assert correct(tall, "2024-12") == [booking]
    kept = fresh(booking)
    assert (kept.state, kept.seats, kept.answer_by, kept.changed_from) == (
        "confirmed",
        1,
        None,
        None,
    )
    assert list(kept.children.all()) == [small] and fresh(room).seats_taken == 1


def test_a_correction_that_makes_it_fit_answers_the_question() -> None:
    room = make_room(seats=1)
    family = make_family(children=[TALL])
    booking = book_all(family, room)
    move(room, starts_at=None, **BABIES)
    assert correct(children(family)[0], SMALL) == []
    assert (fresh(booking).state, fresh(booking).changed_from) == ("confirmed", None)
    assert Event.objects.latest("id").kind == "seat_accepted"


def test_who_waits_and_fits_now_is_offered_what_is_free() -> None:
    room = make_room(seats=1, months=(6, 12))
    family = make_family(children=[TALL])
    waits = make_booking(family=family, session=room, state="waiting")
    assert correct(children(family)[0], SMALL) == []
    assert fresh(waits).state == "offered"


def test_the_time_is_still_asked_about_when_the_ages_are_answered() -> None:
    room = make_room(seats=2)
    family = make_family(children=[SMALL, TALL])
    booking = book_all(family, room)
    move(room, starts_at=NEW, **BABIES)
    op.change_children(
        booking_id=booking.pk, child_ids=[children(family)[0].pk], actor=None, now=NOW
    )
    assert (fresh(booking).state, fresh(booking).seats) == ("asked", 1)


def test_of_two_children_the_one_who_fits_comes_and_the_question_is_settled() -> None:
    room = make_room(seats=2)
    family, other = make_family(children=[SMALL, TALL]), make_family(children=[SMALL])
    booking = book_all(family, room)
    waits = book_all(other, room)
    move(room, starts_at=None, **BABIES)
    op.change_children(
        booking_id=booking.pk, child_ids=[children(family)[0].pk], actor=None, now=NOW
    )
    kept = fresh(booking)
    assert (kept.state, kept.seats, kept.answer_by) == ("confirmed", 1, None)
    assert fresh(waits).state == "offered"


def told_of(booking: Booking) -> int:
    rows = Event.objects.filter(kind="booking_asked", payload__bookings__contains=[booking.pk])
    return rows.count()


@pytest.mark.parametrize("fits", [True, False])
def test_who_left_a_brother_behind_for_his_age_is_told_once_it_fits_again(fits: bool) -> None:
    room = make_room(seats=3)
    ages = {"months_low": room.months_low, "months_high": room.months_high}
    family = make_family(children=[SMALL, TALL])
    small, tall = children(family)
    booking = book_all(family, room)
    move(room, starts_at=None, **BABIES)
    alone = {"booking_id": booking.pk, "child_ids": [small.pk], "actor": None, "now": NOW}
    op.change_children(**alone)
    asked = told_of(booking)
    move(fresh(room), starts_at=None, **(ages if fits else BABIES | {"months_high": 13}))
    assert told_of(booking) - asked == fits
    assert (fresh(booking).state, fresh(booking).seats) == ("confirmed", 1)  # nothing is asked
    assert fit_again([fresh(booking)]) == ({booking.pk: [tall]} if fits else {})
    if fits:
        both = {"booking_id": booking.pk, "child_ids": [small.pk, tall.pk]}
        op.change_children(**both, actor=None, now=NOW)
        assert fit_again([fresh(booking)]) == {}


def test_who_stays_away_for_another_reason_is_not_asked_for() -> None:
    room = make_room(seats=3)
    ages = {"months_low": room.months_low, "months_high": room.months_high}
    family = make_family(children=[SMALL, TALL])
    booking = book_all(family, room)
    small, _tall = children(family)
    op.change_children(booking_id=booking.pk, child_ids=[small.pk], actor=None, now=NOW)
    move(room, starts_at=None, **BABIES)
    move(fresh(room), starts_at=None, **ages)
    assert told_of(booking) == 0


def test_a_consent_that_is_taken_back_answers_it_as_well() -> None:
    room = make_room(seats=2)
    family = make_family(children=[SMALL, TALL])
    booking = book_all(family, room)
    move(room, starts_at=None, **BABIES)
    op.withdraw_consent_and_seats(
        family_id=family.pk,
        child_id=children(family)[1].pk,
        purpose="booking",
        actor=family.user,
        now=NOW,
    )
    assert (fresh(booking).state, fresh(booking).seats) == ("confirmed", 1)


def test_a_seat_that_nobody_of_the_family_could_take_is_not_kept_from_the_line() -> None:
    room = make_room(seats=1)
    first, tall = (book_all(f, room) for f in make_families(2, children=[TALL]))
    small = book_all(make_family(children=[SMALL]), room)
    op.cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    assert fresh(tall).state == "offered"
    move(room, starts_at=None, **BABIES)
    assert (fresh(tall).state, fresh(tall).answer_by) == ("waiting", None)
    op.offer_freed_seats(session_id=room.pk, now=NOW)
    assert (fresh(small).state, fresh(room).seats_taken) == ("offered", 1)


def test_a_seat_on_offer_that_one_of_two_could_take_stays_on_offer() -> None:
    room = make_room(seats=2)
    family = make_family(children=[SMALL, TALL])
    booking = make_booking(
        family=family,
        session=room,
        state="offered",
        answer_by=at("2026-12-01 12:00"),
    )
    move(room, starts_at=None, **BABIES)
    assert fresh(booking).state == "offered"
