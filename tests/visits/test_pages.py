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
from backend.outbox.models import Event
from backend.rota.models import Assignment, Session
from backend.visits.models import Visit, VisitRequest
from tests.factories import (
    NOW,
    born,
    make_child,
    make_coordinator,
    make_division,
    make_family,
    make_organisation,
    make_rota,
    make_volunteer,
)
from tests.visits.scene import DOOR, RISK, STARTS, Street, out_of_sight, pair, planned, street, wish

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


def test_it_is_offered_for_a_child_for_whom_nothing_is_under_way() -> None:
    family = make_family(children=[born(NOW.date(), months=20), born(NOW.date(), months=40)])
    mother = as_(family.user)
    row = wish(family)
    address, listed = reverse("family:ask_visit"), reverse("family:bookings")
    assert address not in mother.get(listed).content.decode()  # the other one is too old
    assert mother.get(address).headers["Location"] == f"{listed}#visits"
    stale = mother.post(address, sent(child=row.child_id, visit="on"))  # it was open since
    assert "已经请过一次，还没有结束" in words(stale)
    mother.post(reverse("family:cancel_visit", args=[row.pk]))
    assert address in mother.get(listed).content.decode()
    second = make_family()
    two = as_(second.user)
    wish(second)
    sibling = make_child(second)
    page = two.get(address)
    assert [key for key, _ in page.context["form"].fields["child"].choices] == [str(sibling.pk)]


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
    assert RISK not in ticket  # what volunteers are told of a home, and of their insurance
    cancel = reverse("family:cancel_visit", args=[visit.request_id])
    assert "要来的老师马上会知道" in words(mother.post(cancel))
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
    assert words(shown).count("这个时间没有人能去") == 2  # there is no volunteer at all
    seen = shown.context["seen"]
    refused = desk.post(address, time_of(here, at="14:00", seen=seen))
    assert refused.status_code == 422 and "已经说好" in words(refused)
    other = desk.post(address, time_of(here, at="14:00", outside="on", seen=seen))
    assert (other.status_code, Session.objects.count()) == (200, 0)  # another hour is shown first
    assert "不在这一家说的时间里" in words(other)
    assert desk.post(address, time_of(here, seen=seen)).status_code == 303
    session = Session.objects.get()
    assert (session.starts_at, session.venue) == (STARTS, None)


def test_before_she_sets_a_time_she_sees_who_could_go_in_the_order_of_asking() -> None:
    here = street()
    row = wish()
    grown: dict[str, Any] = {"organisation": here.organisation, "qualifications": {"adult": None}}
    near = make_volunteer(name="近的", **grown)
    far = make_volunteer(name="远的", point=(26.16, 119.30), **grown)
    make_volunteer(name="停着的", state="paused", **grown)
    make_volunteer(organisation=here.organisation, name="没看过证件的")
    desk = as_(here.coordinator)
    address = reverse("coordinator:visit", args=[row.pk])
    shown = desk.post(address, time_of(here))
    said = words(shown)
    assert (
        "lead，最合适的在前：近的、远的" in said
        and "停着的" not in said
        and "没看过证件的" not in said
    )
    seen = shown.context["seen"]
    desk.post(address, time_of(here, seen=seen))
    session = Session.objects.get()
    asked = words(desk.get(reverse("coordinator:ask", args=[session.pk])))
    assert asked.index(near.name) < asked.index(far.name)


def test_what_the_family_changes_meanwhile_is_shown_before_it_is_done() -> None:
    """The page has fetched what the family says now, and its version with it."""
    here = street()
    row = wish()
    desk = as_(here.coordinator)
    address = reverse("coordinator:visit", args=[row.pk])
    seen = desk.post(address, time_of(here)).context["seen"]
    change = reverse("family:change_visit", args=[row.pk])
    as_(row.family.user).post(change, sent(parts=["workday_pm"], version=1))
    fragment = desk.get(reverse("coordinator:visit_fragment", args=[row.pk]))
    assert "周一到周五下午" in html.unescape(fragment.content.decode())
    agreed = {"outside": "on", "version": 2}
    assert desk.post(address, time_of(here, seen=seen, version=2)).status_code == 422
    again = desk.post(address, time_of(here, seen=seen, **agreed))
    assert (again.status_code, Session.objects.count()) == (200, 0)
    assert "不在这一家说的时间里" in words(again)
    done = desk.post(address, time_of(here, seen=again.context["seen"], **agreed))
    assert (done.status_code, Session.objects.count()) == (303, 1)


