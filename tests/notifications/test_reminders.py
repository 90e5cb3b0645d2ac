"""What is told because time passes: three days, a day and two hours before; before a time to answer
runs out; before a certificate lapses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.notifications.models import Delivery
from backend.notifications.operations import plan_reminders, send_due
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Session
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_coordinator,
    make_family,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
    qualify,
)
from tests.notifications.post import Box

pytestmark = pytest.mark.django_db
SATURDAY = at("2026-12-05 15:00")


def promised(people: int = 1) -> Session:
    """A session on Saturday afternoon to which so many volunteers and families come."""
    rota = make_rota()
    session = make_session(
        rota=rota, starts_at=SATURDAY, shifts=[("lead", 1, people)], seats=(0, 90, 90)
    )
    for _ in range(people):
        her = make_volunteer(organisation=rota.organisation)
        make_assignment(volunteer=her, shift=session.shifts.get())
        make_booking(family=make_family(), session=session)
    return session


def reminded(now: datetime) -> list[str]:
    """The causes of what is written down then."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    plan_reminders(now=now)
    rows = Delivery.objects.exclude(pk__in=before).order_by("kind")
    return [f"{row.kind} {row.cause.rsplit('.', 2)[0]}" for row in rows]


def test_a_session_is_brought_to_mind_three_days_a_day_and_two_hours_before() -> None:
    promised()
    both = ["reminder reminder.{}", "visit_reminder reminder.{}"]
    for hours in (72, 24, 2):
        moment = SATURDAY - timedelta(hours=hours)
        assert reminded(moment - timedelta(minutes=1)) == []
        assert reminded(moment) == [line.format(hours) for line in both]
        assert reminded(moment + timedelta(minutes=1)) == []


def test_a_session_that_was_moved_is_brought_to_mind_anew() -> None:
    session = promised()
    reminded(SATURDAY - timedelta(hours=24))
    Session.objects.filter(pk=session.pk).update(
        starts_at=SATURDAY + timedelta(days=1), ends_at=SATURDAY + timedelta(days=1, hours=1)
    )
    assert len(reminded(SATURDAY)) == 2


def test_a_clock_that_stood_still_reminds_of_what_is_near_and_not_of_what_it_missed() -> None:
    promised()
    assert reminded(SATURDAY - timedelta(hours=21)) == []
    assert len(reminded(SATURDAY - timedelta(hours=1, minutes=30))) == 2


def test_the_reminder_says_when_and_where_and_goes_by_the_receivers_morning() -> None:
    promised()
    plan_reminders(now=SATURDAY - timedelta(hours=24))
    box = Box()
    send_due(channels={"file": box}, now=SATURDAY - timedelta(hours=24))
    hers, theirs = sorted(box.got, key=lambda got: got[1].template)
    assert hers[1].title == "你有一场快到了"
    assert hers[1].text.startswith("12 月 5 日 周六 15:00–16:00，")
    assert hers[1].variables == {"n": "1", "when": "12 月 5 日 周六 15:00"}
    assert theirs[1].text.endswith("来不了请取消，位子好让给别家。")


def test_who_gave_her_place_back_is_not_reminded() -> None:
    promised()
    plan_reminders(now=SATURDAY - timedelta(hours=24))
    Assignment.objects.update(state=Assignment.State.WITHDRAWN)
    box = Box()
    send_due(channels={"file": box}, now=SATURDAY - timedelta(hours=24))
    assert [message.template for _, message in box.got] == ["visit_reminder"]


def test_the_time_to_answer_is_brought_to_mind_once_and_not_right_after_the_question() -> None:
    session = make_session(rota=make_rota(), starts_at=SATURDAY)
    by = NOW + timedelta(hours=24)
    make_offer(volunteer=make_volunteer(), shift=session.shifts.get(), answer_by=by)
    assert reminded(by - timedelta(hours=4)) == []
    assert reminded(by - timedelta(hours=3)) == ["deadline_near deadline"]
    assert reminded(by - timedelta(hours=2)) == []


