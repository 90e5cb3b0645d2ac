"""Any order of bookings, answers, deadlines and people coming and going: hypothesis looks for one
that breaks a promise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from backend.bookings import operations as op
from backend.bookings.models import LIVE, Booking
from backend.bookings.policy import free_seats, line_is_open
from backend.bookings.queries import positions
from backend.common.refusal import Refusal
from backend.rota.models import Session
from tests.bookings.room import book_all, make_room, seats_in_rows
from tests.factories import NOW, at, make_family, make_request
from tests.thorough import thorough

STARTS = ("2026-12-05 09:30", "2026-12-05 10:00", "2026-12-05 14:00")  # the first two overlap
CHILDREN = (1, 1, 2, 1, 3, 2, 1)
room_numbers = st.integers(0, len(STARTS) - 1)
family_numbers = st.integers(0, len(CHILDREN) - 1)
any_booking = st.integers(0, 10**6)


class Cast:
    """Three rooms and seven families, made once: five have booked the first room, two of them got
    seats."""

    def __init__(self) -> None:
        self.rooms = [make_room(seats=4, starts_at=at(start)) for start in STARTS]
        Session.objects.update(seats_per_volunteer=2, staff=1)
        self.families = [
            make_family(agreed=True, children=["2025-03"] * count) for count in CHILDREN
        ]
        self.wishes = [make_request(family=family, wants=9) for family in self.families]
        for family in self.families[:5]:
            book_all(family, self.rooms[0])


class Bookings(RuleBasedStateMachine):
    """`confirmed` and `places` remember what people have been told."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = NOW
        self.rooms, self.families, self.wishes = (
            self.cast.rooms,
            self.cast.families,
            self.cast.wishes,
        )
        self.confirmed: set[int] = set()
        self.places: dict[int, int] = {}
        self.holders: set[int] = set()
        self.line: set[int] = set()
        self.unserved: set[int] = (
            set()
        )  # rooms where seats have grown and the line has not been served yet

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def pick(self, number: int, *states: str) -> Booking | None:
        found = list(Booking.objects.filter(state__in=states).order_by("pk"))
        return found[number % len(found)] if found else None

    def attempt(self, call: Any, **arguments: Any) -> Any:
        """Do it, or be refused; a refusal writes nothing, which the invariants see."""
        try:
            return call(now=self.now, **arguments)
        except Refusal:
            return None

    @rule(family=family_numbers, room=room_numbers)
    def book(self, family: int, room: int) -> None:
        booking = self.attempt(lambda now: book_all(self.families[family], self.rooms[room], now))
        if (
            booking is not None and booking.pk not in self.holders | self.line
        ):  # asked again, nothing happens
            self.unserved.discard(booking.session_id)

    @rule(number=any_booking)
    def cancel(self, number: int) -> None:
        if booking := self.pick(number, "waiting", "offered", "confirmed"):
            self.attempt(op.cancel_booking, booking_id=booking.pk, actor=None)
            self.confirmed.discard(booking.pk)
            self.unserved.discard(booking.session_id)

    @rule(number=any_booking, room=room_numbers)
    def move(self, number: int, room: int) -> None:
        booking = self.pick(number, "waiting", "offered", "confirmed")
        if booking and self.attempt(
            op.move_booking, booking_id=booking.pk, session_id=self.rooms[room].pk, actor=None
        ) not in (None, booking):
            self.confirmed.discard(booking.pk)
            self.unserved -= {booking.session_id, self.rooms[room].pk}

    @rule(number=any_booking)
    def accept(self, number: int) -> None:
        if booking := self.pick(number, "offered"):
            taken = self.attempt(op.accept_seat, booking_id=booking.pk, actor=None)
            assert (taken is not None) == (
                self.now < booking.answer_by
            )  # an offered seat can always be taken in time

    @rule(number=any_booking)
    def decline(self, number: int) -> None:
        if booking := self.pick(number, "offered"):
            self.attempt(op.decline_seat, booking_id=booking.pk, actor=None)
            self.unserved.discard(booking.session_id)

    @rule(family=family_numbers, room=room_numbers)
    def seat_wish(self, family: int, room: int) -> None:
        pair = (self.wishes[family].pk, self.rooms[room].pk)
        self.attempt(op.seat_requests, seats=[pair], actor=None)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        op.expire_seats(now=self.now)

    @rule(room=room_numbers, change=st.sampled_from([1, 1, -1]), serve=st.booleans())
    def people_come_and_go(self, room: int, change: int, serve: bool) -> None:
        pk = self.rooms[room].pk
        Session.objects.filter(pk=pk, staff__gte=max(0, -change)).update(staff=F("staff") + change)
        self.unserved.add(pk)
        if serve:
            op.offer_freed_seats(session_id=pk, now=self.now)
            self.unserved.discard(pk)

    @invariant()
    def numbers_are_right(self) -> None:
        for session in Session.objects.all():
            assert session.seats_taken == seats_in_rows(session) <= session.seats_max

    @invariant()
    def nobody_is_bumped(self) -> None:
        now_confirmed = set(Booking.objects.filter(state="confirmed").values_list("pk", flat=True))
        assert self.confirmed <= now_confirmed
        assert Booking.objects.filter(state="confirmed", code="").count() == 0
        self.confirmed = now_confirmed

    @invariant()
    def the_line_only_moves_forward(self) -> None:
        places = positions(Booking.objects.filter(state="waiting"))
        assert all(place <= self.places.get(pk, place) for pk, place in places.items())
        self.places = places

    @invariant()
    def nobody_is_overtaken(self) -> None:
        """Who has got seats since the last step had nobody before her in the line who would have
        fitted into them."""
        holders = {
            b.pk: b
            for b in Booking.objects.filter(state__in=("offered", "confirmed")).select_related(
                "session"
            )
        }
        waiting = {b.pk: b for b in Booking.objects.filter(state="waiting")}
        for pk in holders.keys() - self.holders:
            got = holders[pk]
            if line_is_open(got.session, self.now):
                before = [
                    b
                    for b in waiting.values()
                    if b.session_id == got.session_id
                    and b.pk in self.line
                    and (b.made_at, b.pk) < (got.made_at, pk)
                ]
                assert all(b.seats > got.seats for b in before)
        self.holders, self.line = set(holders), set(waiting)

    @invariant()
    def no_seat_is_empty_while_a_family_waits_that_fits(self) -> None:
        for session in Session.objects.exclude(pk__in=self.unserved):
            if line_is_open(session, self.now):
                waiting = Booking.objects.filter(session=session, state="waiting").values_list(
                    "seats", flat=True
                )
                assert all(seats > free_seats(session) for seats in waiting)

    @invariant()
    def one_family_is_in_one_place(self) -> None:
        live = Booking.objects.filter(state__in=LIVE, session__in=self.rooms[:2])
        families = list(live.values_list("family_id", flat=True))
        assert len(families) == len(set(families))


@pytest.mark.django_db
def test_every_order_keeps_every_promise() -> None:
    Bookings.cast = Cast()
    calm = settings(
        max_examples=thorough(40),
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Bookings, settings=calm)