def test_her_page_of_a_wish_says_how_far_it_is() -> None:
    here = street()
    visit = planned(here)
    desk = as_(here.coordinator)
    city = as_(make_coordinator(organisation=here.organisation.parent))
    address = reverse("coordinator:visit", args=[visit.request_id])
    assert "等这一家回复" in words(city.get(address))
    Booking.objects.update(state="confirmed", answer_by=None)
    first, _second = pair(visit)
    said = words(city.get(address))
    assert "这一家答应了" in said and first.volunteer.name in said
    assert desk.post(address, time_of(here)).status_code == 303  # it waits no more
    as_(visit.request.family.user).post(
        reverse("family:cancel_visit", args=[visit.request_id]), {"asked": "yes"}
    )
    assert "这一家不请了" in words(desk.get(address))


def test_what_cannot_be_is_said_at_its_field() -> None:
    here = street()
    desk = as_(here.coordinator)
    address = reverse("coordinator:visit", args=[wish().pk])
    past = desk.post(address, time_of(here, day="2026-11-01"))
    assert past.status_code == 422 and Session.objects.count() == 0
    risky = desk.post(address, time_of(here, risk_note=""))
    assert "要留意什么" in words(risky)


def test_a_visit_is_not_put_into_a_rota_by_hand_and_the_page_says_where_it_is_made() -> None:
    here = street()
    desk = as_(here.coordinator)
    address = reverse("coordinator:new_session", args=[here.rota.pk])
    page = desk.get(address)
    assert f"engagement={here.kind.pk}" not in page.content.decode()
    assert "入户指导不在这里新增：有家庭请老师上门，在「上门」那一页定时间" in words(page)
    for answer in (
        desk.get(address, {"engagement": here.kind.pk}),  # as it was written down before
        desk.post(address, {"engagement": here.kind.pk, "title": "入户指导"}),
    ):
        assert answer.headers["Location"] == reverse("coordinator:visits")
    assert "上门不在排班表里新增" in desk.get(reverse("coordinator:visits")).content.decode()
    assert not Session.objects.exists()


def test_a_visit_is_no_template_for_others() -> None:
    here = street()
    visit = planned(here)
    desk = as_(here.coordinator)
    keep = reverse("coordinator:keep_template", args=[visit.session_id])
    city = as_(make_coordinator(organisation=here.organisation.parent))
    page = city.get(reverse("coordinator:session", args=[visit.session_id])).content.decode()
    assert keep not in page
    answer = city.post(keep, {"name": "上门"}, follow=True)
    assert "上门是为一家定的，不能存成模板" in answer.content.decode()
    assert desk.get(reverse("coordinator:session", args=[visit.session_id])).status_code == 200


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


def test_who_is_alone_reads_that_she_waits_for_a_second_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _here, visit, place = ready()
    Assignment.objects.exclude(pk=place.pk).update(state="withdrawn", ended_at=NOW)
    now_is(monkeypatch, STARTS - timedelta(hours=2))
    tutor = as_(place.volunteer.user)
    page = words(tutor.get(reverse("volunteer:visit", args=[place.pk])))
    assert "现在只有你一位，先别去" in page and "看门牌 每看" not in page
    assert tutor.get(reverse("volunteer:visit_address", args=[place.pk])).status_code == 303


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
    out = words(tutor.get(reverse("volunteer:visit", args=[place.pk])))
    assert "10:30 说了都出来了" in out and "说的是去的每一位" in out
    assert VisitRequest.objects.get().state == "done"
    tutor.post(reverse("volunteer:visit_begin", args=[place.pk]))  # 还有人在里面
    assert "结束了，都出来了" in words(tutor.get(reverse("volunteer:visit", args=[place.pk])))
    assert "老师到了" in words(family.get(reverse("family:bookings")))


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
    alarm = reverse("coordinator:visit_alarm", args=[visit.pk])
    for page in (reverse("coordinator:visits"), reverse("coordinator:today")):
        shown = desk.get(page)
        assert place.volunteer.name in words(shown) and alarm in shown.content.decode()
    far = as_(make_coordinator(organisation=here.organisation, role="viewer"))
    assert far.post(reverse("coordinator:visit_safe", args=[visit.pk])).status_code == 404
    desk.post(reverse("coordinator:visit_safe", args=[visit.pk]))
    for page in (reverse("coordinator:visits"), reverse("coordinator:today")):
        assert place.volunteer.name not in words(desk.get(page))


