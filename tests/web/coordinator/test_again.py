"""A session every week from one form, and a rota that takes over an earlier one's sessions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.outbox.models import Event
from backend.places.models import CalendarDay
from backend.rota.models import Rota, Session
from tests.factories import (
    MONDAY,
    NOW,
    at,
    make_coordinator,
    make_division,
    make_engagement,
    make_organisation,
    make_programme,
    make_rota,
    make_session,
    make_venue,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    rota = make_rota(state="draft")
    client.force_login(make_coordinator(organisation=rota.organisation))
    return client


def test_a_new_rota_begins_where_the_newest_ends(desk: Client) -> None:
    rota = Rota.objects.get()
    begins = desk.get(reverse("coordinator:new_rota")).context["form"]["starts_on"].value()
    assert begins == rota.ends_on
    rota.starts_on -= timedelta(weeks=40)
    rota.save()
    begins = desk.get(reverse("coordinator:new_rota")).context["form"]["starts_on"].value()
    assert begins == MONDAY == date(2026, 11, 30)


def test_a_weekly_class_is_added_in_one_form(desk: Client) -> None:
    rota = Rota.objects.get()
    programme = make_programme(roles={"lead": ()})
    kind = make_engagement(programme=programme, minutes=60)
    CalendarDay.objects.create(
        date=date(2026, 12, 12), name="补休", is_off=True, status="official", source="test"
    )
    sent = {
        "engagement": kind.pk,
        "title": "周六亲子课",
        "venue": make_venue().pk,
        "day": "2026-12-05",
        "starts": "09:30",
        "ends": "10:30",
        "times": 4,
        f"shift_{programme.roles.get().pk}": 1,
    }
    address = reverse("coordinator:new_session", args=[rota.pk])
    shown = desk.post(address, sent, follow=True).content.decode()
    assert Session.objects.filter(title="周六亲子课").count() == 3
    assert "加好了 3 场" in shown and "12 月 12 日 周六（补休）" in shown


def test_what_is_in_the_room_in_a_later_week_is_shown_before(desk: Client) -> None:
    rota = Rota.objects.get()
    programme = make_programme(roles={"lead": ()})
    kind = make_engagement(programme=programme, minutes=60)
    room = make_venue()
    there = make_session(rota=rota, starts_at=at("2026-12-12 10:00"), venue=room, title="别的课")
    sent = {
        "engagement": kind.pk,
        "title": "周六亲子课",
        "venue": room.pk,
        "day": "2026-12-05",
        "starts": "09:30",
        "ends": "10:30",
        "times": 2,
        f"shift_{programme.roles.get().pk}": 1,
    }
    address = reverse("coordinator:new_session", args=[rota.pk])
    assert desk.post(address, sent).context["clashes"] == [(there, True)]
    assert Session.objects.filter(title="周六亲子课").count() == 0
    desk.post(address, sent | {"seen": "1"})
    assert Session.objects.filter(title="周六亲子课").count() == 2


def test_a_rota_takes_over_the_sessions_of_an_earlier_one(desk: Client) -> None:
    before = Rota.objects.get()
    make_session(rota=before, title="照旧的课")
    sent = {
        "organisation": before.organisation_id,
        "name": "下个月",
        "starts_on": (MONDAY + timedelta(weeks=4)).isoformat(),
        "weeks": 4,
        "source": before.pk,
    }
    shown = desk.post(reverse("coordinator:new_rota"), sent, follow=True).content.decode()
    new = Rota.objects.get(name="下个月")
    assert Session.objects.get(rota=new).title == "照旧的课"
    assert "照着排了 1 场" in shown and "同一时间已经有别的场次" not in shown


def test_a_copy_whose_room_is_taken_by_then_is_named_before_it_is_made(desk: Client) -> None:
    before = Rota.objects.get()
    copied = make_session(rota=before, title="照旧的课")
    elsewhere = make_session(rota=make_rota(), venue=copied.venue)
    weeks = timedelta(weeks=4)
    assert elsewhere.starts_at is not None and elsewhere.ends_at is not None
    Session.objects.filter(pk=elsewhere.pk).update(
        starts_at=elsewhere.starts_at + weeks, ends_at=elsewhere.ends_at + weeks
    )
    sent = {
        "organisation": before.organisation_id,
        "name": "下个月",
        "starts_on": (MONDAY + weeks).isoformat(),
        "weeks": 4,
        "source": before.pk,
    }
    address = reverse("coordinator:new_rota")
    before_it = desk.post(address, sent)
    asked = before_it.content.decode()
    assert before_it.status_code == 200
    assert "照着排的，有 1 场的地方那时已经有别的场次" in asked and str(copied.venue) in asked
    assert not Rota.objects.filter(name="下个月").exists()
    assert Event.objects.filter(kind="rota_opened").count() == 0
    other = make_session(rota=elsewhere.rota, venue=copied.venue)
    Session.objects.filter(pk=other.pk).update(
        starts_at=elsewhere.starts_at + weeks + timedelta(minutes=10),
        ends_at=elsewhere.ends_at + weeks + timedelta(minutes=10),
    )
    make_session(rota=before, venue=copied.venue, title="又一节", minutes=5)
    seen = {"seen": before_it.context["mark"]}
    assert desk.post(address, sent | seen).context["many"] == 2  # it has become more meanwhile
    seen = {"seen": desk.post(address, sent).context["mark"]}
    shown = desk.post(address, sent | seen, follow=True).content.decode()
    assert Rota.objects.filter(name="下个月").count() == 1
    assert "有 2 场的地方同一时间已经有别的场次" in shown and str(copied.venue) in shown


def test_copies_that_were_in_one_room_already_are_not_sent_to_other_weeks(desk: Client) -> None:
    before = Rota.objects.get()
    one = make_session(rota=before, title="照旧的课")
    make_session(rota=before, venue=one.venue, title="又一节", minutes=5)
    sent = {
        "organisation": before.organisation_id,
        "name": "下个月",
        "starts_on": (MONDAY + timedelta(weeks=4)).isoformat(),
        "weeks": 4,
        "source": before.pk,
    }
    address = reverse("coordinator:new_rota")
    asked = desk.post(address, sent)
    page = asked.content.decode()
    assert "照的那张表里，有 2 场本来就撞在同一个地方" in page and "换几周也一样" in page
    assert "可以换几周再试" not in page
    desk.post(address, sent | {"seen": asked.context["mark"]})
    assert Rota.objects.filter(name="下个月").count() == 1


def test_a_county_adds_to_the_citys_rota_in_its_own_area_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    city = make_organisation()
    county = make_organisation(parent=city, division=make_division(code="350102"))
    rota = make_rota(organisation=city, state="draft")
    programme = make_programme(roles={"lead": ()})
    kind = make_engagement(programme=programme, minutes=60)
    here = make_venue(street=make_division(code="350102001"))
    elsewhere = make_venue(street=make_division(code="350103001"))
    client.force_login(make_coordinator(organisation=county))
    address = reverse("coordinator:new_session", args=[rota.pk])
    board = reverse("coordinator:rota", args=[rota.pk])
    assert f'href="{address}"' in client.get(board).content.decode()
    sent = {
        "engagement": kind.pk,
        "title": "县里的课",
        "day": "2026-12-05",
        "starts": "09:30",
        "ends": "10:30",
        f"shift_{programme.roles.get().pk}": 1,
    }
    assert client.post(address, sent | {"venue": elsewhere.pk}).status_code == 422
    client.post(address, sent | {"venue": here.pk})
    assert Session.objects.get().county_code == "350102"
