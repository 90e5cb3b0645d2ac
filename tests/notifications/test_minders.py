"""Whoever looks after children leaves: the planner hears of it at once, the families in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.notifications.models import Delivery
from backend.notifications.operations import plan_reminders, send_due
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Session
from backend.rota.operations import take_out, withdraw_assignment
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_coordinator,
    make_family,
    make_offer,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.notifications.post import tell

pytestmark = pytest.mark.django_db(transaction=True)

FAR = NOW + timedelta(days=6)
TOMORROW = NOW + timedelta(hours=20)


def minded(starts_at: datetime, minders: int, children: int) -> list[Assignment]:
    """A class of so many minders, of whom one must come; each looks after two children."""
    organisation = make_organisation()
    make_coordinator(organisation=organisation)
    session = make_session(
        rota=make_rota(organisation=organisation),
        starts_at=starts_at,
        shifts=[("lead", 1, 3)],
        seats=(0, 9, 2),
        title="亲子课",
    )
    for _ in range(children):
        make_booking(family=make_family(), session=session)
    return [
        make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
        for _ in range(minders)
    ]


def leave(place: Assignment) -> None:
    withdraw_assignment(assignment_id=place.pk, actor=None, now=NOW)


def told() -> list[tuple[str, str]]:
    """Kind and the last sentence of what was told."""
    rows = Delivery.objects.exclude(told_at=None).order_by("kind", "pk").distinct("kind")
    return [
        (kind, text.split("，「亲子课」")[1]) for kind, text in rows.values_list("kind", "text")
    ]


def test_a_far_class_that_loses_its_last_lead_is_its_planners_business_at_once() -> None:
    (only,) = minded(FAR, 1, 2)
    leave(only)
    tell()
    assert told() == [
        (
            "lead_gone",
            "。2 个孩子有位子，现在没有人带课。请找人；找不到就取消，家庭会马上知道。",
        )
    ]
    row = Delivery.objects.get()
    assert (row.title, row.link) == ("有 1 场的孩子没人带", f"/c/sessions/{only.session_id}/")


def test_one_of_several_who_leaves_is_told_where_the_others_are_too_few() -> None:
    """The minimum of the role holds all the while."""
    first, second, _third = minded(FAR, 3, 4)
    leave(first)
    tell()
    assert told() == []
    leave(second)
    tell()
    assert told() == [("lead_gone", "。有位子的孩子比人手多 2 个。请再找一位带课的。")]


def test_the_families_of_tomorrow_are_told_at_once() -> None:
    (only,) = minded(TOMORROW, 1, 2)
    leave(only)
    tell()
    plea = "。现在没有老师带课，正在找人。还来吗？请在明天 6:00 前回复，不回复也给你们留着位子。"
    assert told()[-1] == ("visit_unled", plea)
    assert Delivery.objects.filter(kind="visit_unled", family__isnull=False).count() == 2


def test_where_another_had_said_yes_and_is_asked_again_they_read_that() -> None:
    (only,) = minded(TOMORROW, 1, 1)
    session = only.session
    before = Agreed.of(session).as_json() | {"promised": True}
    make_offer(volunteer=make_volunteer(), shift=session.shifts.get(), before=before)
    leave(only)
    tell()
    row = Delivery.objects.get(kind="visit_unled")
    assert row.title == "约好的场次，老师在重新确认"
    assert "老师正在重新确认。" in row.text and "老师还没定" not in row.text


def test_whoever_is_taken_out_by_hand_is_missed_by_the_families_of_tomorrow() -> None:
    (only,) = minded(TOMORROW, 1, 1)
    take_out(assignment_id=only.pk, because="病了", actor=None, now=NOW)
    tell()
    assert Delivery.objects.filter(kind="visit_unled", state="sent").count() == 1


def test_another_who_takes_her_place_in_time_leaves_nothing_to_say() -> None:
    (only,) = minded(TOMORROW, 1, 1)
    session = only.session
    leave(only)
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    tell()
    assert Delivery.objects.filter(kind__in=("lead_gone", "visit_unled"), state="sent").count() == 0


def test_the_day_before_and_two_hours_before_it_is_said_again() -> None:
    minded(TOMORROW, 0, 3)
    for hours in (24, 2):
        moment = TOMORROW - timedelta(hours=hours) + timedelta(minutes=5)
        assert Session.objects.get().starts_at == TOMORROW
        for _ in range(2):  # once each
            plan_reminders(now=moment)
            send_due(channels={}, now=moment)
    rows = Delivery.objects.filter(kind="lead_gone")
    assert sorted(row.cause.split(".")[1] for row in rows) == ["2", "24"]


@pytest.mark.parametrize("clock_first", [True, False])
@pytest.mark.parametrize("hours", [23, 25])
def test_what_was_said_of_whoever_left_is_not_said_again_by_the_clock(
    clock_first: bool, hours: int
) -> None:
    """Whichever of the two comes by first: that people are missing is one fact, and that nobody
    looks after the children another."""
    (only,) = minded(NOW + timedelta(hours=hours), 1, 2)
    leave(only)
    if clock_first:
        plan_reminders(now=NOW)
    tell()
    for minutes in (5, 90, 150):
        plan_reminders(now=NOW + timedelta(minutes=minutes))
    rows = Delivery.objects.filter(kind__in=("hole_near", "lead_gone")).order_by("kind")
    assert list(rows.values_list("kind", flat=True)) == ["hole_near", "lead_gone"]


def test_what_was_filled_in_the_meantime_and_lacks_people_again_is_told_again() -> None:
    (only,) = minded(NOW + timedelta(hours=23), 1, 2)
    leave(only)
    tell()
    other = make_assignment(volunteer=make_volunteer(), shift=Session.objects.get().shifts.get())
    withdraw_assignment(assignment_id=other.pk, actor=None, now=NOW + timedelta(minutes=5))
    tell(now=NOW + timedelta(minutes=5))
    assert Delivery.objects.filter(kind="lead_gone").count() == 2


def test_two_hours_before_it_is_said_again_that_nobody_came() -> None:
    (only,) = minded(NOW + timedelta(hours=23), 1, 2)
    leave(only)
    tell()
    plan_reminders(now=NOW + timedelta(hours=21, minutes=5))
    assert Delivery.objects.filter(kind="lead_gone").count() == 2
