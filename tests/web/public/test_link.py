"""One tap from a message, without signing in: what it shows, what it does, and that it does it
once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from backend.bookings.models import Booking
from backend.common import clock
from backend.notifications.links import Purpose, link_to, no_mail_link
from backend.notifications.models import LinkUse, NoMail
from backend.notifications.operations import forget_links
from backend.outbox.models import Event
from backend.planning.operations import change_session
from backend.rota.models import Assignment, Offer, Session
from backend.volunteers.models import AgreementVersion
from backend.web.public import link as page
from backend.web.public.tries import WINDOW
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_family,
    make_offer,
    make_session,
    make_volunteer,
)
from tests.plans import statements_of
from tests.rota.test_sessions import values as changed_values
from tests.web.tapping import seen_at, tap

pytestmark = pytest.mark.django_db
UNTIL = NOW + timedelta(hours=24)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield


def later(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + span)


def scene() -> SimpleNamespace:
    """A volunteer who is asked and one who is placed, a family with an offered seat and one with a
    confirmed, and the link of each."""
    session = make_session(seats=(1, 8, 8), title="小月龄亲子课")
    shift = session.shifts.get()
    whose = {"organisation": session.rota.organisation}
    asked = make_volunteer(name="林小梅", with_user=True, **whose)
    offer = make_offer(volunteer=asked, shift=shift)
    other = make_session(rota=session.rota, seats=(1, 8, 8))
    placed = make_volunteer(with_user=True, **whose)
    place = make_assignment(volunteer=placed, shift=other.shifts.get())
    family = make_family(agreed=True)
    seat = make_booking(family=family, session=other, state="offered")
    coming = make_booking(family=make_family(agreed=True), session=other)
    return SimpleNamespace(
        session=session,
        offer=offer,
        place=place,
        seat=seat,
        coming=coming,
        links={
            "offer": to(Purpose.OFFER, asked.pk, offer.pk),
            "place": to(Purpose.COMING, placed.pk, place.pk),
            "seat": to(Purpose.SEAT, family.pk, seat.pk),
            "coming": to(Purpose.ATTENDING, coming.family_id, coming.pk),
        },
    )


def to(purpose: Purpose, person: int, subject: int, until: datetime = UNTIL) -> str:
    return link_to(purpose, person=person, subject=subject, until=until)


def states(there: SimpleNamespace) -> list[str]:
    rows = [there.offer, there.place, there.seat, there.coming]
    return [type(row).objects.get(pk=row.pk).state for row in rows]


BEFORE = ["pending", "active", "offered", "confirmed"]


@pytest.mark.parametrize("which", ["offer", "place", "seat", "coming"])
def test_looking_at_it_changes_nothing_and_tells_nothing_of_her(client: Client, which: str) -> None:
    there = scene()
    for ask in (client.get, client.head, client.get):
        answer = ask(there.links[which])
        assert answer.status_code == 200
    shown = strip_tags(answer.content.decode())  # a token may hold any letters
    for word in ("林小梅", "小月龄亲子课", "V0", "138", there.session.venue.name):
        assert word not in shown
    assert states(there) == BEFORE
    assert (LinkUse.objects.count(), Event.objects.count()) == (0, 0)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("which", "answer", "after"),
    [
        ("offer", "yes", ["accepted", "active", "offered", "confirmed"]),
        ("offer", "no", ["declined", "active", "offered", "confirmed"]),
        ("place", "yes", BEFORE),
        ("place", "no", ["pending", "withdrawn", "offered", "confirmed"]),
        ("seat", "yes", ["pending", "active", "confirmed", "confirmed"]),
        ("seat", "no", ["pending", "active", "cancelled", "confirmed"]),
        ("coming", "yes", BEFORE),
        ("coming", "no", ["pending", "active", "offered", "cancelled"]),
    ],
)
def test_a_tap_answers_and_is_noted(
    client: Client, which: str, answer: str, after: list[str]
) -> None:
    there = scene()
    said = tap(client, there.links[which], answer)
    assert said.status_code == 200 and states(there) == after
    note = LinkUse.objects.get()
    assert (note.yes, note.at, note.until) == (answer == "yes", NOW, UNTIL)
    assert note.subject == getattr(there, which).pk


def test_the_answer_is_recorded_as_hers(client: Client) -> None:
    there = scene()
    tap(client, there.links["offer"])
    event = Event.objects.get(kind="offer_accepted")
    assert event.actor_id == there.offer.volunteer.user_id


@pytest.mark.parametrize("again", ["yes", "no"])
def test_it_serves_once(client: Client, again: str) -> None:
    there = scene()
    tap(client, there.links["coming"])
    assert client.get(there.links["coming"]).status_code == 410
    answer = tap(client, there.links["coming"], again)
    assert answer.status_code == 410 and "这个问题已经回答过了" in answer.content.decode()
    assert states(there) == BEFORE and LinkUse.objects.count() == 1


def test_one_that_has_ended_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    there = scene()
    later(monkeypatch, timedelta(hours=24))
    shown = client.get(there.links["place"])
    assert shown.status_code == 410 and "这个链接过期了" in shown.content.decode()
    assert client.post(there.links["place"], {"answer": "no"}).status_code == 410
    assert states(there) == BEFORE


def test_what_was_answered_elsewhere_need_not_be_answered(client: Client) -> None:
    there = scene()
    Offer.objects.update(state="withdrawn")
    Assignment.objects.update(state="released")
    Booking.objects.update(state="cancelled")
    for address in there.links.values():
        for answer in (client.get(address), tap(client, address)):
            assert answer.status_code == 410
            assert "这个问题已经不用回答了" in answer.content.decode()
    assert LinkUse.objects.count() == 0


@pytest.mark.parametrize("purpose", [Purpose.OFFER, Purpose.COMING, Purpose.SEAT])
def test_a_link_of_somebody_else_or_for_something_else_answers_nothing(
    client: Client, purpose: Purpose
) -> None:
    there = scene()
    hers = there.offer.volunteer_id if purpose != Purpose.OFFER else there.place.volunteer_id
    answer = tap(client, to(purpose, hers, there.offer.pk + 10**6))
    assert answer.status_code == 410
    assert client.post(to(purpose, hers, there.offer.pk), {"answer": "no"}).status_code == 410
    assert states(there) == BEFORE


def test_one_that_was_altered_opens_nothing(client: Client) -> None:
    there = scene()
    address = there.links["offer"]
    for bad in (address[:-2] + "/", address[:-3] + "AA/", address.replace("/l/", "/l/A"), "/l/x/"):
        if bad != address:
            assert client.get(bad).status_code == tap(client, bad).status_code
            assert client.get(bad).status_code == 404
    assert states(there) == BEFORE


def test_a_form_without_an_answer_asks_again(client: Client) -> None:
    there = scene()
    assert client.post(there.links["offer"]).status_code == 200
    assert client.post(there.links["offer"], {"answer": "maybe"}).status_code == 200
    assert states(there) == BEFORE


@pytest.mark.parametrize("which", ["offer", "place", "seat", "coming"])
@pytest.mark.parametrize("seen", [None, "", "x"])
def test_a_yes_to_what_she_was_not_shown_is_asked_again(
    client: Client, which: str, seen: str | None
) -> None:
    """The message names a time; whoever answers without having seen what is asked now may mean the
    one that it was then."""
    there = scene()
    said = {"answer": "yes"} if seen is None else {"answer": "yes", "seen": seen}
    shown = client.post(there.links[which], said)
    text = shown.content.decode()
    assert 'value="yes"' in text and 'name="seen"' in text
    assert (shown.status_code, "刚刚改了" in text) == ((409, True) if seen else (200, False))
    assert states(there) == BEFORE
    assert (LinkUse.objects.count(), Event.objects.count()) == (0, 0)
    assert tap(client, there.links[which]).status_code == 200


def test_a_refusal_tells_nothing_of_what_else_she_does_and_leaves_the_link(client: Client) -> None:
    """She has something else at that time meanwhile."""
    there = scene()
    seen = seen_at(client, there.links["offer"])
    beside = make_session(
        rota=there.session.rota,
        title="另一场",
        starts_at=there.session.starts_at,
    )
    taken = make_assignment(volunteer=there.offer.volunteer, shift=beside.shifts.get())
    answer = client.post(there.links["offer"], {"answer": "yes"} | seen)
    shown = answer.content.decode()
    assert answer.status_code == 409 and "登录以后能看到原因" in shown and "另一场" not in shown
    Assignment.objects.filter(pk=taken.pk).update(state="withdrawn")
    assert tap(client, there.links["offer"]).status_code == 200


def test_who_has_not_agreed_to_what_holds_is_led_to_its_text(client: Client) -> None:
    there = scene()
    seen = seen_at(client, there.links["offer"])
    AgreementVersion.objects.create(
        organisation=there.offer.volunteer.organisation,
        number=1,
        text="请按时到",
        from_on=clock.local_day(NOW),
        published_at=NOW,
    )
    answer = client.post(there.links["offer"], {"answer": "yes"} | seen)
    shown = answer.content.decode()
    assert answer.status_code == 409 and "先看一看志愿者须知" in shown
    assert f'href="{reverse("volunteer:agreement")}"' in shown
    assert states(there) == BEFORE


def changed(session: Session, **values: object) -> None:
    session.refresh_from_db()
    change_session(
        session_id=session.pk,
        version=session.version,
        values=changed_values(session, **values),
        actor=None,
        now=NOW,
    )


def href_of(answer: str) -> str:
    (found,) = re.findall(r'href="(/l/[^"]+)"', answer)
    return str(found)


def test_an_older_link_leads_to_what_is_asked_since_the_session_changed(client: Client) -> None:
    """Of a reminder, used or not; one whose own time is over leads to no other link."""
    there = scene()
    start = there.place.session.starts_at + timedelta(hours=1)
    changed(there.place.session, starts_at=start, ends_at=start + timedelta(hours=1))
    for which, button in (("place", "我能去"), ("coming", "还来")):
        shown = client.get(there.links[which])
        assert shown.status_code == 410
        assert "后来又改了，有新的问题要你回答" in shown.content.decode()
        newer = client.get(href_of(shown.content.decode()))
        assert newer.status_code == 200 and button in newer.content.decode()
    assert client.post(there.links["place"], {"answer": "no"}).status_code == 410
    asked = Offer.objects.get(volunteer=there.place.volunteer)
    assert asked.state == "pending"
    long_ago = to(Purpose.COMING, there.place.volunteer_id, there.place.pk, NOW)
    shown = client.get(long_ago).content.decode()
    assert "后来又改了" in shown and 'href="/l/' not in shown


def test_a_link_that_was_used_leads_to_the_next_question_of_the_same_seat(client: Client) -> None:
    there = scene()
    assert tap(client, there.links["seat"]).status_code == 200
    start = there.seat.session.starts_at + timedelta(hours=1)
    changed(there.seat.session, starts_at=start, ends_at=start + timedelta(hours=1))
    shown = client.get(there.links["seat"]).content.decode()
    assert "后来又改了" in shown
    assert tap(client, href_of(shown)).status_code == 200
    there.seat.refresh_from_db()
    assert there.seat.state == "confirmed"


def test_no_link_offers_a_yes_that_would_be_refused(client: Client) -> None:
    """The session is for other ages since, and she has something else at that time. A seat that was
    only on offer went back to the line, and is no question any more."""
    there = scene()
    beside = make_session(rota=there.session.rota, starts_at=there.session.starts_at)
    make_assignment(volunteer=there.offer.volunteer, shift=beside.shifts.get())
    changed(there.seat.session, months=(120, 130))
    asked = to(Purpose.SEAT, there.coming.family_id, there.coming.pk)
    for link in (there.links["offer"], asked):
        shown = client.get(link)
        words = shown.content.decode()
        assert shown.status_code == 200 and "你现在来不了" in words
        assert 'value="yes"' not in words and 'value="no"' in words
    assert client.get(there.links["seat"]).status_code == 410
    assert client.post(asked, {"answer": "no"}).status_code == 200


def test_who_tries_too_often_from_one_address_is_slowed_down(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = scene()
    monkeypatch.setattr(page, "OF_ADDRESS", 3)
    tries = [client.get(f"/l/{number}/").status_code for number in range(5)]
    assert tries == [404, 404, 404, 429, 429]
    assert client.get(there.links["offer"]).status_code == 200  # to look is free
    assert tap(client, there.links["offer"]).status_code == 429
    later(monkeypatch, WINDOW)
    assert tap(client, there.links["offer"]).status_code == 200


def test_who_comes_from_nowhere_shuts_nobody_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy that says nothing all come from nowhere."""
    there = scene()
    monkeypatch.setattr(page, "OF_ADDRESS", 3)
    tries = [client.get(f"/l/{number}/", REMOTE_ADDR="").status_code for number in range(5)]
    assert tries == [404] * 5
    sent = tap(client, there.links["offer"], REMOTE_ADDR="")
    assert sent.status_code == 200