def test_what_one_person_must_answer_by_one_moment_is_one_message() -> None:
    """As after a plan, which asks her for a month and a family for all its wishes at once."""
    by = NOW + timedelta(hours=24)
    her = make_volunteer()
    family = make_family(children=("2025-10",))
    rota = make_rota()
    for day in range(3):
        session = make_session(
            rota=rota, starts_at=SATURDAY + timedelta(days=day), seats=(0, 9, 9), months=(0, 36)
        )
        make_offer(volunteer=her, shift=session.shifts.get(), answer_by=by)
        make_booking(family=family, session=session, state="offered", answer_by=by)
    other = make_session(rota=rota, starts_at=SATURDAY + timedelta(days=5))
    later = by + timedelta(minutes=30)
    make_offer(volunteer=her, shift=other.shifts.get(), answer_by=later)

    plan_reminders(now=by - timedelta(hours=3))
    rows = Delivery.objects.order_by("kind").values_list("kind", "volunteer", "family", "subjects")
    offers = list(her.offers.order_by("pk").values_list("pk", flat=True))
    seats = list(family.bookings.order_by("pk").values_list("pk", flat=True))
    assert list(rows) == [
        ("deadline_near", her.pk, None, offers[:3]),
        ("seat_deadline_near", None, family.pk, seats),
    ]
    assert reminded(by - timedelta(hours=2, minutes=45)) == []
    assert len(reminded(later - timedelta(hours=3))) == 1

    box = Box()
    send_due(channels={"file": box}, now=by - timedelta(hours=3))
    mine = next(message for who, message in box.got if message.template == "deadline_near")
    assert mine.text.count("请在") == 3


def test_who_is_asked_with_little_time_is_not_hurried_at_once() -> None:
    session = make_session(rota=make_rota(), starts_at=SATURDAY)
    soon = NOW + timedelta(hours=2)
    make_offer(volunteer=make_volunteer(), shift=session.shifts.get(), answer_by=soon)
    assert reminded(NOW + timedelta(minutes=1)) == []


def test_a_certificate_that_lapses_is_told_two_months_a_month_and_a_week_before() -> None:
    her = make_volunteer()
    qualify(volunteer=her, code="speaker", until=date(2027, 1, 27))
    assert reminded(NOW) == ["credential_lapsing lapsing.60"]
    assert reminded(NOW) == []
    assert reminded(at("2026-12-28 09:00")) == ["credential_lapsing lapsing.30"]
    assert reminded(at("2027-01-20 09:00")) == ["credential_lapsing lapsing.7"]


def test_reminders_of_many_take_no_more_statements_than_those_of_few() -> None:
    counts = []
    for people in (2, 12):
        promised(people)
        with CaptureQueriesContext(connection) as captured:
            plan_reminders(now=SATURDAY - timedelta(hours=24))
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("fields", "taken", "told"),
    [
        ({}, 0, True),
        ({}, 1, False),  # it has whom it needs
        ({"required": False}, 0, False),  # it need not take place, and nobody counts on it
        ({"required": False, "seats_taken": 2}, 0, True),
        ({"state": "cancelled"}, 0, False),
    ],
)
def test_what_lacks_people_since_it_was_planned_is_told_its_coordinators_when_it_comes_near(
    fields: dict[str, Any], taken: int, told: bool
) -> None:
    rota = make_rota()
    user = make_coordinator(organisation=rota.organisation)
    session = make_session(rota=rota, starts_at=SATURDAY, seats=(0, 9, 9), **fields)
    for _ in range(taken):
        make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    for hours in (72, 24):
        moment = SATURDAY - timedelta(hours=hours)
        for _ in range(2):
            plan_reminders(now=moment)
        holes = Delivery.objects.filter(kind="hole_near", made_at=moment)
        subjects = list(holes.values_list("user", "subjects"))
        assert subjects == ([(user.pk, [session.shifts.get().pk])] if told else [])


@pytest.mark.parametrize(
    ("minded", "says"), [("yes", ""), ("no", "老师还没定"), ("again", "老师正在重新确认")]
)
def test_a_family_that_is_reminded_hears_whether_somebody_minds_the_children(
    minded: str, says: str
) -> None:
    session = promised()
    if minded != "yes":
        Assignment.objects.update(state="withdrawn")
        session.shifts.update(taken=0)
    if minded == "again":
        before = Agreed.of(session).as_json() | {"promised": True}
        make_offer(volunteer=make_volunteer(), shift=session.shifts.get(), before=before)
    moment = SATURDAY - timedelta(hours=24)
    plan_reminders(now=moment)
    box = Box()
    send_due(channels={"file": box}, now=moment)
    (message,) = [m for _, m in box.got if m.template == "visit_reminder"]
    look = "，出门前请打开看一眼。"
    assert (look in message.text) == bool(says)
    assert says + (look if says else "") in message.text
