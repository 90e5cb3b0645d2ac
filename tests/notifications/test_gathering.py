"""What one person is told of one kind at about one moment is one row of her inbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.bookings.operations import expire_seats
from backend.notifications.models import Delivery
from backend.notifications.operations import plan_deliveries, send_due
from backend.notifications.operations.planning import write_down
from backend.notifications.operations.sending import LEASE, _claim, _tell
from backend.notifications.queries import inbox_of
from backend.notifications.recipients import Addressee, Audience
from backend.notifications.shape import GATHERED
from tests.factories import (
    NOW,
    at,
    make_booking,
    make_coordinator,
    make_family,
    make_offer,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)
from tests.notifications.post import Box
from tests.outbox.numbering import number_all

pytestmark = pytest.mark.django_db(transaction=True)

MORNING = at("2026-11-28 10:00")


def titles(person: Addressee) -> list[str]:
    return list(inbox_of(person).values_list("title", flat=True))


def send(moment: datetime) -> None:
    send_due(channels={}, now=moment)


def run(moment: datetime) -> None:
    number_all()
    plan_deliveries(now=moment)
    send(moment)
    send(moment + GATHERED)


def seats_run_out(families: int, sessions: int, moment: datetime) -> list[Addressee]:
    """Each family has seats on offer in each session, and answers about none of them."""
    rota = make_rota()
    rows = [make_family() for _ in range(families)]
    for n in range(sessions):
        session = make_session(
            rota=rota, starts_at=NOW + timedelta(days=6, hours=n), seats=(0, 90, 90)
        )
        for family in rows:
            make_booking(family=family, session=session, state="offered", answer_by=moment)
    expire_seats(now=moment)
    return [Addressee(family=family.pk) for family in rows]


def test_the_seats_that_a_family_lost_at_one_moment_are_one_row_which_names_them_all() -> None:
    families = seats_run_out(2, 3, MORNING)
    run(MORNING)
    for family in families:
        assert titles(family) == ["有 3 场过了回复的时间"]
        (row,) = inbox_of(family)
        lines = row.text.splitlines()
        assert [line[:9] for line in lines] == ["• 12 月 4 "] * 3
    assert Delivery.objects.filter(state="moot").count() == 4


def test_what_it_has_seen_or_heard_outside_stays_and_the_next_is_another_row() -> None:
    family = make_family()
    person = Addressee(family=family.pk)
    for n, change in enumerate(({"seen_at": MORNING}, {"channel": "email"}, {})):
        session = make_session(starts_at=NOW + timedelta(days=6, hours=n), seats=(0, 9, 9))
        booking = make_booking(family=family, session=session, state="expired")
        write_down(f"event.{n}", "seat_expired", Audience({person: [booking.pk]}), MORNING)
        send(MORNING)
        inbox_of(person).filter(cause=f"event.{n}").update(**change)
    assert titles(person) == ["回复的时间过了"] * 3
    write_down("event.9", "seat_expired", Audience({person: [booking.pk]}), MORNING)
    send(MORNING + timedelta(hours=2))
    assert titles(person) == ["回复的时间过了"] * 4


def test_invitations_that_expired_one_after_another_are_one_row_of_the_volunteer() -> None:
    her = make_volunteer(with_user=True)
    person = Addressee(volunteer=her.pk)
    for n in range(2):
        session = make_session(starts_at=NOW + timedelta(days=6, hours=n))
        offer = make_offer(volunteer=her, shift=session.shifts.get(), state="expired")
        write_down(f"event.{n}", "offer_expired", Audience({person: [offer.pk]}), MORNING)
        send(MORNING + timedelta(minutes=n))
    assert titles(person) == ["有 2 场过了回复的时间"]


def test_a_coordinator_has_one_row_of_holes_a_day_with_their_number() -> None:
    rota = make_rota()
    boss = make_coordinator(organisation=rota.organisation)
    person = Addressee(user=boss.pk)
    for n in range(12):
        session = make_session(
            rota=rota, starts_at=NOW + timedelta(hours=30, minutes=n), required=True
        )
        shift = session.shifts.get()
        write_down(f"event.{n}", "hole_near", Audience({person: [shift.pk]}), MORNING)
        if n < 10:
            send(MORNING + timedelta(minutes=n))
            inbox_of(person).update(seen_at=MORNING)
    send(MORNING + timedelta(hours=3))
    assert titles(person) == ["快开始的场次有 12 处缺人"]
    (row,) = inbox_of(person)
    assert row.text.splitlines()[-1] == "• 还有 3 处，打开看全部。"
    assert (row.link, row.seen_at) == ("/c/", None)
    next_day = MORNING + timedelta(days=1)
    write_down("event.99", "hole_near", Audience({person: [shift.pk]}), next_day)
    send(next_day)
    assert titles(person) == ["快开始的场次有 1 处缺人", "快开始的场次有 12 处缺人"]


@pytest.mark.parametrize(("new_one", "rings"), [(14, False), (10, True)])
def test_what_was_rung_for_by_day_rings_nobody_at_night(new_one: int, rings: bool) -> None:
    """Of the row of the day only what is new can be so near that the morning is too late."""
    rota = make_rota()
    person = Addressee(user=make_coordinator(organisation=rota.organisation).pk)
    box = Box()
    evening, night = at("2026-11-28 18:30"), at("2026-11-28 23:30")
    for n, (begins, moment) in enumerate(((9, evening), (new_one, night))):
        session = make_session(rota=rota, starts_at=at(f"2026-11-29 {begins:02}:00"), required=True)
        audience = Audience({person: [session.shifts.get().pk]})
        write_down(f"event.{n}", "hole_near", audience, moment)
        send_due(channels={"file": box}, now=moment)
    assert len(box.got) == 1 + rings
    assert titles(person) == ["快开始的场次有 2 处缺人"]
    send_due(channels={"file": box}, now=at("2026-11-29 08:00"))
    assert len(box.got) == 2


def test_what_another_turn_has_claimed_is_not_told_twice() -> None:
    """Two turns hold rows of one person; whichever speaks first takes over what the other holds."""
    her = make_volunteer(with_user=True)
    person = Addressee(volunteer=her.pk)
    for n in range(2):
        session = make_session(starts_at=NOW + timedelta(days=6, hours=n))
        offer = make_offer(volunteer=her, shift=session.shifts.get(), state="expired")
        write_down(
            f"event.{n}",
            "offer_expired",
            Audience({person: [offer.pk]}),
            MORNING + timedelta(seconds=n),
        )
    one = _claim(now=MORNING)
    other = _claim(now=MORNING + timedelta(seconds=1))
    assert (len(one), len(other)) == (1, 1)
    _tell(other, {"file": Box()}, now=MORNING)
    _tell(one, {"file": Box()}, now=MORNING + LEASE)
    assert titles(person) == ["有 2 场过了回复的时间"]


def test_gathering_asks_as_many_statements_for_many_as_for_few() -> None:
    counts = []
    for people in (2, 7):
        seats_run_out(people, 2, MORNING)
        number_all()
        plan_deliveries(now=MORNING)
        with CaptureQueriesContext(connection) as sent:
            send(MORNING + GATHERED)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_who_did_something_else_is_not_part_of_it() -> None:
    """Different kinds stay apart, and different people, too."""
    her = make_volunteer(user=make_user())
    session = make_session(starts_at=NOW + timedelta(days=6))
    gone = make_offer(volunteer=her, shift=session.shifts.get(), state="expired")
    person = Addressee(volunteer=her.pk)
    other = make_volunteer(with_user=True)
    shift = make_session(starts_at=NOW + timedelta(days=6)).shifts.get()
    back = make_offer(volunteer=her, shift=shift, state="withdrawn")
    write_down("event.1", "offer_expired", Audience({person: [gone.pk]}), MORNING)
    write_down("event.2", "offer_withdrawn", Audience({person: [back.pk]}), MORNING)
    write_down(
        "event.3", "offer_expired", Audience({Addressee(volunteer=other.pk): [gone.pk]}), MORNING
    )
    send(MORNING)
    assert sorted(titles(person)) == ["回复的时间过了", "有邀请收回了"]
    assert titles(Addressee(volunteer=other.pk)) == ["回复的时间过了"]
