"""Two grown-ups, one family: each with her own sign-in, and what one does the other can see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, Consent, Phone, User
from backend.accounts.operations import keep_phone
from backend.bookings.models import Booking
from backend.bookings.operations import (
    ConsentMissing,
    book,
    cancel_booking,
    withdraw_consent_and_seats,
)
from backend.families.models import Family, Guardian
from backend.families.operations import (
    AlreadyFamily,
    GuardianGone,
    GuardianRefused,
    ask_guardian,
    erase_registration,
    give_consent,
    join_family,
    let_guardian_out,
)
from backend.families.operations.guardians import HOLDS, MOST
from backend.families.queries import asked_in, behind, live_consents
from backend.live.permissions import may_listen, subjects
from backend.live.visitors import Visitor
from backend.notifications.models import Delivery
from backend.notifications.promises import promises_of
from backend.notifications.queries import unread
from backend.records.operations import take_number
from tests.again import show_again
from tests.bookings.room import book_all, make_room
from tests.factories import NOW, at, make_family, make_user
from tests.notifications.post import Box, tell

pytestmark = pytest.mark.django_db
HERS = "13900139000"


@pytest.fixture
def family() -> Family:
    return make_family(agreed=True, guardian_name="王家长", phone="13800138000")


@pytest.fixture
def grandmother(family: Family) -> User:
    """She holds the number, and has accepted."""
    user = holder()
    assert family.user is not None
    asked = ask_guardian(family_id=family.pk, called="外婆", phone=HERS, actor=family.user, now=NOW)
    join_family(guardian_id=asked.pk, user=user, now=NOW)
    return User.objects.get(pk=user.pk)


def holder(number: str = HERS) -> User:
    user = make_user()
    keep_phone(user=user, number=number, now=NOW)
    return user


def test_she_finds_the_invitation_by_the_number_that_she_holds(family: Family) -> None:
    user = holder()
    stranger = holder("13900139009")
    assert family.user is not None
    asked = ask_guardian(
        family_id=family.pk, called="外婆", phone="139 0013 9000", actor=family.user, now=NOW
    )
    assert [row.pk for row in asked_in(user, NOW)] == [asked.pk]
    assert list(asked_in(stranger, NOW)) == []
    assert list(asked_in(user, NOW + HOLDS)) == []
    join_family(guardian_id=asked.pk, user=user, now=NOW)
    assert Family.objects.get(pk=behind(user)) == family
    assert list(asked_in(user, NOW)) == []
    with pytest.raises(GuardianGone):
        join_family(guardian_id=asked.pk, user=stranger, now=NOW)


def test_a_number_that_may_be_somebody_elses_by_now_finds_no_family(family: Family) -> None:
    before = holder()
    assert family.user is not None
    later = NOW + Phone.LENT
    ask_guardian(family_id=family.pk, called="外婆", phone=HERS, actor=family.user, now=later)
    assert list(asked_in(before, later)) == []
    keep_phone(user=before, number=HERS, now=later)
    assert len(asked_in(User.objects.get(pk=before.pk), later)) == 1


def test_who_asks_and_lets_out(family: Family, grandmother: User) -> None:
    ask = {"family_id": family.pk, "called": "外公", "phone": "13900139001", "now": NOW}
    for who in (grandmother, make_user()):
        with pytest.raises(GuardianRefused) as refused:
            ask_guardian(actor=who, **ask)
        assert refused.value.facts["why"] == "first"
    row = Guardian.objects.get()
    with pytest.raises(GuardianRefused):
        let_guardian_out(family_id=family.pk, guardian_id=row.pk, actor=make_user(), now=NOW)
    let_guardian_out(family_id=family.pk, guardian_id=row.pk, actor=grandmother, now=NOW)
    assert not Family.objects.filter(pk=behind(grandmother)).exists()


@pytest.mark.parametrize(
    ("called", "phone", "why"),
    [
        (" ", "13900139001", "name"),
        ("外" * 13, "13900139001", "name"),
        ("外公", "13800138000", "twice"),
        ("外公", HERS, "twice"),
    ],
)
def test_whom_one_does_not_ask(
    family: Family, grandmother: User, called: str, phone: str, why: str
) -> None:
    assert family.user is not None
    with pytest.raises(GuardianRefused) as refused:
        ask_guardian(family_id=family.pk, called=called, phone=phone, actor=family.user, now=NOW)
    assert refused.value.facts["why"] == why


def test_a_family_has_few(family: Family) -> None:
    assert family.user is not None
    ask = {"family_id": family.pk, "called": "姨", "actor": family.user}
    for n in range(MOST):
        ask_guardian(phone=f"1390013900{n}", now=NOW, **ask)
    with pytest.raises(GuardianRefused) as refused:
        ask_guardian(phone="13900139009", now=NOW, **ask)
    assert refused.value.facts["why"] == "many"
    ask_guardian(phone="13900139009", now=NOW + HOLDS, **ask)  # the others did not answer


def test_nobody_is_of_two_families(family: Family) -> None:
    other = make_family(agreed=True)
    assert family.user is not None and other.user is not None
    asked = ask_guardian(family_id=family.pk, called="妈", phone=HERS, actor=family.user, now=NOW)
    with pytest.raises(AlreadyFamily):
        join_family(guardian_id=asked.pk, user=other.user, now=NOW)


def test_either_takes_back_a_consent_for_both(family: Family, grandmother: User) -> None:
    session = make_room()
    book_all(family, session)
    child = family.children.get()
    who = {"family_id": family.pk, "child_id": child.pk, "purpose": "booking"}
    withdraw_consent_and_seats(actor=grandmother, now=NOW, **who)
    assert Booking.objects.get().state == Booking.State.CANCELLED
    assert not live_consents(family).exists()
    with pytest.raises(ConsentMissing):
        book_all(family, session)
    later = NOW + timedelta(hours=1)
    give_consent(text_version="t", actor=grandmother, now=later, **who)
    again = give_consent(text_version="t", actor=family.user, now=later, **who)
    assert again.user == grandmother  # of two the older stands
    assert book_all(family, session).state == Booking.State.CONFIRMED
    assert Consent.objects.count() == 2


@pytest.mark.usefixtures("stopped_clock")
def test_she_sees_and_does_what_the_family_does(family: Family, grandmother: User) -> None:
    session = make_room()
    browser = Client()
    browser.force_login(grandmother)
    show_again(browser, grandmother)
    child = family.children.get()
    for name in ("book", "bookings", "requests", "me", "adults", "messages", "export"):
        assert browser.get(reverse(f"family:{name}")).status_code == 200, name
    answer = browser.post(
        reverse("family:confirm"), {"session": session.pk, "child": child.pk}, follow=True
    )
    assert answer.status_code == 200
    booking = Booking.objects.get()
    assert booking.family == family and booking.state == Booking.State.CONFIRMED
    assert [promise.uid for promise in promises_of(grandmother, NOW)] == [f"booking-{booking.pk}"]
    assert len(promises_of(family.user, NOW)) == 1  # type: ignore[arg-type]
    ours = subjects([f"family.{family.pk}"])[f"family.{family.pk}"]
    for who, hears in ((grandmother, True), (family.user, True), (make_user(), False)):
        assert may_listen(Visitor(user_id=who.pk), ours) is hears  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_what_one_did_stands_in_the_inbox_of_both(family: Family, grandmother: User) -> None:
    session = make_room()
    child = family.children.get()
    book(
        family_id=family.pk,
        session_id=session.pk,
        child_ids=[child.pk],
        actor=grandmother,
        now=NOW,
    )
    tell()
    told = Delivery.objects.filter(guardian=None).order_by("pk")
    assert [row.kind for row in told] == ["changed_by_one", "booked_by_one"]
    assert told[1].text.startswith("家里人约了一场")
    assert family.children.get().nickname not in told[1].text
    assert unread("family", grandmother.pk) == unread("family", family.user_id or 0) == 2
    assert Access.objects.filter(user_id=grandmother.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_what_she_did_rings_the_others_and_not_her_own_telephone(
    family: Family, grandmother: User
) -> None:
    box = Box("email")
    User.objects.filter(pk=grandmother.pk).update(email="grandmother@example.org")
    User.objects.filter(pk=family.user_id).update(email="mother@example.org")
    children = [family.children.get().pk]
    rooms = (make_room(), make_room(starts_at=at("2026-12-08 09:30")))
    tell(Box("email"))  # what was before
    for room, actor in zip(rooms, (grandmother, family.user), strict=True):
        book(family_id=family.pk, session_id=room.pk, child_ids=children, actor=actor, now=NOW)
        tell(box)
    told = [(to, message.template) for to, message in box.got]
    assert told == [
        ("mother@example.org", "booked_by_one"),
        ("grandmother@example.org", "booked_by_one"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_to_each_of_their_telephones(family: Family, grandmother: User) -> None:
    session = make_room(seats=1)
    book_all(make_family(agreed=True), session)
    waiting = book_all(family, session)
    tell()
    first = Booking.objects.get(state=Booking.State.CONFIRMED)
    cancel_booking(booking_id=first.pk, actor=None, now=NOW)
    box = Box("sms")
    tell(box)
    waiting.refresh_from_db()
    assert waiting.state == Booking.State.OFFERED
    hers = [message for to, message in box.got if to == HERS]
    first_one = [message for to, message in box.got if to == "13800138000"]
    assert [m.title for m in hers] == [m.title for m in first_one] == ["有位子了，等你回复"]
    assert "/l/" in first_one[0].link and "/l/" not in hers[0].link  # she answers signed in


@pytest.mark.django_db(transaction=True)
def test_who_is_let_out_sees_nothing_and_is_told(family: Family, grandmother: User) -> None:
    browser = Client()
    browser.force_login(grandmother)
    row = Guardian.objects.get()
    mother = Client()
    assert family.user is not None
    mother.force_login(family.user)
    show_again(mother, family.user)
    page = mother.post(reverse("family:let_out", args=[row.pk]))
    assert "她会马上看不到" in page.content.decode()
    mother.post(reverse("family:let_out", args=[row.pk]), {"asked": "yes"})
    assert browser.get(reverse("family:bookings")).status_code == 404
    tell()
    assert Delivery.objects.get(user=grandmother).kind == "let_out"
    assert Delivery.objects.filter(family=family, kind="changed_by_one").exists()


def test_what_is_erased_has_nobody_let_in(family: Family, grandmother: User) -> None:
    erase_registration(family_id=family.pk, actor=family.user, now=NOW)
    assert not Guardian.objects.exists()
    assert not Family.objects.filter(pk=behind(grandmother)).exists()


def test_another_number_of_hers_is_where_her_messages_go(grandmother: User) -> None:
    take_number(user=grandmother, number="13900139007", now=NOW)
    assert Guardian.objects.get().phone == "13900139007"
    take_number(user=make_user(), number="13900139008", now=NOW)  # who is of no family
    assert Guardian.objects.get().phone == "13900139007"
