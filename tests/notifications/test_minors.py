"""The last grown-up leaves a session: whoever is under age in it hears of it, and whoever plans
it, and when another one comes."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from backend.notifications.models import Delivery
from backend.rota.models import Assignment, Session
from backend.rota.operations import claim_shift, take_out, withdraw_assignment
from backend.rota.policy import UNDO
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_minor,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.notifications.post import tell

pytestmark = pytest.mark.django_db(transaction=True)


class Class:
    """Of next week, for whoever comes: a grown-up and two under age."""

    def __init__(self, of_age: date = date(2028, 1, 1)) -> None:
        self.organisation = make_organisation()
        self.coordinator = make_coordinator(organisation=self.organisation)
        self.session: Session = make_session(
            rota=make_rota(organisation=self.organisation),
            starts_at=NOW + timedelta(days=6),
            shifts=[("helper", 0, 9)],
        )
        self.grown = self.place()
        self.young = [self.place(of_age), self.place(of_age)]

    def place(self, of_age: date | None = None) -> Assignment:
        her = make_volunteer(organisation=self.organisation, with_user=True)
        if of_age:
            make_minor(her, agreed=True, of_age_on=of_age)
        return make_assignment(volunteer=her, shift=self.session.shifts.get())


def leave(place: Assignment) -> None:
    withdraw_assignment(assignment_id=place.pk, actor=place.volunteer.user, now=NOW)
    tell()


def heard() -> Counter[str]:
    rows = Delivery.objects.filter(state=Delivery.State.SENT)
    return Counter(rows.values_list("kind", flat=True))


def test_whoever_is_left_alone_and_whoever_plans_it_are_told() -> None:
    day = Class()
    leave(day.grown)
    assert heard() == {"no_grown_up": 2, "minor_alone": 1}
    hers = Delivery.objects.filter(volunteer=day.young[0].volunteer).get()
    assert "请不要一个人去" in hers.text
    desk = Delivery.objects.get(user=day.coordinator)
    assert (desk.title, desk.link) == (
        "有 1 场没有成年志愿者",
        f"/c/sessions/{day.session.pk}/",
    )
    leave(day.young[0])  # the other one knows
    assert heard() == {"no_grown_up": 2, "minor_alone": 1}


def test_while_a_grown_up_is_there_nobody_is_told() -> None:
    day = Class()
    day.place()
    leave(day.grown)
    leave(day.young[0])
    assert heard() == {}


def test_of_age_on_that_day_nobody_is_left_alone() -> None:
    leave(Class(of_age=(NOW + timedelta(days=6)).date()).grown)
    assert heard() == {}


def test_another_grown_up_in_time_leaves_nothing_to_say() -> None:
    day = Class()
    withdraw_assignment(assignment_id=day.grown.pk, actor=None, now=NOW)
    day.place()
    tell()
    assert heard() == {}


def test_a_grown_up_who_is_taken_out_or_was_never_meant_to_come_is_missed_as_well() -> None:
    day = Class()
    take_out(assignment_id=day.grown.pk, because="病了", actor=day.coordinator, now=NOW)
    tell(now=NOW + UNDO)
    assert heard()["no_grown_up"] == 2


def come(day: Class, of_age: date | None = None) -> Assignment:
    """By the page, as everybody does."""
    her = make_volunteer(organisation=day.organisation, with_user=True)
    if of_age:
        make_minor(her, agreed=True, of_age_on=of_age)
    shift = day.session.shifts.get()
    place = claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=her.user, now=NOW)
    tell(now=NOW + UNDO)
    return place


def test_those_who_were_told_are_told_when_a_grown_up_comes_after_all() -> None:
    day = Class()
    leave(day.grown)
    come(day)
    assert heard() == {
        "no_grown_up": 2,
        "minor_alone": 1,
        "grown_up_again": 2,
        "minor_minded": 1,
    }
    hers = Delivery.objects.get(volunteer=day.young[0].volunteer, kind="grown_up_again")
    assert hers.text.endswith("有成年志愿者同场，照常来。")
    desk = Delivery.objects.get(user=day.coordinator, kind="minor_minded")
    assert desk.link == f"/c/sessions/{day.session.pk}/"
    come(day)  # a second one is no news
    assert (heard()["grown_up_again"], heard()["minor_minded"]) == (2, 1)


def test_where_nobody_was_told_nobody_is_told_that_it_is_well() -> None:
    day = Class()
    come(day)
    assert heard() == {}


def test_who_is_left_alone_again_is_told_each_time() -> None:
    day = Class()
    leave(day.grown)
    second = come(day)
    leave(second)
    come(day)
    assert heard() == {
        "no_grown_up": 4,
        "minor_alone": 2,
        "grown_up_again": 4,
        "minor_minded": 2,
    }
