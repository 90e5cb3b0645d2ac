"""After a class its families say whether a tutor came and how it was, in two taps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.bookings.models import Booking
from backend.common import clock
from backend.families.models import Family, Guardian
from backend.outbox.models import Event
from backend.records.models import Feedback, ServiceRecord
from backend.records.operations import (
    FeedbackClosed,
    OneWordOnly,
    confirm_hours,
    give_feedback,
    look_at_feedback,
)
from backend.records.policy import FEEDBACK
from backend.records.queries import told_of
from backend.rights.queries.families import family_file
from tests.factories import make_booking, make_coordinator, make_family, make_organisation
from tests.records.scene import BEGINS, LATER, Day, make_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    day = make_day()
    seats = {"seats_min": 0, "seats_max": 10, "seats_per_volunteer": 5}
    type(day.session).objects.filter(pk=day.session.pk).update(**seats)
    day.session.refresh_from_db()
    return day


def booked(day: Day, state: str = "attended") -> Booking:
    return make_booking(family=make_family(), session=day.session, state=state)


def says(booking: Booking, came: bool = True, felt: int | None = None) -> Feedback:
    return give_feedback(
        booking_id=booking.pk,
        tutor_came=came,
        felt=felt,
        actor=booking.family.user,
        now=clock.now(),
    )


def test_two_taps_say_it(client: Client, day: Day) -> None:
    hers = booked(day)
    client.force_login(hers.family.user)
    ticket = reverse("family:ticket", args=[hers.pk])
    tap = reverse("family:feedback", args=[hers.pk])
    assert "点开说一声" in client.get(reverse("family:bookings")).content.decode()
    assert "老师来了吗？" in client.get(ticket).content.decode()
    assert client.post(tap, {"came": "yes"})["Location"] == ticket
    assert "这一场怎么样？" in client.get(ticket).content.decode()
    client.post(tap, {"felt": "3"})
    assert "你们说：老师来了，很好。" in client.get(ticket).content.decode()
    assert "点开说一声" not in client.get(reverse("family:bookings")).content.decode()
    row = Feedback.objects.get()
    assert (row.tutor_came, row.felt, row.said_at) == (True, Feedback.Felt.WELL, LATER)
    assert Event.objects.filter(kind="feedback_given").count() == 2


def test_the_same_tap_twice_is_one_and_a_changed_mind_counts(day: Day) -> None:
    hers = booked(day)
    says(hers, felt=2)
    says(hers, felt=2)
    says(hers)
    assert Event.objects.filter(kind="feedback_given").count() == 1
    assert Feedback.objects.get().felt == Feedback.Felt.FAIRLY
    says(hers, came=False)
    assert (Feedback.objects.get().tutor_came, Feedback.objects.get().felt) == (False, None)


@pytest.mark.parametrize("answer", [{}, {"felt": "4"}, {"felt": "²"}, {"came": "maybe"}])
def test_what_is_no_answer_is_not_kept(client: Client, day: Day, answer: dict[str, str]) -> None:
    hers = booked(day)
    client.force_login(hers.family.user)
    client.post(reverse("family:feedback", args=[hers.pk]), answer)
    assert not Feedback.objects.exists()


def test_she_is_asked_when_the_class_is_over_and_for_two_weeks(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = booked(day, "confirmed")
    ends = day.session.ends_at
    assert ends is not None
    for moment in (BEGINS, ends - timedelta(minutes=1), ends + FEEDBACK):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        with pytest.raises(FeedbackClosed):
            says(hers)
    for moment in (ends, ends + FEEDBACK - timedelta(minutes=1)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        says(hers)
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize("state", ["waiting", "cancelled", "expired", "absent"])
def test_who_had_no_seat_or_was_not_there_is_not_asked(day: Day, state: str) -> None:
    hers = booked(day, state)
    with pytest.raises(FeedbackClosed) as refused:
        says(hers)
    assert refused.value.public()["facts"] == {"booking": hers.pk, "days": 14}


def test_of_a_class_that_was_called_off_nobody_is_asked(day: Day) -> None:
    hers = booked(day, "confirmed")
    type(day.session).objects.filter(pk=day.session.pk).update(state="cancelled")
    with pytest.raises(FeedbackClosed):
        says(hers)


def test_who_led_sees_numbers_and_how_it_was_from_three_on(client: Client, day: Day) -> None:
    client.force_login(day.leaders)
    page = reverse("volunteer:lead", args=[day.session.pk])
    says(booked(day), came=False)
    for felt in (3, 1):
        says(booked(day), felt=felt)
    few = client.get(page).content.decode()
    assert "2 家说老师来了，1 家说老师没来。" in few and "很好 1" not in few
    says(booked(day), felt=3)
    assert "很好 2，还可以 0，不太好 1。" in client.get(page).content.decode()
    felt = told_of(day.session).families
    assert (felt.came, felt.missed, felt.well, felt.fairly, felt.badly) == (3, 1, 2, 0, 1)


def test_it_stands_in_what_she_takes_along(day: Day) -> None:
    hers = booked(day)
    says(hers, felt=1)
    (row,) = family_file(hers.family, None)["bookings"]  # type: ignore[misc]
    assert row["feedback"] == {"tutor_came": True, "felt": 1, "said_at": LATER}


def desk(day: Day, name: str) -> str:
    client = Client()
    client.force_login(day.coordinator)
    return client.get(reverse(f"coordinator:{name}")).content.decode()


def test_that_no_tutor_came_stands_on_the_day_and_at_the_desk_until_looked_at(
    client: Client, day: Day
) -> None:
    first, second = booked(day), booked(day)
    says(first)
    for name in ("today", "hours"):
        assert "有家庭说老师没来" not in desk(day, name)
    says(second, came=False)
    told = Event.objects.filter(kind="feedback_given").latest("pk")
    assert {f"rota.{day.session.rota_id}", *day.session.rota.organisation.streams} <= {
        *told.streams
    }
    for name in ("today", "hours"):
        page = desk(day, name)
        assert "1 家说没来" in page and "1 家说来了" in page
    client.force_login(day.coordinator)
    client.post(reverse("coordinator:look_at_missed", args=[day.session.pk]))
    assert "有家庭说老师没来" not in desk(day, "today")
    assert look_at_feedback(session_id=day.session.pk, actor=day.coordinator, now=LATER) == 0
    says(first, came=False)
    assert "2 家说没来" in desk(day, "hours")


def test_somebody_elses_classes_are_not_hers_to_look_at(client: Client, day: Day) -> None:
    says(booked(day), came=False)
    other = make_coordinator(organisation=make_organisation())
    client.force_login(other)
    assert "有家庭说老师没来" not in client.get(reverse("coordinator:today")).content.decode()
    address = reverse("coordinator:look_at_missed", args=[day.session.pk])
    assert client.post(address).status_code == 404
    assert Feedback.objects.get().looked_at is None


def confirms(day: Day) -> None:
    confirm_hours(assignment_id=day.leader.pk, minutes=60, actor=day.coordinator, now=LATER)


def test_a_familys_word_is_the_first_about_who_led_alone(day: Day) -> None:
    """Who did not sign in; a person still says the second, and nothing is decided by itself."""
    with pytest.raises(OneWordOnly):
        confirms(day)
    hers = booked(day)
    says(hers)
    assert ServiceRecord.objects.count() == 0
    assert "没有签到，有家庭说老师来了" in desk(day, "hours")
    with pytest.raises(OneWordOnly):
        confirm_hours(assignment_id=day.helper.pk, minutes=60, actor=day.coordinator, now=LATER)
    confirms(day)
    assert ServiceRecord.objects.get().volunteer == day.leader.volunteer


def test_no_word_of_a_family_counts_where_another_says_otherwise_or_it_is_her_own(
    day: Day,
) -> None:
    says(booked(day))
    denies = booked(day)
    says(denies, came=False)
    with pytest.raises(OneWordOnly):
        confirms(day)
    Feedback.objects.all().delete()
    for own in (day.leaders, day.coordinator):
        booking = booked(day)
        Family.objects.filter(pk=booking.family_id).update(user=own)
        says(booking)
        with pytest.raises(OneWordOnly):
            confirms(day)
        Feedback.objects.all().delete()
    family = make_family()
    joined = {"family": family, "user": day.leaders, "called": "外公", "phone": "13900139002"}
    Guardian.objects.create(**joined, asked_at=LATER, until=LATER)
    says(make_booking(family=family, session=day.session, state="attended"))
    with pytest.raises(OneWordOnly):
        confirms(day)


def test_where_two_lead_no_family_can_say_which_of_them_came(day: Day) -> None:
    type(day.helper.shift.role).objects.update(leads=True)
    says(booked(day))
    with pytest.raises(OneWordOnly):
        confirms(day)
