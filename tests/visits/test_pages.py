"""The pages of a visit: the family's phone, the coordinator's desk, the tutors' phone."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, Consent, User
from backend.bookings.models import Booking
from backend.common import clock
from backend.rota.models import Assignment, Session
from backend.visits.models import Visit, VisitRequest
from tests.factories import NOW, make_coordinator, make_family
from tests.visits.scene import DOOR, STARTS, Street, pair, planned, street, wish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    now_is(monkeypatch, NOW)


def now_is(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def as_(user: User | None) -> Client:
    browser = Client()
    assert user is not None
    browser.force_login(user)
    return browser


def words(answer: HttpResponse) -> str:
    """What the main part says."""
    text = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def sent(**fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "topic": "sleep",
        "parts": ["weekend_am"],
        "first_day": "2026-11-30",
        "last_day": "2026-12-20",
        "address": DOOR,
        "guardian_present": "on",
    }
    return given | fields


# --- the family -----------------------------------------------------------------------------------
def test_a_family_asks_from_its_list_and_sees_how_far_it_is() -> None:
    family = make_family()
    mother = as_(family.user)
    address = reverse("family:ask_visit")
    assert address in mother.get(reverse("family:bookings")).content.decode()
    child = family.children.get().pk
    answer = mother.post(address, sent(child=child, visit="on"))
    assert answer.status_code == 303
    listed = words(mother.get(reverse("family:bookings")))
    assert "等安排" in listed and "睡觉和作息" in listed and DOOR not in listed
    row = VisitRequest.objects.get()
    page = mother.get(reverse("family:change_visit", args=[row.pk]))
    assert DOOR in page.content.decode()  # it is hers to change


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"visit": ""}, "要先由监护人同意"),
        ({"guardian_present": ""}, "老师上门时，家里有一位大人一直在场"),
        ({"parts": []}, "请至少选一个你们在家的时间"),
        ({"last_day": "2027-06-01"}, "最多往后看两个月"),
        ({"address": ""}, "请填上「门牌」"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    fields: dict[str, Any], says: str
) -> None:
    family = make_family()
    ask = sent(child=family.children.get().pk, visit="on") | fields
    answer = as_(family.user).post(reverse("family:ask_visit"), ask)
    assert answer.status_code == 422
    assert says in words(answer)
    assert not VisitRequest.objects.exists()
    assert "睡觉和作息" in words(answer)


def test_what_another_tap_changed_is_not_written_over() -> None:
    row = wish()
    mother = as_(row.family.user)
    address = reverse("family:change_visit", args=[row.pk])
    assert mother.post(address, sent(topic="play", version=1)).status_code == 303
    assert mother.post(address, sent(topic="mood", version=1)).status_code == 303
    assert VisitRequest.objects.get().topic == "play"


def test_a_time_is_asked_about_answered_and_called_off_after_a_question() -> None:
    here = street()
    visit = planned(here)
    mother = as_(visit.request.family.user)
    listed = words(mother.get(reverse("family:bookings")))
    assert "老师上门的时间定了" in listed and "换个时间" in listed
    booking = Booking.objects.get()
    answer = reverse("family:answer_seat", args=[booking.pk])
    assert mother.post(answer, {"answer": "yes"}).status_code == 303
    ticket = words(mother.get(reverse("family:ticket", args=[booking.pk])))
    assert "取消上门" in ticket and "改时间" not in ticket and "签到码" not in ticket
    cancel = reverse("family:cancel_visit", args=[visit.request_id])
    assert "两位老师马上会知道" in words(mother.post(cancel))
    assert mother.post(cancel, {"asked": "yes"}).status_code == 303
    assert VisitRequest.objects.get().state == "ended"
    assert Session.objects.get().state == "cancelled"


def test_the_consent_is_taken_back_on_the_childs_page_and_the_visit_is_off() -> None:
    visit = planned(street())
    row = visit.request
    mother = as_(row.family.user)
    Booking.objects.update(state="confirmed", answer_by=None)
    address = reverse("family:consent", args=[row.child_id, "visit"])
    assert "约好的上门马上取消" in words(mother.post(address, {"agree": "no"}))
    mother.post(address, {"agree": "no", "asked": "yes"})
    assert VisitRequest.objects.get().end_reason == "consent"
    assert not Consent.objects.filter(purpose="visit", withdrawn_at=None).exists()


# --- the coordinator ------------------------------------------------------------------------------
def time_of(here: Street, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "version": 1,
        "rota": here.rota.pk,
        "engagement": here.kind.pk,
        "day": "2026-12-05",
        "at": "09:30",
        "minutes": 60,
        "risk_note": "家里有狗",
    }
    return given | fields


def test_the_desk_names_no_child_and_no_door_and_each_look_is_written_down() -> None:
    here = street()
    row = wish(last_day=(NOW + timedelta(days=4)).date())
    desk = as_(here.coordinator)
    listed = words(desk.get(reverse("coordinator:visits")))
    assert row.family.number in listed and "快到期了" in listed
    page = desk.get(reverse("coordinator:visit", args=[row.pk]))
    assert "睡觉和作息" in words(page) and "孩子 18–24 个月" in words(page)
    for shown in (listed, page.content.decode()):
        assert DOOR not in shown and "宝宝" not in shown
    looks = set(Access.objects.filter(action="read").values_list("subject", flat=True))
    assert looks == {f"family:{row.family_id}", f"child:{row.child_id}"}


def test_she_sees_whom_it_asks_and_only_what_she_saw_is_done() -> None:
    here = street()
    row = wish()
    desk = as_(here.coordinator)
    address = reverse("coordinator:visit", args=[row.pk])
    shown = desk.post(address, time_of(here))
    assert (shown.status_code, Session.objects.count()) == (200, 0)
    assert "找 2 位志愿者" in words(shown) and "不在这一家说的时间里" not in words(shown)
    seen = shown.context["seen"]
    other = desk.post(address, time_of(here, at="14:00", seen=seen))
    assert (other.status_code, Session.objects.count()) == (200, 0)  # another hour is shown first
    assert "不在这一家说的时间里" in words(other)
    assert desk.post(address, time_of(here, seen=seen)).status_code == 303
    session = Session.objects.get()
    assert (session.starts_at, session.venue) == (STARTS, None)


def test_what_cannot_be_is_said_at_its_field() -> None:
    here = street()
    desk = as_(here.coordinator)
    address = reverse("coordinator:visit", args=[wish().pk])
    past = desk.post(address, time_of(here, day="2026-11-01"))
    assert past.status_code == 422 and Session.objects.count() == 0
    risky = desk.post(address, time_of(here, risk_note=""))
    assert "要留意什么" in words(risky)


def test_she_turns_one_down_and_the_family_reads_why() -> None:
    here = street()
    row = wish()
    address = reverse("coordinator:decline_visit", args=[row.pk])
    as_(here.coordinator).post(address, {"version": 1, "because": "far"})
    said = words(as_(row.family.user).get(reverse("family:bookings")))
    assert "你们那一带现在还没有能上门的老师" in said


# --- the tutors -----------------------------------------------------------------------------------
def ready() -> tuple[Street, Visit, Assignment]:
    here = street()
    visit = planned(here)
    Booking.objects.update(state="confirmed", answer_by=None)
    first, _second = pair(visit)
    return here, visit, first


def test_the_door_opens_for_who_said_yes_in_its_hours_and_each_look_is_logged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _here, visit, place = ready()
    tutor = as_(place.volunteer.user)
    page = reverse("volunteer:visit", args=[place.pk])
    door = reverse("volunteer:visit_address", args=[place.pk])
    early = words(tutor.get(page))
    assert "门牌" in early and "宝宝" not in early and DOOR not in early
    assert tutor.get(door).status_code == 303
    now_is(monkeypatch, STARTS - timedelta(hours=2))
    near = words(tutor.get(page))
    assert "睡觉和作息" in near and DOOR not in near
    assert "，18–24 个月" in near and not re.search(r"[^–\d]\d+ 个月", near)
    for _ in range(2):
        answer = tutor.get(door)
        assert DOOR in words(answer)
        assert answer.headers["Cache-Control"] == "no-store"
    looks = Access.objects.filter(reason="address of a visit", user_id=place.volunteer.user_id)
    assert looks.count() == 2
    assert set(looks.values_list("subject", flat=True)) == {f"family:{visit.request.family_id}"}
    now_is(monkeypatch, STARTS + timedelta(hours=3))
    assert tutor.get(door).status_code == 303


def test_two_taps_and_the_family_sees_that_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    _here, visit, place = ready()
    tutor = as_(place.volunteer.user)
    now_is(monkeypatch, STARTS)
    tutor.post(reverse("volunteer:visit_begin", args=[place.pk]))
    assert "到了" in words(tutor.get(reverse("volunteer:visit", args=[place.pk])))
    family = as_(visit.request.family.user)
    assert "老师到了" in words(family.get(reverse("family:bookings")))
    now_is(monkeypatch, STARTS + timedelta(hours=1))
    tutor.post(reverse("volunteer:visit_finish", args=[place.pk]))
    assert "结束了" in words(tutor.get(reverse("volunteer:visit", args=[place.pk])))
    assert VisitRequest.objects.get().state == "done"


def test_her_page_of_the_day_leads_to_the_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    _here, _visit, place = ready()
    now_is(monkeypatch, STARTS)
    page = as_(place.volunteer.user).get(reverse("volunteer:check_in"))
    assert reverse("volunteer:visit", args=[place.pk]) in page.content.decode()
    assert "签到码" not in words(page)


def test_who_is_missed_stands_on_the_desk_until_somebody_has_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, visit, place = ready()
    now_is(monkeypatch, STARTS + timedelta(hours=2))
    Visit.objects.update(asked_at=STARTS, alarmed_at=STARTS)
    desk = as_(here.coordinator)
    shown = words(desk.get(reverse("coordinator:visits")))
    assert place.volunteer.name in shown and "联系上了，都平安" in shown
    far = as_(make_coordinator(organisation=here.organisation, role="viewer"))
    assert far.post(reverse("coordinator:visit_safe", args=[visit.pk])).status_code == 404
    desk.post(reverse("coordinator:visit_safe", args=[visit.pk]))
    assert "联系上了" not in words(desk.get(reverse("coordinator:visits")))
