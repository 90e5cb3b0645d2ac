"""A weekly series through pages: what the form offers, what the editor sees before, what is
saved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.places.models import CalendarDay
from backend.planning.queries.series import to_change_with
from backend.rota.models import Offer, Session
from backend.web.coordinator.session_change import reaches_of
from tests.factories import NOW, make_assignment, make_coordinator, make_rota, make_volunteer
from tests.planning.scene import make_scene
from tests.planning.test_series import FIRST, HOUR, WEEK, alone, series, starts
from tests.web.coordinator.test_changes import form_of, text

__all__ = ["series"]  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Saturday before the rota."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def client(series: list[Session]) -> Client:
    made = Client()
    made.force_login(make_coordinator(organisation=series[0].rota.organisation))
    return made


def address(session: Session) -> str:
    return reverse("coordinator:edit_session", args=[session.pk])


def later(session: Session, **change: object) -> dict[str, object]:
    """The form with another hour."""
    session = Session.objects.get(pk=session.pk)
    day = session.starts_at.date().isoformat()
    seats = {"seats_min": 0, "seats_max": 8, "seats_per_volunteer": 4}
    ages = {"months_low": 0, "months_high": 36}
    hours = {"day": day, "starts": "10:30", "ends": "11:30"}
    return form_of(session, session.venue_id or 0) | seats | ages | hours | change


def test_the_form_of_one_in_a_series_asks_which(client: Client, series: list[Session]) -> None:
    page = text(client.get(address(series[1])))
    for words in ("只改这一场", "这一场和后面的，一共 3 场", "整个系列还没开始的，一共 4 场"):
        assert words in page
    first = text(client.get(address(series[0])))
    assert "一共 4 场" in first and "整个系列" not in first
    assert "后面的" not in text(client.get(address(series[3])))


def test_the_form_of_a_session_in_none_does_not_ask() -> None:
    scene = make_scene(state="published")
    client = Client()
    client.force_login(scene.actor)
    assert "只改这一场" not in text(client.get(address(scene.morning)))


def test_the_editor_sees_the_whole_series_before_it_is_saved(
    client: Client, series: list[Session]
) -> None:
    her = make_volunteer(name="黄丽华")
    for session in series[1:3]:
        make_assignment(volunteer=her, shift=session.shifts.get())
    alone(series[3], title="绘本课")
    CalendarDay.objects.create(
        date=(FIRST + WEEK).date(), name="元旦", is_off=False, status="official", source="test"
    )
    form = later(series[0], scope="all", title="音乐课") | {"scope": "later"}
    page = text(client.post(address(series[0]), form))
    for words in (
        "一共改 4 场",
        "要重新问 1 位志愿者。",
        "黄丽华",
        "这 1 场单独改过，改过的不动",
        "元旦，调休要上班",
        "这一场不影响谁。",
    ):
        assert words in page
    assert starts(series) == [FIRST + week * WEEK for week in range(4)]
    assert not Offer.objects.exists()
    mark = page.split('name="seen" value="')[1].split('"')[0]
    answer = client.post(address(series[0]), form | {"seen": mark}, follow=True)
    assert "改好了 4 场。重新问了 1 位志愿者。" in text(answer)
    assert starts(series) == [FIRST + week * WEEK + HOUR for week in range(4)]
    titles = Session.objects.order_by("starts_at").values_list("title", flat=True)
    assert list(titles) == ["音乐课", "音乐课", "音乐课", "绘本课"]
    assert Offer.objects.filter(volunteer=her, state="pending").count() == 2


def test_this_one_alone_is_saved_as_ever(client: Client, series: list[Session]) -> None:
    answer = client.post(address(series[1]), later(series[1], scope="one"))
    assert answer.status_code == 303
    assert starts(series) == [FIRST, FIRST + WEEK + HOUR, FIRST + 2 * WEEK, FIRST + 3 * WEEK]
    page = text(client.get(reverse("coordinator:session", args=[series[1].pk])))
    assert "一共 4 场：" in page and "这一场单独改过：时间" in page


def test_whoever_is_touched_only_since_is_shown_before(
    client: Client, series: list[Session]
) -> None:
    form = later(series[0], scope="later")
    page = text(client.post(address(series[0]), form))
    mark = page.split('name="seen" value="')[1].split('"')[0]
    make_assignment(volunteer=make_volunteer(name="黄丽华"), shift=series[2].shifts.get())
    again = text(client.post(address(series[0]), form | {"seen": mark}))
    assert "要重新问 1 位志愿者。" in again and "黄丽华" in again
    assert starts(series) == [FIRST + week * WEEK for week in range(4)]


def test_one_that_would_fall_on_a_day_off_is_named(client: Client, series: list[Session]) -> None:
    sunday = FIRST + timedelta(days=1)
    CalendarDay.objects.create(
        date=(sunday + WEEK).date(), name="元旦", is_off=True, status="official", source="test"
    )
    form = later(series[0], scope="later", day=sunday.date().isoformat())
    page = text(client.post(address(series[0]), form))
    assert "这 1 场改不了，照原样" in page and "元旦放假" in page and "一共改 3 场" in page


def test_another_sessions_room_is_named(client: Client, series: list[Session]) -> None:
    other = Session.objects.get(pk=series[2].pk)
    other.pk = None
    other.series = None
    other.title = "音乐课"
    other.starts_at = FIRST + 2 * WEEK + HOUR
    other.ends_at = FIRST + 2 * WEEK + 2 * HOUR
    other.save()
    page = text(client.post(address(series[0]), later(series[0], scope="later")))
    assert "这间房那个时候还有别的场次" in page and "音乐课" in page


def test_a_county_changes_of_a_series_what_lies_in_it(series: list[Session]) -> None:
    """What lies elsewhere is not hers, whatever the form says."""
    assert to_change_with(series[0], NOW).count() == 3
    stranger = make_coordinator(organisation=make_rota().organisation)
    assert reaches_of(stranger, series[0], NOW) == {}
