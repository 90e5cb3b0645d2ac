"""A session is moved or is for other ages: the families it touches are asked, and nobody is dragged
along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.bookings.queries import hindrances, positions
from backend.outbox.models import Event
from backend.rota.agreed import Agreed
from backend.rota.models import Session
from tests.bookings.room import book_all, fresh, make_families, make_room, seats_in_rows
from tests.factories import NOW, at, make_booking, make_family, make_venue

pytestmark = pytest.mark.django_db
OLD, NEW = at("2026-12-05 09:30"), at("2026-12-08 15:00")
FAR = (26.2, 119.5)


def move(session: Session, starts_at: Any = NEW, **fields: Any) -> list[Booking]:
    """The row is changed as the coordinator's operation does it, and the families are asked."""
    session = fresh(session)
    before = Agreed.of(session)
    if starts_at:
        fields |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    Session.objects.filter(pk=session.pk).update(**fields)
    return op.ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)


def answer(booking: Booking, yes: bool = True) -> Booking:
    if yes:
        return op.accept_seat(booking_id=booking.pk, actor=None, now=NOW)
    return op.decline_seat(booking_id=booking.pk, actor=None, now=NOW).booking


def test_the_seat_stays_hers_and_she_is_asked() -> None:
    room = make_room()
    booking = book_all(make_family(), room)
    assert move(room) == [booking]
    asked = fresh(booking)
    assert (asked.state, asked.code, fresh(room).seats_taken) == ("asked", booking.code, 1)
    assert asked.answer_by == at("2026-11-30 12:00")  # it is more than a week away: two days
    assert asked.changed_from is not None
    assert Agreed.from_json(asked.changed_from) == Agreed.of(room)
    event = Event.objects.latest("id")
    assert (event.kind, event.payload["bookings"]) == ("booking_asked", [booking.pk])
    assert f"family.{booking.family_id}" in event.streams


def test_yes_keeps_the_seat_at_the_new_time_and_no_lets_it_go() -> None:
    room = make_room(seats=2)
    comes, goes, waits = (book_all(family, room) for family in make_families(3))
    move(room)
    assert (answer(comes).state, comes.code) == ("confirmed", fresh(comes).code)
    assert fresh(comes).changed_from is None
    assert answer(goes, yes=False).state == "cancelled"
    assert (fresh(waits).state, fresh(room).seats_taken) == ("offered", 2)


def test_who_says_nothing_gives_the_seat_to_the_next() -> None:
    room = make_room(seats=1)
    booking, waits = (book_all(family, room) for family in make_families(2))
    move(room)
    late = fresh(booking).answer_by
    assert late is not None
    with pytest.raises(op.SeatGone):
        op.accept_seat(booking_id=booking.pk, actor=None, now=late)
    op.expire_seats(now=late)
    ended = fresh(booking)
    assert (ended.state, ended.end_reason, fresh(waits).state) == ("expired", "silence", "offered")


def test_who_waits_keeps_her_place_and_is_told() -> None:
    room = make_room(seats=1)
    _, first, second = (book_all(family, room) for family in make_families(3))
    move(room)
    assert positions([first, second]) == {first.pk: 1, second.pk: 2}
    assert Agreed.from_json(fresh(first).changed_from or {}).starts_at == OLD


def test_a_seat_on_offer_is_offered_anew() -> None:
    room = make_room(seats=1)
    booking, waits = (book_all(family, room) for family in make_families(2))
    op.cancel_booking(booking_id=booking.pk, actor=None, now=NOW)
    move(room, starts_at=at("2026-11-29 16:00"))
    offered = fresh(waits)
    assert (offered.state, offered.answer_by) == ("offered", at("2026-11-29 10:00"))


@pytest.mark.parametrize("fields", [{"title": "别的名字"}, {"risk_note": "带水"}, {"seats_max": 9}])
def test_what_is_neither_time_nor_place_nor_age_asks_nobody(fields: dict[str, Any]) -> None:
    room = make_room()
    booking = book_all(make_family(), room)
    assert move(room, starts_at=None, **fields) == []
    assert fresh(booking).state == "confirmed"


