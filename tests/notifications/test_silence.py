"""Who was asked whether she still comes and says nothing is named to whoever can telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.common.deadlines import next_waking
from backend.notifications.links import Purpose, link_to
from backend.notifications.models import Delivery
from backend.notifications.night import goes_out_at
from backend.notifications.operations import plan_reminders, send_due
from backend.notifications.operations.tapping import answer_link
from backend.notifications.silence import TO_CALL, silent_places
from backend.notifications.table import MESSAGES
from backend.rota.agreed import Agreed, mark_of
from backend.rota.models import Assignment, Session
from backend.words.saying import About
from tests.factories import (
    at,
    make_assignment,
    make_coordinator,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.notifications.post import Box

pytestmark = pytest.mark.django_db(transaction=True)
SATURDAY = at("2026-12-05 10:00")
DAY_BEFORE = SATURDAY - timedelta(hours=24)
MORNING = SATURDAY - timedelta(hours=2)


def reminded(**fields: object) -> Assignment:
    """She was reminded the day before, outside of her inbox where a way leads out."""
    rota = make_rota()
    make_coordinator(organisation=rota.organisation)
    session = make_session(rota=rota, starts_at=SATURDAY)
    place = make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    plan_reminders(now=DAY_BEFORE)
    send_due(channels={"file": Box()} if not fields else {}, now=DAY_BEFORE)
    return place


def told() -> list[str]:
    plan_reminders(now=MORNING)
    rows = Delivery.objects.filter(kind="place_silent")
    return list(rows.values_list("cause", flat=True))


def test_her_coordinators_hear_once_that_she_said_nothing() -> None:
    place = reminded()
    assert list(silent_places(DAY_BEFORE)) == []  # there is time
    assert list(silent_places(MORNING)) == [place]
    assert told() == told() == [f"silent.{place.pk}"]
    box = Box()
    send_due(channels={"file": box}, now=MORNING)
    assert ("place_silent", "有人没说还来不来") in [(m.template, m.title) for _, m in box.got]


def test_who_answers_is_not_called() -> None:
    place = reminded()
    link = link_to(
        Purpose.COMING,
        person=place.volunteer_id,
        subject=place.pk,
        until=SATURDAY,
        turn=24,
    )
    seen = mark_of(place.session)
    answer_link(token=link.rsplit("/", 2)[1], yes=True, now=DAY_BEFORE, seen=seen)
    assert told() == []


def test_nothing_follows_from_the_silence_of_whom_no_message_could_reach() -> None:
    reminded(channels="none")
    assert told() == []


def test_an_answer_that_comes_before_the_message_makes_it_moot() -> None:
    place = reminded()
    assert told() == [f"silent.{place.pk}"]
    Assignment.objects.filter(pk=place.pk).update(state=Assignment.State.WITHDRAWN)
    box = Box()
    send_due(channels={"file": box}, now=MORNING)
    assert "place_silent" not in [message.template for _, message in box.got]


@pytest.mark.parametrize("half_hours", range(16, 42))
def test_it_is_said_while_one_may_still_telephone(half_hours: int) -> None:
    """Whatever begins between eight and half past eight in the evening."""
    starts_at = at("2026-12-05 00:00") + timedelta(minutes=30 * half_hours)
    session = Session(starts_at=starts_at, latitude=26.0, longitude=119.0)
    about = About(key=1, agreed=Agreed.of(session))
    kind = MESSAGES["place_silent"]
    said = goes_out_at(kind, [about], starts_at - TO_CALL)
    assert said == next_waking(said) and said <= starts_at - timedelta(hours=3)


def test_nobody_is_asked_to_telephone_at_night() -> None:
    """However near it is."""
    begins = SATURDAY - timedelta(hours=1, minutes=30)
    about = About(
        key=1, agreed=Agreed.of(Session(starts_at=begins, latitude=26.0, longitude=119.0))
    )
    said = goes_out_at(MESSAGES["place_silent"], [about], at("2026-12-04 23:30"))
    assert said == at("2026-12-05 08:00")
