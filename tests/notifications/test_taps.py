"""Which messages answer with one tap, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.notifications.links import Link, Purpose, read, turn_of
from backend.notifications.models import Delivery
from backend.notifications.table import MESSAGES
from backend.notifications.taps import TAPS, tap_of
from backend.rota.agreed import Agreed
from backend.words.saying import About
from tests.factories import NOW

STARTS = NOW + timedelta(days=3)
AGREED = Agreed(STARTS, STARTS + timedelta(hours=1), None, "", (26.0, 119.3), None)
BY = NOW + timedelta(hours=5)


def tap(
    kind: str, cause: str = "event.1", subjects: tuple[int, ...] = (9,), **about: object
) -> Link | None:
    whose = {
        "family_id" if TAPS.get(kind) in (Purpose.SEAT, Purpose.ATTENDING) else "volunteer_id": 7
    }
    delivery = Delivery(kind=kind, cause=cause, subjects=list(subjects), **whose)
    found = {"agreed": AGREED, "answer_by": BY} | about
    address = tap_of(delivery, [About(key=1, **found)])  # type: ignore[arg-type]
    return read(address.split("/")[2]) if address else None


@pytest.mark.parametrize("kind", ["offer_made", "asked_again", "deadline_near", "offer_prolonged"])
def test_an_offer_is_answered_until_its_time_is_over(kind: str) -> None:
    assert tap(kind) == Link(Purpose.OFFER, 7, 9, BY)


@pytest.mark.parametrize("kind", ["seat_offered", "booking_changed", "seat_deadline_near"])
def test_a_seat_is_answered_until_its_time_is_over(kind: str) -> None:
    assert tap(kind) == Link(Purpose.SEAT, 7, 9, BY, turn_of(AGREED))


@pytest.mark.parametrize(
    ("kind", "purpose"), [("reminder", Purpose.COMING), ("visit_reminder", Purpose.ATTENDING)]
)
def test_each_reminder_asks_anew_until_it_begins(kind: str, purpose: Purpose) -> None:
    found = [tap(kind, f"reminder.{hours}.9.2026", answer_by=None) for hours in (72, 24, 2)]
    assert found == [Link(purpose, 7, 9, STARTS, turn) for turn in (72, 24, 2)]


def test_who_was_placed_with_her_word_says_no_with_one_tap() -> None:
    assert tap("placed", answer_by=None) == Link(Purpose.COMING, 7, 9, STARTS)


def test_what_asks_nothing_or_several_things_has_none() -> None:
    assert tap("offer_expired") is None
    assert tap("offer_made", subjects=(9, 10)) is None
    assert tap("booking_changed", answer_by=None) is None
    assert tap("reminder", agreed=None) is None


def test_every_kind_that_answers_is_a_message() -> None:
    assert set(TAPS) <= set(MESSAGES)