def test_another_place_asks_everybody() -> None:
    room = make_room()
    booking = book_all(make_family(), room)
    far = {"latitude": FAR[0], "longitude": FAR[1]}
    assert move(room, starts_at=None, venue=make_venue(), **far) == [booking]
    assert fresh(booking).state == "asked"


def test_another_room_of_the_same_house_is_shown_and_asks_nothing() -> None:
    room = make_room()
    booking = book_all(make_family(), room)
    move(room, starts_at=None, venue=make_venue())
    told = fresh(booking)
    assert (told.state, told.answer_by) == ("confirmed", None)
    assert Agreed.from_json(told.changed_from or {}).venue_id == room.venue_id


def test_changed_back_before_she_answered_asks_nothing_any_more() -> None:
    room = make_room()
    booking = book_all(make_family(), room)
    move(room)
    move(room, starts_at=at("2026-12-09 10:00"))
    assert Agreed.from_json(fresh(booking).changed_from or {}).starts_at == OLD
    move(room, starts_at=OLD)
    back = fresh(booking)
    assert (back.state, back.answer_by, back.changed_from) == ("confirmed", None, None)


def test_nobody_is_in_two_places() -> None:
    family = make_family()
    kept = book_all(family, make_room(starts_at=NEW))
    moved = book_all(family, make_room())
    move(moved.session)
    hindrance = hindrances([fresh(moved)])[moved.pk]
    assert (hindrance.clashes, [v.rule for v in hindrance.violations]) == (
        (kept,),
        ["family_overlap"],
    )
    with pytest.raises(op.RulesBroken):
        answer(moved)
    assert fresh(moved).state == "asked"
    op.cancel_booking(booking_id=kept.pk, actor=None, now=NOW)
    assert answer(moved).state == "confirmed"


def test_of_two_that_were_moved_to_one_time_she_takes_either() -> None:
    family = make_family()
    one, two = (
        book_all(family, make_room()),
        book_all(family, make_room(starts_at=at("2026-12-06 09:30"))),
    )
    move(one.session)
    move(two.session)
    assert answer(two).state == "confirmed"
    with pytest.raises(op.RulesBroken):
        answer(one)


def test_other_ages_touch_only_whom_they_no_longer_fit() -> None:
    room = make_room(seats=3)
    small = book_all(make_family(children=["2026-03"]), room)
    tall = book_all(make_family(children=["2025-03"]), room)
    assert move(room, starts_at=None, months_low=6, months_high=12) == [tall]
    assert (fresh(small).state, fresh(tall).state) == ("confirmed", "asked")
    with pytest.raises(op.RulesBroken) as refused:
        answer(tall)
    assert [v.rule for v in refused.value.facts["violations"]] == ["age"]


def test_a_seat_is_not_offered_to_whom_the_new_time_does_not_fit() -> None:
    room = make_room(seats=1)
    family = make_family()
    booking = book_all(make_family(), room)
    hindered = book_all(family, room)
    after = book_all(make_family(), room)
    book_all(family, make_room(starts_at=NEW))
    move(room)
    answer(booking, yes=False)
    assert (fresh(hindered).state, fresh(after).state) == ("waiting", "offered")
    assert positions([fresh(hindered)]) == {hindered.pk: 1}
    assert fresh(room).seats_taken == seats_in_rows(room) == 1


def test_asking_a_full_room_takes_as_many_statements_as_asking_one() -> None:
    def statements(count: int) -> int:
        room = make_room(seats=count)
        for family in make_families(count):
            make_booking(family=family, session=room, code="A")
        session = fresh(room)
        before = Agreed.of(session)
        Session.objects.filter(pk=room.pk).update(starts_at=NEW, ends_at=NEW + timedelta(hours=1))
        with CaptureQueriesContext(connection) as seen:
            op.ask_families_again(session_id=room.pk, before=before, actor=None, now=NOW)
        return len(seen)

    assert statements(2) == statements(12)