def test_a_school_full_of_people_looks_with_few_statements(client: Client) -> None:
    there = scene()
    assert len(statements_of(client, there.links["offer"])) <= 5


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one() -> None:
    there = scene()

    def answered(answer: str) -> int:
        try:
            return tap(Client(), there.links["coming"], answer).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(answered, ["no", "no", "yes", "yes"]))
    assert sorted(codes) == [200, 410, 410, 410]
    assert LinkUse.objects.count() == 1


def test_one_click_of_a_mail_program_ends_the_mails_and_one_more_brings_them_back(
    client: Client,
) -> None:
    address = no_mail_link("lin@example.org")
    assert client.get(address).status_code == 200 and NoMail.objects.count() == 0
    for _ in range(2):
        one_click = {"List-Unsubscribe": "One-Click"}
        assert Client(enforce_csrf_checks=True).post(address, one_click).status_code == 200
    assert NoMail.objects.count() == 1
    assert client.post(address, {"answer": "no"}).status_code == 200
    assert NoMail.objects.count() == 0


def test_notes_of_links_that_ended_long_ago_are_forgotten(client: Client) -> None:
    there = scene()
    tap(client, there.links["coming"])
    assert forget_links(now=UNTIL + timedelta(days=29)) == 0
    assert forget_links(now=UNTIL + timedelta(days=31)) == 1
