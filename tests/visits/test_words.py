"""What a family reads of a visit speaks of no seat and of going nowhere, on each page and in each
message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.urls import reverse

from backend.bookings.models import Booking
from backend.bookings.operations import SeatGone
from backend.common import clock
from backend.notifications.facts import (
    booking_called_off,
    booking_confirmed,
    booking_expired,
    booking_over,
    seat_waits,
)
from backend.notifications.facts import booking_changed as changed
from backend.words import messages, refused
from backend.words.saying import About, Said
from backend.words.staffing_messages import visit_unled
from tests.factories import NOW
from tests.visits.scene import STARTS, planned, street, wish
from tests.visits.test_pages import as_, words

pytestmark = pytest.mark.django_db
SEATS = ("位子", "候补", "不用来", "还来吗", "出门前", "别的场次")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def speaks_of_seats(text: str) -> list[str]:
    return [word for word in SEATS if word in text]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "offered"},
        {"state": "asked"},
        {"state": "confirmed", "answer_by": None},
        {"state": "offered", "answer_by": NOW},  # it has lapsed
        {"state": "expired", "end_reason": "silence", "answer_by": None},
        {"state": "cancelled", "end_reason": "consent", "answer_by": None},
        {"state": "attended", "answer_by": None},
        {"state": "absent", "answer_by": None},
    ],
)
def test_each_page_speaks_of_a_visit(fields: dict[str, object]) -> None:
    visit = planned(street(), wish())
    Booking.objects.update(**fields)
    mother = as_(visit.request.family.user)
    booking = Booking.objects.get()
    for page in (
        reverse("family:bookings"),
        reverse("family:ticket", args=[booking.pk]),
        reverse("family:visit", args=[visit.request_id]),
    ):
        assert speaks_of_seats(words(mother.get(page))) == [], page


def about(fields: dict[str, object]) -> Sequence[About]:
    """What each message about that booking is made of."""
    Booking.objects.update(**fields)
    pk = Booking.objects.get().pk
    facts = (seat_waits, booking_confirmed, changed, booking_called_off, booking_over)
    found = [fact([pk], NOW).get(pk) for fact in (*facts, booking_expired)]
    return [one for one in found if one is not None]


SAY = {
    "offered": (messages.seat_offered, messages.seat_deadline_near, messages.booking_changed),
    "asked": (messages.booking_changed, messages.seat_deadline_near),
    "confirmed": (messages.visit_reminder, messages.booking_changed, visit_unled),
    "cancelled": (messages.booking_called_off, messages.booking_ended),
    "expired": (messages.seat_expired,),
}


@pytest.mark.parametrize("state", sorted(SAY))
def test_each_message_speaks_of_a_visit(state: str) -> None:
    planned(street(), wish())
    ended = state in ("cancelled", "expired")
    fields: dict[str, object] = {"state": state}
    if ended or state == "confirmed":
        fields["answer_by"] = None
    if state == "cancelled":
        fields["end_reason"] = "called_off"
    things = about(fields)
    assert things and all(one.at_home for one in things)
    for say in SAY[state]:
        said: Said = say(things[:1], NOW)
        assert speaks_of_seats(f"{said.title} {said.text}") == [], said


def test_an_answer_that_comes_too_late_is_told_so_without_a_seat() -> None:
    visit = planned(street(), wish())
    booking = Booking.objects.get()
    Booking.objects.update(answer_by=NOW)
    mother = as_(visit.request.family.user)
    answer = reverse("family:answer_seat", args=[booking.pk])
    said = mother.post(answer, {"answer": "yes"}, follow=True).content.decode()
    gone = SeatGone(booking=booking.pk, state="offered", at_home=True)
    assert refused(gone) == "这个时间已经不等回复了，请看最新的" and refused(gone) in said


def test_who_said_that_they_are_out_says_that_the_family_was_at_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from backend.visits.operations import begin_visit, finish_visit
    from tests.visits.scene import pair

    visit = planned(street(), wish())
    Booking.objects.update(state="confirmed", answer_by=None)
    first, _second = pair(visit)
    begin_visit(assignment_id=first.pk, actor=first.volunteer.user, now=STARTS)
    ends = STARTS + timedelta(hours=1)
    finish_visit(assignment_id=first.pk, actor=first.volunteer.user, now=ends)
    assert Booking.objects.get().state == "attended"
    monkeypatch.setattr(clock, "now", lambda: ends)
    mother = as_(visit.request.family.user)
    page = words(mother.get(reverse("family:ticket", args=[Booking.objects.get().pk])))
    assert "老师来过" in page and "没有登记" not in page
