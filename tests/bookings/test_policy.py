"""Capacity and the waiting line are sums over rows: nothing else is asked, so everything can be
tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from backend.bookings import policy
from backend.bookings.models import Booking
from backend.bookings.policy import (
    CODE_ALPHABET,
    CODE_LENGTH,
    Waiting,
    in_order,
    new_code,
    served,
)
from backend.rota.models import Offer, Rota, Session
from backend.rota.operations import claim_shift, decline_offer, make_offers
from backend.rota.policy import SEATS
from tests.factories import NOW, at, make_programme, make_role, make_session, make_volunteer


def session(**fields: object) -> Session:
    return Session(
        **(
            {
                "seats_max": 10,
                "seats_per_volunteer": 4,
                "staff": 2,
                "starts_at": at("2026-12-05 09:30"),
            }
            | fields
        )
    )


def test_capacity_is_the_smaller_of_room_and_care() -> None:
    assert policy.capacity(session(staff=2)) == 8
    assert policy.capacity(session(staff=3)) == 10
    assert policy.capacity(session(staff=0)) == 0
    assert policy.capacity(session(seats_max=None, seats_per_volunteer=None)) == 0


def test_when_people_leave_nothing_is_free_and_nobody_is_bumped() -> None:
    assert policy.free_seats(session(staff=1, seats_taken=7)) == 0
    assert policy.free_seats(session(seats_taken=7)) == 1


entries = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=12).map(
    lambda rows: [
        Waiting(pk, seats, NOW + timedelta(minutes=minute))
        for pk, (minute, seats) in enumerate(rows, 1)
    ]
)


@given(entries, st.randoms())
def test_the_line_does_not_depend_on_how_it_is_read(line: list[Waiting], chance: object) -> None:
    shuffled = list(line)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_order(shuffled) == in_order(line)


def test_who_came_first_stands_first_also_with_a_later_number() -> None:
    """Two wrote at once: whose row was numbered first was not there first."""
    early, late = Waiting(9, 1, NOW), Waiting(8, 1, NOW + timedelta(microseconds=1))
    beside = Waiting(7, 1, NOW)
    assert in_order([late, early, beside]) == [beside, early, late]
    assert served([late, early], 1) == [early]


@given(entries, st.integers(0, 12))
def test_nobody_is_overtaken_who_would_have_fitted(line: list[Waiting], free: int) -> None:
    chosen = served(line, free)
    assert sum(entry.seats for entry in chosen) <= free
    left = free
    for entry in in_order(line):
        assert (entry in chosen) == (
            entry.seats <= left
        )  # first come, first asked, of those who fit into what is left
        left -= entry.seats if entry in chosen else 0


@given(entries, st.integers(0, 12), st.integers(1, 4))
def test_a_newcomer_gets_what_the_line_leaves(line: list[Waiting], free: int, seats: int) -> None:
    """Booking serves the line first and then looks at what is left: the same as standing at its
    end."""
    newcomer = Waiting(10**6, seats, NOW + timedelta(days=1))
    left = free - sum(entry.seats for entry in served(line, free))
    assert (newcomer in served([*line, newcomer], free)) == (seats <= left)


@given(entries, st.integers(0, 12))
def test_a_place_never_gets_worse(line: list[Waiting], free: int) -> None:
    """Those who are served leave, newcomers stand behind: who waits only moves forward."""
    chosen = served(line, free)
    rest = [entry for entry in line if entry not in chosen] + [
        Waiting(10**6, 1, NOW + timedelta(days=1))
    ]
    before = in_order(line)
    after = in_order(rest)
    assert all(after.index(entry) <= before.index(entry) for entry in rest[:-1])


def test_an_offer_can_be_answered_awake_and_before_the_start() -> None:
    soon = session(starts_at=NOW + timedelta(hours=4))
    assert policy.line_is_open(soon, NOW)
    assert policy.seat_deadline(soon, NOW) == NOW + timedelta(hours=1)
    assert not policy.line_is_open(session(starts_at=NOW + timedelta(hours=2)), NOW)
    assert policy.seat_deadline(session(), NOW) == NOW + timedelta(hours=24)


def test_nobody_is_asked_in_the_night_before_an_early_class() -> None:
    """The seat goes to whoever takes it; seats that somebody has stay hers until the start."""
    evening = at("2026-11-28 22:00")
    early = session(starts_at=at("2026-11-29 08:00"))
    assert policy.seat_deadline(early, evening) is None
    assert not policy.line_is_open(early, evening)
    assert policy.last_word_by(early, evening) == at("2026-11-29 08:00")
    late = session(starts_at=at("2026-11-29 15:00"))
    assert policy.seat_deadline(late, evening) == at("2026-11-29 10:00")


def test_without_a_start_everybody_has_time_and_nobody_waits_in_a_line() -> None:
    some_day = session(starts_at=None)
    assert policy.last_word_by(some_day, NOW) == NOW + timedelta(hours=24)
    assert not policy.line_is_open(some_day, NOW)


def test_what_was_asked_after_the_start_is_over_at_once() -> None:
    begun = session(starts_at=NOW - timedelta(minutes=5))
    assert policy.last_word_by(begun, NOW) == NOW


@pytest.mark.parametrize(("staff", "unminded"), [(0, True), (1, False)])
def test_without_who_looks_after_children_no_seat_is_sold(staff: int, unminded: bool) -> None:
    assert policy.no_minder_asked(session(staff=staff)) is unminded


STARTS = at("2026-12-05 09:30")
ENDS = at("2026-12-05 10:30")
MINUTE = timedelta(minutes=1)


def booking(state: str, **fields: Any) -> Booking:
    room = session(starts_at=STARTS, ends_at=ENDS, state=fields.pop("room", "open"))
    return Booking(session=room, state=state, **fields)


@pytest.mark.parametrize("state", ["offered", "asked"])
def test_an_answer_is_too_late_from_its_minute_on(state: str) -> None:
    asked = booking(state, answer_by=NOW)
    assert not policy.has_lapsed(asked, NOW - MINUTE)
    assert policy.has_lapsed(asked, NOW)
    assert not policy.has_lapsed(booking(state, answer_by=None), NOW)
    assert not policy.has_lapsed(booking("waiting", answer_by=NOW), NOW)


@pytest.mark.parametrize(
    ("state", "last"),
    [
        ("confirmed", ENDS),
        ("attended", ENDS),
        ("waiting", STARTS),
        ("offered", STARTS),
        ("asked", STARTS),
        ("declined", None),
        ("cancelled", None),
    ],
)
def test_a_seat_counts_to_the_end_and_the_hope_of_one_to_the_start(
    state: str, last: datetime | None
) -> None:
    hers = booking(state)
    counts = [policy.still_counts(hers, moment) for moment in (NOW, STARTS - MINUTE)]
    assert counts == [last is not None] * 2
    if last is not None:
        assert policy.still_counts(hers, last - MINUTE)
        assert not policy.still_counts(hers, last)


def test_a_seat_in_what_is_called_off_counts_no_more() -> None:
    assert not policy.still_counts(booking("confirmed", room="cancelled"), NOW)


def test_a_seat_that_nobody_answered_counts_no_more() -> None:
    assert not policy.still_counts(booking("offered", answer_by=NOW), NOW)
    assert policy.still_counts(booking("offered", answer_by=NOW + MINUTE), NOW)


def test_a_code_is_short_readable_and_new() -> None:
    taken = {new_code(()) for _ in range(200)}
    assert new_code(taken) not in taken
    assert all(len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) for code in taken)
    for alike in ("0ODQ", "1IL", "8B", "5S", "2Z", "UV", "6G"):
        assert len(set(alike) & set(CODE_ALPHABET)) <= 1


@pytest.mark.django_db
def test_seats_follow_the_people_of_the_roles_that_carry_them_through_every_operation() -> None:
    programme = make_programme()
    make_role(programme=programme, code="helper", carries_seats=False)
    shifts = (("lead", 1, 2), ("helper", 1, 2))
    room = make_session(programme=programme, seats=(0, 8, 4), shifts=shifts)
    lead, helper = (room.shifts.get(role__code=code) for code in ("lead", "helper"))
    hand, tutor, second = (make_volunteer() for _ in range(3))
    who: dict[str, Any] = {"actor": None, "now": NOW}

    claim_shift(shift_id=helper.pk, volunteer_id=hand.pk, **who)
    assert capacity_of(room) == 0
    claim_shift(shift_id=lead.pk, volunteer_id=tutor.pk, **who)
    assert capacity_of(room) == 4
    make_offers(pairs=[(second.pk, lead.pk)], answer_by=NOW + timedelta(hours=1), **who)
    assert capacity_of(room) == 8
    decline_offer(offer_id=Offer.objects.get().pk, **who)
    assert capacity_of(room) == 4
    assert list(Session.objects.filter(pk=room.pk).values_list(SEATS)) == [(4,)]


def capacity_of(room: Session) -> int:
    return policy.capacity(Session.objects.get(pk=room.pk))


# --- at the edges ---------------------------------------------------------------------------------
BEGINS, OVER = at("2026-12-05 09:30"), at("2026-12-05 11:00")
MOMENT, HOUR = timedelta(microseconds=1), timedelta(hours=1)


def test_what_was_decided() -> None:
    assert (policy.LINE_CLOSES, policy.STAY_ASKED) == (2 * HOUR, 24 * HOUR)
    assert (policy.DOOR, CODE_LENGTH) == (7 * 24 * HOUR, 4)


def open_class(**fields: object) -> Session:
    given: dict[str, Any] = {"state": "open", "rota": Rota(state="published"), "ends_at": OVER}
    return session(**(given | fields))


@pytest.mark.parametrize(
    ("fields", "now", "bookable"),
    [
        ({}, BEGINS - MOMENT, True),
        ({}, BEGINS, False),
        ({"state": "planned"}, NOW, False),
        ({"rota": Rota(state="draft")}, NOW, False),
        ({"seats_max": None}, NOW, False),
        ({"starts_at": None}, NOW, False),
    ],
)
def test_a_class_is_bookable_until_it_begins(
    fields: dict[str, object], now: datetime, bookable: bool
) -> None:
    assert policy.is_bookable(open_class(**fields), now) is bookable


@pytest.mark.parametrize(
    ("starts_at", "now", "is_open"),
    [
        (at("2026-12-05 14:00"), at("2026-12-05 12:00") - MOMENT, True),
        (at("2026-12-05 14:00"), at("2026-12-05 12:00"), False),
        (at("2026-12-05 07:30"), at("2026-12-05 02:00"), False),
        (None, NOW, False),
    ],
)
def test_a_line_is_asked_while_somebody_can_answer(
    starts_at: datetime | None, now: datetime, is_open: bool
) -> None:
    assert policy.line_is_open(session(starts_at=starts_at), now) is is_open


DAY_BEFORE, CLOSES = BEGINS - 24 * HOUR, BEGINS - 2 * HOUR


@pytest.mark.parametrize(
    ("now", "closes", "asked"),
    [
        (DAY_BEFORE - MOMENT, True, False),
        (DAY_BEFORE, True, True),
        (CLOSES - MOMENT, True, True),
        (CLOSES, True, False),
        (CLOSES, False, True),
        (BEGINS - MOMENT, False, True),
        (BEGINS, False, False),
    ],
)
def test_families_are_asked_to_stay_on_the_last_day(
    now: datetime, closes: bool, asked: bool
) -> None:
    by = policy.stay_by(open_class(), now, closes=closes)
    assert by == (CLOSES if asked else None)


def test_nobody_is_asked_to_stay_where_there_is_no_class() -> None:
    for fields in ({"state": "cancelled"}, {"starts_at": None}, {"home": "for_visit"}):
        assert policy.stay_by(open_class(**fields), CLOSES - MOMENT) is None


@pytest.mark.parametrize(
    ("state", "now", "may"),
    [
        ("confirmed", CLOSES - MOMENT, True),
        ("confirmed", CLOSES, False),
        ("asked", CLOSES - MOMENT, False),
    ],
)
def test_who_has_a_seat_says_whether_she_comes(state: str, now: datetime, may: bool) -> None:
    assert policy.may_say_whether(Booking(state=state), open_class(), now) is may


@pytest.mark.parametrize(
    ("state", "now", "is_open"),
    [
        ("open", BEGINS - timedelta(minutes=settings.SIGN_IN_MINUTES) - MOMENT, False),
        ("open", BEGINS - timedelta(minutes=settings.SIGN_IN_MINUTES), True),
        ("done", OVER + 7 * 24 * HOUR - MOMENT, True),
        ("open", OVER + 7 * 24 * HOUR, False),
        ("planned", BEGINS, False),
        ("cancelled", BEGINS, False),
    ],
)
def test_the_door_is_noted_from_signing_in_to_a_week_after(
    state: str, now: datetime, is_open: bool
) -> None:
    assert policy.door_is_open(open_class(state=state), now) is is_open
    for unknown in ("starts_at", "ends_at"):
        assert policy.door_is_open(open_class(state=state, **{unknown: None}), now) is False


@pytest.mark.parametrize(
    ("now", "by"),
    [
        (at("2026-12-01 09:20"), at("2026-12-02 10:00")),
        (at("2026-12-05 09:29"), BEGINS),
        (BEGINS + HOUR, BEGINS + HOUR),
    ],
)
def test_a_seat_that_is_had_is_kept_to_the_start_at_the_latest(now: datetime, by: datetime) -> None:
    assert policy.last_word_by(open_class(), now) == by


@pytest.mark.parametrize(
    ("state", "answer_by", "lapsed"),
    [
        ("offered", NOW, True),
        ("offered", NOW + MOMENT, False),
        ("offered", None, False),
        ("asked", NOW, True),
        ("confirmed", NOW, False),
        ("waiting", NOW, False),
    ],
)
def test_who_was_asked_has_lapsed_from_her_moment_on(
    state: str, answer_by: datetime | None, lapsed: bool
) -> None:
    assert policy.has_lapsed(Booking(state=state, answer_by=answer_by), NOW) is lapsed


@pytest.mark.parametrize(
    ("state", "now", "counts"),
    [
        ("confirmed", OVER - MOMENT, True),
        ("attended", OVER - MOMENT, True),
        ("confirmed", OVER, False),
        ("waiting", BEGINS - MOMENT, True),
        ("waiting", BEGINS, False),
        ("cancelled", BEGINS - MOMENT, False),
    ],
)
def test_a_booking_counts_while_it_may_come_to_something(
    state: str, now: datetime, counts: bool
) -> None:
    assert policy.still_counts(Booking(state=state, session=open_class()), now) is counts
    called_off = Booking(state=state, session=open_class(state="cancelled"))
    assert policy.still_counts(called_off, now) is False
