"""A family books: what it gets, and each rule that can say no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.models import Consent
from backend.bookings import operations as op
from backend.bookings.models import Booking
from backend.families.models import Avoid
from backend.outbox.models import Event
from tests.bookings.room import book_all, fresh, make_families, make_room
from tests.factories import NOW, at, make_booking, make_family, make_rota, make_session

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[op.RulesBroken]) -> list[str]:
    return [violation.rule for violation in refused.value.facts["violations"]]


def test_a_free_seat_is_confirmed_with_a_code() -> None:
    family, room = make_family(agreed=True), make_room(seats=3)
    booking = book_all(family, room)
    assert (booking.state, booking.seats, len(booking.code)) == ("confirmed", 1, 4)
    assert fresh(room).seats_taken == 1
    event = Event.objects.get()
    assert event.kind == "booking_made"
    assert event.streams == sorted(
        [f"session.{room.pk}", f"rota.{room.rota_id}", f"family.{family.pk}"]
    )
    assert event.payload == {"sessions": [room.pk], "bookings": [booking.pk]}


def test_full_means_a_place_in_the_line() -> None:
    families, room = make_families(3), make_room(seats=1)
    states = [book_all(family, room).state for family in families]
    assert states == ["confirmed", "waiting", "waiting"]
    assert fresh(room).seats_taken == 1
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "booking_made",
        "booking_waiting",
        "booking_waiting",
    ]


def test_seats_are_children() -> None:
    twins, room = make_family(agreed=True, children=["2025-03", "2025-03"]), make_room(seats=3)
    assert book_all(twins, room).seats == 2
    assert (
        book_all(make_family(agreed=True, children=["2025-01", "2025-02"]), room).state == "waiting"
    )
    assert (
        book_all(make_family(agreed=True), room).state == "confirmed"
    )  # one seat, which the two do not fit into


def test_without_people_on_duty_there_is_no_seat() -> None:
    room = make_room(seats=5, staff=0)
    assert book_all(make_family(agreed=True), room).state == "waiting"


def test_asked_twice_it_is_booked_once() -> None:
    family, room = make_family(agreed=True), make_room()
    first, second = book_all(family, room), book_all(family, room)
    assert first == second
    assert (Booking.objects.count(), fresh(room).seats_taken, Event.objects.count()) == (1, 1, 1)


def test_asked_again_for_another_child_it_says_that_she_has_booked() -> None:
    family, room = make_family(agreed=True, children=["2025-03", "2025-05"]), make_room()
    one, other = family.children.order_by("pk")
    op.book(family_id=family.pk, session_id=room.pk, child_ids=[one.pk], actor=family.user, now=NOW)
    with pytest.raises(op.AlreadyBooked):
        op.book(
            family_id=family.pk,
            session_id=room.pk,
            child_ids=[other.pk],
            actor=family.user,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("birth", "welcome"),
    [
        ("2025-06", True),
        ("2025-05", True),
        ("2025-07", False),
        ("2024-12", True),
        ("2024-11", False),
    ],
)
def test_age_is_counted_in_calendar_months_on_the_day_of_the_session(
    birth: str, welcome: bool
) -> None:
    room = make_room(
        months=(18, 24), starts_at=at("2026-12-31 23:00"), minutes=30
    )  # December in Fuzhou, not yet the next year
    family = make_family(agreed=True, children=[birth])
    if welcome:
        assert book_all(family, room).state == "confirmed"
        return
    with pytest.raises(op.RulesBroken) as refused:
        book_all(family, room)
    assert codes(refused) == ["age"]


def test_one_child_out_of_band_keeps_only_that_child_out() -> None:
    room, family = (
        make_room(months=(18, 24)),
        make_family(agreed=True, children=["2025-03", "2026-09"]),
    )
    with pytest.raises(op.RulesBroken):
        book_all(family, room)
    older = family.children.order_by("pk").first()
    assert (
        op.book(
            family_id=family.pk, session_id=room.pk, child_ids=[older.pk], actor=None, now=NOW
        ).state
        == "confirmed"
    )


@pytest.mark.parametrize("state", ["waiting", "offered", "confirmed"])
def test_two_bookings_never_overlap_and_waiting_counts(state: str) -> None:
    family = make_family(agreed=True)
    make_booking(family=family, session=make_room(starts_at=at("2026-12-05 10:00")), state=state)
    with pytest.raises(op.RulesBroken) as refused:
        book_all(family, make_room(starts_at=at("2026-12-05 09:30")))
    assert codes(refused) == ["family_overlap"]


def test_back_to_back_and_a_cancelled_one_are_no_overlap() -> None:
    family = make_family(agreed=True)
    make_booking(family=family, session=make_room(starts_at=at("2026-12-05 10:30")))
    make_booking(
        family=family, session=make_room(starts_at=at("2026-12-05 09:30")), state="cancelled"
    )
    assert book_all(family, make_room(starts_at=at("2026-12-05 09:30"))).state == "confirmed"


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "cancelled"},
        {"state": "planned"},
        {"starts_at": NOW - timedelta(minutes=1)},
        {"starts_at": NOW},
        {"seats": None},
    ],
)
def test_only_an_open_session_that_has_not_begun(fields: dict[str, object]) -> None:
    session = make_session(**({"seats": (0, 5, 5)} | fields))  # type: ignore[arg-type]
    with pytest.raises(op.NotBookable):
        book_all(make_family(agreed=True), session)


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_in_a_published_rota(state: str) -> None:
    with pytest.raises(op.NotBookable):
        book_all(make_family(agreed=True), make_room(rota=make_rota(state=state), state="open"))


def test_a_home_visit_is_for_those_whose_wish_names_it() -> None:
    with pytest.raises(op.RulesBroken) as refused:
        book_all(make_family(agreed=True), make_room(group="visit-1"))
    assert codes(refused) == ["reserved"]


def test_who_avoids_each_other_does_not_meet() -> None:
    family, room = make_family(agreed=True), make_room()
    Avoid.objects.create(family=family, volunteer=room.assignments.get().volunteer)
    with pytest.raises(op.RulesBroken) as refused:
        book_all(family, room)
    assert codes(refused) == ["avoid"]


def test_no_consent_no_booking() -> None:
    family, room = make_family(agreed=True), make_room()
    Consent.objects.update(withdrawn_at=NOW)
    with pytest.raises(op.ConsentMissing) as refused:
        book_all(family, room)
    assert refused.value.facts == {"children": [family.children.get().pk]}
    with pytest.raises(op.ConsentMissing):
        book_all(make_family(agreed=False), room)


def test_another_familys_child_is_no_child_of_hers() -> None:
    family, other, room = make_family(agreed=True), make_family(agreed=True), make_room()
    with pytest.raises(op.NotYourChild):
        op.book(
            family_id=family.pk,
            session_id=room.pk,
            child_ids=[other.children.get().pk],
            actor=family.user,
            now=NOW,
        )
    with pytest.raises(op.NotYourChild):
        op.book(family_id=family.pk, session_id=room.pk, child_ids=[], actor=family.user, now=NOW)


def test_the_year_holds_so_many_sessions_for_one_family(settings: object) -> None:
    settings.FAMILY_SESSIONS_PER_YEAR = 3  # type: ignore[attr-defined]
    family, rota = make_family(agreed=True), make_rota()
    make_booking(
        family=family,
        session=make_session(rota=rota, starts_at=at("2025-12-31 09:00"), seats=(0, 5, 5)),
        state="attended",
    )
    for day, state in (
        ("2026-03-01", "attended"),
        ("2026-04-01", "absent"),
        ("2026-05-01", "cancelled"),
        ("2026-05-02", "expired"),
    ):
        make_booking(
            family=family,
            session=make_session(rota=rota, starts_at=at(f"{day} 09:00"), seats=(0, 5, 5)),
            state=state,
        )
    last = book_all(family, make_room())
    with pytest.raises(op.QuotaUsed) as refused:
        book_all(family, make_room(starts_at=at("2026-12-06 09:00")))
    assert refused.value.facts == {"limit": 3, "year": 2026}
    assert book_all(family, make_room(starts_at=at("2027-01-02 09:00"))).state == "confirmed"
    op.cancel_booking(booking_id=last.pk, actor=None, now=NOW)
    assert book_all(family, make_room(starts_at=at("2026-12-06 09:00"))).state == "confirmed"


def test_a_refusal_leaves_nothing_behind() -> None:
    room = make_room(months=(0, 3))
    with pytest.raises(op.RulesBroken):
        book_all(make_family(agreed=True), room)
    assert (Booking.objects.count(), fresh(room).seats_taken, Event.objects.count()) == (0, 0, 0)
