"""Calendars of volunteers and families: one event for each promise for ever, read alike by programs
that we did not write, and nothing in them that is nobody's business."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.bookings.operations import (
    accept_seat,
    book,
    cancel_booking,
    decline_seat,
    move_booking,
)
from backend.common import clock
from backend.common.clock import LOCAL
from backend.common.refusal import Refusal
from backend.notifications.models import CalendarFeed
from backend.notifications.operations import forget_versions
from backend.notifications.operations.calendars import renew_feed, stop_feed
from backend.notifications.promises import promises_of
from backend.planning.operations import change_session
from backend.rota.models import Session
from backend.rota.operations import (
    accept_offer,
    cancel_session,
    claim_shift,
    decline_offer,
    withdraw_assignment,
)
from backend.web.calendars import calendar_of
from backend.web.public import calendar as page
from tests.again import show_again
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_family,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)
from tests.plans import statements_of
from tests.rota.test_sessions import values
from tests.web.calendars import Read, alarms, read

pytestmark = pytest.mark.django_db
Act = Callable[[SimpleNamespace, Session], None]


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield


def scene() -> SimpleNamespace:
    """One person who is a volunteer with a place and a guardian with a seat."""
    family = make_family(agreed=True)
    user = family.user
    rota = make_rota()
    first = make_session(rota=rota, title="亲子课", seats=(1, 8, 8))
    second = make_session(
        rota=rota, title="绘本", starts_at=at("2026-12-06 15:00"), seats=(1, 8, 8)
    )
    her = make_volunteer(organisation=rota.organisation, user=user, phone="13805910001")
    place = make_assignment(volunteer=her, shift=first.shifts.get())
    booking = make_booking(family=family, session=second, code="4711")
    return SimpleNamespace(
        user=user, first=first, second=second, her=her, place=place, family=family, booking=booking
    )


def led() -> None:
    """Each session has somebody who leads it, so that families can book."""
    Session.objects.update(staff=1)


def feed(client: Client, token: str, **headers: str) -> Any:
    return client.get(reverse("calendar_feed", args=[token]), headers=headers)


def test_both_sides_of_a_person_are_in_one_calendar(client: Client) -> None:
    there = scene()
    answer = feed(client, renew_feed(user=there.user, now=NOW))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert read(answer.content) == {
        f"place-{there.first.pk}-{there.her.pk}@127.0.0.1": Read(
            at("2026-12-05 09:30"), at("2026-12-05 10:30"), "CONFIRMED", 0, "亲子课"
        ),
        f"booking-{there.booking.pk}@127.0.0.1": Read(
            at("2026-12-06 15:00"), at("2026-12-06 16:00"), "CONFIRMED", 0, "绘本"
        ),
    }
    text = answer.content.replace(b"\r\n ", b"")
    for line in (
        b"METHOD:PUBLISH",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        b"X-PUBLISHED-TTL:PT1H",
        "X-WR-CALNAME:茉莉排班".encode(),
        b"DTSTART;TZID=Asia/Shanghai:20261205T093000",
        b"BEGIN:VTIMEZONE",
        b"TZOFFSETTO:+0800",
    ):
        assert line in text


def test_nothing_in_it_is_nobodys_business(client: Client) -> None:
    there = scene()
    text = feed(client, renew_feed(user=there.user, now=NOW)).content
    text = text.replace(b"\r\n ", b"").decode()
    child = there.family.children.get()
    for secret in ("4711", "13805910001", child.nickname, there.her.name, str(there.her.number)):
        assert secret not in text


def test_of_a_private_session_only_its_kind_is_told() -> None:
    there = scene()
    Session.objects.filter(pk=there.first.pk).update(venue=None, title="王家调解")
    (promise,) = [one for one in promises_of(there.user, NOW) if one.uid.startswith("place")]
    assert (promise.title, promise.place) == (there.first.engagement.name, "")


def test_the_street_of_a_place_is_said_once() -> None:
    there = scene()
    venue = there.second.venue
    street = venue.street.name
    for address, where in ((f"{street}3 号", f"{street}3 号"), ("3 号", f"{street} 3 号")):
        venue.address = address
        venue.save()
        (promise,) = [p for p in promises_of(there.user, NOW) if p.uid.startswith("booking")]
        assert promise.place == f"{venue.name}，{where}"


@pytest.mark.parametrize(
    ("starts", "recalled"),
    [
        ("2026-12-05 09:30", "2026-12-04 19:00"),
        ("2026-12-05 06:00", "2026-12-04 19:00"),
        ("2026-12-05 12:00", "2026-12-05 09:00"),
        ("2026-12-05 20:30", "2026-12-05 09:00"),
    ],
)
def test_it_recalls_at_an_hour_when_people_are_up(starts: str, recalled: str) -> None:
    session = make_session(starts_at=at(starts))
    her = make_volunteer(organisation=session.rota.organisation, with_user=True)
    make_assignment(volunteer=her, shift=session.shifts.get())
    content = calendar_of(promises_of(her.user, NOW), NOW, all_of_hers=True)
    assert alarms(content) == [at(recalled)]


def test_a_program_that_has_it_is_told_so(client: Client) -> None:
    there = scene()
    token = renew_feed(user=there.user, now=NOW)
    first = feed(client, token)
    again = feed(client, token, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    withdraw_assignment(assignment_id=there.place.pk, actor=None, now=NOW)
    after = feed(client, token, **{"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200 and after.headers["ETag"] != first.headers["ETag"]


def test_what_fell_through_stays_for_a_month(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = scene()
    token = renew_feed(user=there.user, now=NOW)
    uid = f"place-{there.first.pk}-{there.her.pk}@127.0.0.1"
    assert read(feed(client, token).content)[uid].status == "CONFIRMED"
    withdraw_assignment(assignment_id=there.place.pk, actor=None, now=NOW)
    gone = read(feed(client, token).content)[uid]
    assert (gone.status, gone.sequence, gone.summary) == ("CANCELLED", 1, "「已取消」亲子课")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=30))
    assert uid in read(feed(client, token).content)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=30, seconds=1))
    assert uid not in read(feed(client, token).content)


def test_what_no_calendar_ever_knew_does_not_come_as_called_off(client: Client) -> None:
    there = scene()
    withdraw_assignment(assignment_id=there.place.pk, actor=None, now=NOW)
    found = read(feed(client, renew_feed(user=there.user, now=NOW)).content)
    assert list(found) == [f"booking-{there.booking.pk}@127.0.0.1"]


def test_a_booking_that_is_moved_stays_the_same_event(client: Client) -> None:
    there = scene()
    token = renew_feed(user=there.user, now=NOW)
    feed(client, token)
    third = make_session(
        rota=there.first.rota, starts_at=at("2026-12-12 15:00"), seats=(0, 8, 8), title="音乐"
    )
    led()
    booking = there.booking
    for number, session in enumerate((third, there.second, third), start=1):
        booking = move_booking(booking_id=booking.pk, session_id=session.pk, actor=None, now=NOW)
        found = read(feed(client, token).content)
        mine = {uid: one for uid, one in found.items() if uid.startswith("booking")}
        assert list(mine) == [f"booking-{there.booking.pk}@127.0.0.1"]
        (one,) = mine.values()
        assert (one.status, one.sequence, one.summary) == ("CONFIRMED", number, session.title)


def test_a_new_address_ends_the_old_one_and_a_closed_one_opens_nothing(client: Client) -> None:
    there = scene()
    old = renew_feed(user=there.user, now=NOW)
    new = renew_feed(user=there.user, now=NOW)
    assert [feed(client, token).status_code for token in (old, new)] == [404, 200]
    stop_feed(user=there.user)
    assert feed(client, new).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_leave_one_address() -> None:
    user = make_user()

    def renew(_: int) -> str:
        try:
            return renew_feed(user=user, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tokens = set(pool.map(renew, range(8)))
    assert CalendarFeed.objects.get(user=user).token in tokens


def test_who_may_not_sign_in_any_more_has_no_calendar(client: Client) -> None:
    there = scene()
    token = renew_feed(user=there.user, now=NOW)
    there.user.is_active = False
    there.user.save()
    assert feed(client, token).status_code == 404


def test_versions_that_no_calendar_shows_are_forgotten(client: Client) -> None:
    there = scene()
    feed(client, renew_feed(user=there.user, now=NOW))
    assert forget_versions(now=NOW + timedelta(days=399)) == 0
    assert forget_versions(now=NOW + timedelta(days=401)) == 2


def test_guessing_is_slowed_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "OF_ADDRESS", 2)
    codes = [feed(client, f"guess-{number}").status_code for number in range(4)]
    assert codes == [404, 404, 429, 429]
    there = scene()
    assert feed(client, renew_feed(user=there.user, now=NOW)).status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_a_calendar_takes_as_many_statements_for_one_as_for_three(many: int) -> None:
    there = scene()
    for number in range(many):
        session = make_session(
            rota=there.first.rota, starts_at=NOW + timedelta(days=9 + number), seats=(1, 8, 8)
        )
        make_assignment(volunteer=there.her, shift=session.shifts.get())
        make_booking(family=there.family, session=session, code=str(number))
    address = reverse("calendar_feed", args=[renew_feed(user=there.user, now=NOW)])
    Client().get(address)
    assert len(statements_of(Client(), address)) == 9


def test_the_page_opens_changes_and_closes_it(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    address = reverse("calendar_address")
    again = f"{reverse('again')}?next=%2Faccount%2Fcalendar%2F"
    assert client.post(address, {"do": "renew"}).headers["Location"] == again
    assert "开一个日历地址" not in client.get(address).content.decode()
    show_again(client, user)
    assert "开一个日历地址" in client.get(address).content.decode()
    client.post(address, {"do": "renew"})
    first = CalendarFeed.objects.get(user=user).token
    shown = client.get(address).content.decode()
    assert f"/calendar/{first}.ics" in shown and "webcal://" in shown
    client.post(address, {"do": "renew"})
    assert CalendarFeed.objects.get(user=user).token != first
    stranger = Client()  # with her telephone in hand for a minute
    stranger.force_login(user)
    seen = stranger.get(address).content.decode()
    assert "/calendar/" not in seen.replace("/account/calendar/", "") and "停掉" in seen
    stranger.post(address, {"do": "stop"})
    assert CalendarFeed.objects.count() == 0


def test_one_promise_is_one_file(client: Client) -> None:
    there = scene()
    client.force_login(there.user)
    for name, pk in (("volunteer", there.place.pk), ("family", there.booking.pk)):
        answer = client.get(reverse(f"{name}:calendar", args=[pk]))
        assert answer.headers["Content-Disposition"] == f'attachment; filename="moli-{pk}.ics"'
        assert len(read(answer.content)) == 1
    waiting = make_booking(family=there.family, session=there.first, state="waiting")
    assert client.get(reverse("family:calendar", args=[waiting.pk])).status_code == 404


# --- random histories -----------------------------------------------------------------------------
def _claim(there: SimpleNamespace, session: Session) -> None:
    shift = session.shifts.get()
    claim_shift(volunteer_id=there.her.pk, shift_id=shift.pk, actor=None, now=NOW)


def _withdraw(there: SimpleNamespace, session: Session) -> None:
    for one in there.her.assignments.filter(state="active", session=session):
        withdraw_assignment(assignment_id=one.pk, actor=None, now=NOW)


def _book(there: SimpleNamespace, session: Session) -> None:
    children = [there.family.children.get().pk]
    book(family_id=there.family.pk, session_id=session.pk, child_ids=children, actor=None, now=NOW)


def _move_booking(there: SimpleNamespace, session: Session) -> None:
    for one in there.family.bookings.filter(state="confirmed").order_by("pk")[:1]:
        move_booking(booking_id=one.pk, session_id=session.pk, actor=None, now=NOW)


def _cancel_booking(there: SimpleNamespace, session: Session) -> None:
    for one in there.family.bookings.filter(session=session):
        cancel_booking(booking_id=one.pk, actor=None, now=NOW)


def _move_session(there: SimpleNamespace, session: Session) -> None:
    fresh = Session.objects.get(pk=session.pk)
    assert fresh.starts_at is not None and fresh.ends_at is not None
    later = {
        "starts_at": fresh.starts_at + timedelta(days=1),
        "ends_at": fresh.ends_at + timedelta(days=1),
    }
    change_session(
        session_id=session.pk,
        version=fresh.version,
        values=values(fresh, **later),
        actor=None,
        now=NOW,
    )


def _say_yes(there: SimpleNamespace, session: Session) -> None:
    for offer in there.her.offers.filter(state="pending"):
        accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    for booking in there.family.bookings.filter(state="asked"):
        accept_seat(booking_id=booking.pk, actor=None, now=NOW)


def _say_no(there: SimpleNamespace, session: Session) -> None:
    for offer in there.her.offers.filter(state="pending"):
        decline_offer(offer_id=offer.pk, actor=None, now=NOW)
    for booking in there.family.bookings.filter(state="asked"):
        decline_seat(booking_id=booking.pk, actor=None, now=NOW)


def _call_off(there: SimpleNamespace, session: Session) -> None:
    cancel_session(session_id=session.pk, because="停电", actor=None, now=NOW)


ACTS = (
    _claim,
    _withdraw,
    _book,
    _move_booking,
    _cancel_booking,
    _move_session,
    _say_yes,
    _say_no,
    _call_off,
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), min_size=1, max_size=7)
)
def test_whatever_happens_a_promise_is_one_event_whose_number_grows_when_it_changes(
    history: list[tuple[Act, int]],
) -> None:
    with transaction.atomic():
        there = scene()
        third = make_session(
            rota=there.first.rota, starts_at=at("2026-12-10 15:00"), seats=(0, 8, 8)
        )
        led()
        before: dict[str, Read] = {}
        for act, which in history:
            try:
                act(there, (there.first, there.second, third)[which])
            except Refusal:
                pass  # she was told no, and nothing has changed
            content = calendar_of(promises_of(there.user, NOW), NOW, all_of_hers=True)
            after = read(content)
            assert set(before) <= set(after)  # nothing is merely gone
            for uid, one in before.items():
                changed = one[:3] + one[4:] != after[uid][:3] + after[uid][4:]
                assert after[uid].sequence - one.sequence >= changed
                assert changed or after[uid] == one or after[uid].sequence > one.sequence
            assert all(8 <= moment.astimezone(LOCAL).hour < 21 for moment in alarms(content))
            assert calendar_of(promises_of(there.user, NOW), NOW, all_of_hers=True) == content
            before = after
        transaction.set_rollback(True)
