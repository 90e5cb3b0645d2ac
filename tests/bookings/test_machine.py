"""Any order of bookings, answers, deadlines, sessions moved, consents taken back and people coming
and going: hypothesis looks for one that breaks a promise."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from backend.bookings import operations as op
from backend.bookings.models import HOLDS_SEATS, LIVE, Booking
from backend.bookings.policy import free_seats, line_is_open
from backend.bookings.queries import hindrances, positions
from backend.bookings.queries.hindrances import who_can_come
from backend.common.refusal import Refusal
from backend.families.operations import give_consent
from backend.families.queries import bookable_children
from backend.rota.agreed import Agreed
from backend.rota.models import Session
from backend.rota.policy import has_begun
from tests.bookings.room import book_all, make_room, seats_in_rows
from tests.factories import NOW, at, make_family, make_request
from tests.thorough import thorough

ELSEWHERE = ("2026-12-05 09:30", "2026-12-05 10:00", "2026-12-05 14:00", "2026-12-06 09:00")
AGES = ((0, 36), (0, 36), (6, 12))  # the last is none for these children
STARTS = ("2026-12-05 09:30", "2026-12-05 10:00", "2026-12-05 14:00")  # the first two overlap
CHILDREN = (1, 1, 2, 1, 3, 2, 1)
MONTHS = 21  # how old the children are
room_numbers = st.integers(0, len(STARTS) - 1)
family_numbers = st.integers(0, len(CHILDREN) - 1)
any_booking = st.integers(0, 10**6)


def too_old_or_too_young(months: tuple[int, int]) -> bool:
    return not months[0] <= MONTHS <= months[1]


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
        self.hindered: set[int] = set()  # who could not come when the clock last looked
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
        if booking := self.pick(number, *LIVE):
            self.attempt(op.cancel_booking, booking_id=booking.pk, actor=None)
            self.confirmed.discard(booking.pk)
            self.unserved.discard(booking.session_id)

    @rule(number=any_booking, room=room_numbers)
    def move(self, number: int, room: int) -> None:
        booking = self.pick(number, *LIVE)
        if booking and self.attempt(
            op.move_booking, booking_id=booking.pk, session_id=self.rooms[room].pk, actor=None
        ) not in (None, booking):
            self.confirmed.discard(booking.pk)
            self.unserved -= {booking.session_id, self.rooms[room].pk}

    @rule(number=any_booking)
    def accept(self, number: int) -> None:
        """What she is asked about she can always take in time, unless a session was changed since
        so that she could not come."""
        if booking := self.pick(number, "offered", "asked"):
            hindered = hindrances([booking])
            taken = self.attempt(op.accept_seat, booking_id=booking.pk, actor=None)
            assert (taken is not None) == (self.now < booking.answer_by and not hindered)

    @rule(number=any_booking)
    def decline(self, number: int) -> None:
        if booking := self.pick(number, "offered", "asked"):
            self.attempt(op.decline_seat, booking_id=booking.pk, actor=None)
            self.unserved.discard(booking.session_id)

    @rule(family=family_numbers, room=room_numbers)
    def seat_wish(self, family: int, room: int) -> None:
        pair = (self.wishes[family].pk, self.rooms[room].pk)
        self.attempt(op.seat_requests, seats=[pair], actor=None)

    @rule(room=room_numbers, start=st.sampled_from(ELSEWHERE), months=st.sampled_from(AGES))
    def session_is_changed(self, room: int, start: str, months: tuple[int, int]) -> None:
        """Whoever had seats keeps them, confirmed or asked about; the line keeps its order. A seat
        that is only on offer goes back where no child of the family is of an age for it."""
        session = Session.objects.select_related("venue").get(pk=self.rooms[room].pk)
        if has_begun(session, self.now) or at(start) <= self.now:
            return
        holding = set(session.bookings.filter(state__in=HOLDS_SEATS).values_list("pk", flat=True))
        offered = set(session.bookings.filter(state="offered").values_list("pk", flat=True))
        before = Agreed.of(session)
        Session.objects.filter(pk=session.pk).update(
            starts_at=at(start),
            ends_at=at(start) + timedelta(hours=1),
            months_low=months[0],
            months_high=months[1],
        )
        self.attempt(op.ask_families_again, session_id=session.pk, before=before, actor=None)
        still = set(session.bookings.filter(state__in=HOLDS_SEATS).values_list("pk", flat=True))
        back = offered if too_old_or_too_young(months) else set()  # they wait again, where they did
        assert still == holding - back
        if back:
            self.places = positions(Booking.objects.filter(state="waiting"))
        self.confirmed -= holding
        op.offer_freed_seats(session_id=session.pk, now=self.now)
        self.unserved.discard(session.pk)

    @rule(family=family_numbers, number=any_booking)
    def consent_is_taken_back(self, family: int, number: int) -> None:
        children = list(self.families[family].children.order_by("pk"))
        child = children[number % len(children)]
        left = op.withdraw_consent_and_seats(
            family_id=child.family_id,
            child_id=child.pk,
            purpose="booking",
            actor=None,
            now=self.now,
        )
        self.confirmed -= {booking.pk for booking in left}
        self.unserved -= {booking.session_id for booking in left}

    @rule(family=family_numbers)
    def consent_is_given(self, family: int) -> None:
        for child in self.families[family].children.all():
            give_consent(
                family_id=child.family_id,
                child_id=child.pk,
                purpose="booking",
                text_version="test",
                actor=None,
                now=self.now,
            )

    @rule()
    def the_clock_looks_for_what_was_forgotten(self) -> None:
        op.serve_forgotten(now=self.now)
        self.hindered = set()
        self.unserved = set()

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
                able = who_can_come(got.session, before) if before else set()
                assert all(b.seats > got.seats for b in before if b.pk in able)
        self.holders, self.line = set(holders), set(waiting)

    @invariant()
    def no_seat_is_empty_while_a_family_waits_that_fits(self) -> None:
        for session in Session.objects.exclude(pk__in=self.unserved):
            if line_is_open(session, self.now):
                waiting = list(Booking.objects.filter(session=session, state="waiting"))
                able = who_can_come(session, waiting) if waiting else set()
                self.hindered |= {b.pk for b in waiting} - able
                fits = [b for b in waiting if b.seats <= free_seats(session)]
                assert not {b.pk for b in fits} - self.hindered

    @invariant()
    def no_child_is_in_two_places(self) -> None:
        """Of what a family has said yes to; what it is asked about it may find in the way."""
        agreed = list(Booking.objects.filter(state="confirmed").select_related("session"))
        for one, other in combinations(agreed, 2):
            if one.family_id == other.family_id:
                assert (
                    one.session.ends_at <= other.session.starts_at
                    or other.session.ends_at <= one.session.starts_at
                )

    @invariant()
    def every_child_that_is_expected_fits(self) -> None:
        for booking in Booking.objects.filter(state="confirmed").select_related("session"):
            assert booking.session.months_low <= MONTHS <= booking.session.months_high

    @invariant()
    def nothing_stands_on_a_consent_that_was_taken_back(self) -> None:
        live = Booking.objects.filter(state__in=LIVE, session__starts_at__gt=self.now)
        children = set(live.values_list("children", flat=True))
        agreed = set(bookable_children().values_list("pk", flat=True))
        assert children <= agreed
        assert all(b.seats == b.children.count() for b in live)


@pytest.mark.django_db
def test_every_order_keeps_every_promise() -> None:
    Bookings.cast = Cast()
    calm = settings(
        max_examples=thorough(25),
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Bookings, settings=calm)