def test_the_day_begins_with_who_is_missed_then_who_waits_whose_days_end_first() -> None:
    here = street()
    late = wish(last_day=(NOW + timedelta(days=20)).date())
    soon = wish(last_day=(NOW + timedelta(days=4)).date())
    visit = planned(here)
    first, _second = pair(visit)
    out_of_sight(visit, NOW)
    said = words(as_(here.coordinator).get(reverse("coordinator:today")))
    order = [first.volunteer.name, "七天里的场次", soon.family.number, late.family.number]
    assert sorted(order, key=said.index) == order
    assert said.count("快到期了") == 1
    other = make_coordinator(
        organisation=make_organisation(division=make_division(code="350103001"))
    )
    elsewhere = words(as_(other).get(reverse("coordinator:today")))
    assert not any(one in elsewhere for one in (first.volunteer.name, soon.family.number))


def test_whoever_looks_after_the_street_calls_them_and_the_look_is_written_down() -> None:
    """She sees nothing of the rota that sent them: it is the city's."""
    here = street()
    city = here.organisation.parent
    visit = planned(
        Street(city, make_coordinator(organisation=city), make_rota(organisation=city), here.kind)
    )
    first, second = pair(visit)
    phones = {first.volunteer: "13900000001", second.volunteer: "13900000002"}
    for her, phone in phones.items():
        her.phone = phone
        her.save()
    family = visit.request.family
    family.phone = "13900000003"
    family.save()
    desk = as_(here.coordinator)
    address = reverse("coordinator:visit_alarm", args=[visit.pk])
    numbers = (*phones.values(), family.phone)
    assert not any(number in words(desk.get(address)) for number in numbers)  # nobody is missed
    assert not Access.objects.filter(reason__startswith="alarm").exists()
    out_of_sight(visit, NOW)
    shown = desk.get(address)
    assert all(f"tel:{number}" in shown.content.decode() for number in numbers)
    desk.get(reverse("coordinator:visit_alarm_fragment", args=[visit.pk]))
    looks = Access.objects.filter(reason=f"alarm visit:{visit.pk}", user_id=here.coordinator.pk)
    assert sorted(looks.values_list("subject", flat=True)) == sorted(
        [f"family:{family.pk}", *(f"volunteer:{her.pk}" for her in phones)]
    )
    told = words(as_(family.user).get(reverse("family:held")))
    assert "上门过了时间，为了打电话问平安" in told
    desk.post(reverse("coordinator:visit_safe", args=[visit.pk]))
    after = words(desk.get(address))
    assert "林静联系上了，都平安" in after and not any(number in after for number in numbers)


def test_who_keeps_the_rota_of_another_street_is_told_sees_and_answers_it() -> None:
    here = street()
    elsewhere = make_organisation(parent=here.organisation.parent, level=3)
    keeper = make_coordinator(organisation=elsewhere)
    visit = planned(Street(elsewhere, keeper, make_rota(organisation=elsewhere), here.kind))
    first, _second = pair(visit)
    out_of_sight(visit, NOW)
    desk = as_(keeper)
    assert first.volunteer.name in words(desk.get(reverse("coordinator:today")))
    assert desk.post(reverse("coordinator:visit_safe", args=[visit.pk])).status_code == 303
    told = Event.objects.get(kind="visit_heard_safe")
    assert f"organisation.{elsewhere.pk}" in told.streams
