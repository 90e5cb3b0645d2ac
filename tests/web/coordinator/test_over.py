"""What a coordinator reads of sessions and rotas that are over or called off, and what she is not
offered and refused there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.bookings.operations import cancel_bookings_of_session
from backend.common import clock
from backend.planning.models import Run
from backend.planning.operations import NothingAhead, RotaNotPlannable, request_run
from backend.rota.models import Offer, Rota, Session
from backend.rota.operations import SessionOver, cancel_session
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_family,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene
from tests.web.coordinator.test_changes import form_of

pytestmark = pytest.mark.django_db
MORNING_IS_OVER = at("2026-12-05 12:00")
ALL_IS_OVER = at("2026-12-05 20:00")
ITS_DAYS_ARE_OVER = at("2026-12-28 00:00")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_scene(state="published")


def wait(monkeypatch: pytest.MonkeyPatch, until: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: until)


def desk(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.actor)
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"coordinator:{name}", args=args)


def read(client: Client, name: str, *args: int) -> str:
    answer = client.get(url(name, *args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def state_of(client: Client, session: Session) -> str:
    page = read(client, "session", session.pk)
    return page.split("<dt>情况</dt>")[1].split("<dd>")[1].split("</dd>")[0].strip()


# --- the words ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "required", "moment", "said"),
    [
        ("open", True, NOW, "已开放"),
        ("open", False, NOW, "已开放，人不够可以不办"),
        ("planned", False, NOW, "计划中，人不够可以不办"),
        ("open", False, at("2026-12-05 09:30"), "正在进行"),
        ("open", False, MORNING_IS_OVER, "已结束"),
        ("done", True, MORNING_IS_OVER, "已结束"),
        ("planned", True, MORNING_IS_OVER, "日子过了，没有开放"),
        ("cancelled", False, NOW, "已取消"),
        ("cancelled", False, MORNING_IS_OVER, "已取消"),
    ],
)
def test_a_session_says_what_has_become_of_it(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    required: bool,
    moment: datetime,
    said: str,
) -> None:
    Session.objects.filter(pk=scene.morning.pk).update(state=state, required=required)
    wait(monkeypatch, moment)
    assert state_of(desk(scene), scene.morning) == said


def test_a_rota_whose_days_are_over_is_over(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    make_rota(organisation=scene.rota.organisation, state="draft")
    page = read(desk(scene), "rotas")
    assert "已发布" in page and "草稿" in page and "已结束" not in page
    wait(monkeypatch, ITS_DAYS_ARE_OVER)
    page = read(desk(scene), "rotas")
    assert "已结束" in page and "日子过了，没有发布" in page
    assert "已发布" not in page and "草稿" not in page


def test_families_who_only_waited_are_not_said_to_have_been_coming(scene: Scene) -> None:
    session = make_session(rota=scene.rota, seats=(0, 4, 4), shifts=[("lead", 0, 2)])
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    make_booking(family=make_family(children=["2025-03", "2025-04"]), session=session)
    changed = {"answer_by": NOW + timedelta(hours=2)}
    make_booking(family=make_family(), session=session, state="asked", **changed)
    make_booking(family=make_family(), session=session, state="offered")
    make_booking(family=make_family(), session=session, state="waiting")
    make_booking(family=make_family(), session=session, state="cancelled")
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="停电")
    for _ in range(2):  # before and after the task that ends the bookings has come by
        page = " ".join(read(desk(scene), "session", session.pk).split())
        assert "原来要来的：2 家，3 个孩子。还没有位子的：2 家。她们的页面上写着取消。" in page
        cancel_bookings_of_session(session_id=session.pk, actor=None, now=NOW)


def test_where_no_family_was_none_is_said_to_read_of_it(scene: Scene) -> None:
    cancel_session(session_id=scene.morning.pk, actor=None, now=NOW, because="停电")
    page = " ".join(read(desk(scene), "session", scene.morning.pk).split())
    assert "原来要来的：0 家，0 个孩子。" in page and "她们的页面" not in page


# --- what is not offered, and refused -------------------------------------------------------------
CALLED_OFF = ("这一场已经取消", "这一场已经取消，不能再问人")
NOTHING_LEFT = "这张排班表里的场次都开始了或结束了，没有可以排的"
OVER = ("这一场已经结束，不能再改", "这一场已经结束，不能再问人")


@pytest.mark.parametrize(("called_off", "words"), [(True, CALLED_OFF), (False, OVER)])
def test_what_is_called_off_or_over_is_neither_changed_nor_asked_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, called_off: bool, words: tuple[str, str]
) -> None:
    session = Session.objects.get(pk=scene.morning.pk)
    page = read(desk(scene), "session", session.pk)
    ways = [url("edit_session", session.pk), url("ask", session.pk)]
    assert all(way in page for way in ways)
    form = form_of(session, session.venue_id)
    if called_off:
        cancel_session(session_id=session.pk, actor=None, now=NOW, because="停电")
    else:
        wait(monkeypatch, MORNING_IS_OVER)
    page = read(desk(scene), "session", session.pk)
    assert not any(way in page for way in ways)
    before = Session.objects.get(pk=session.pk).version
    edit, ask = words
    asked = {"shift": session.shifts.get().pk, "volunteer": scene.alice.pk}
    for address, said, fields in [
        (ways[0], edit, None),
        (ways[1], ask, None),
        (ways[0], edit, form),
        (ways[1], ask, asked),
        (url("cancel_session", session.pk), edit, None),
        (url("cancel_session", session.pk), edit, {"because": "停电"}),
    ]:
        client = desk(scene)
        answer = (
            client.post(address, fields, follow=True)
            if fields
            else client.get(address, follow=True)
        )
        assert said in answer.content.decode(), (address, fields)
    assert Session.objects.get(pk=session.pk).version == before
    assert not Offer.objects.exists()


def test_what_has_begun_is_changed_but_nobody_is_looked_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, at("2026-12-05 09:30"))
    page = read(desk(scene), "session", scene.morning.pk)
    assert (
        url("edit_session", scene.morning.pk) in page and url("ask", scene.morning.pk) not in page
    )
    answer = desk(scene).get(url("ask", scene.morning.pk), follow=True)
    assert "这一场已经开始，不能再问人" in answer.content.decode()


def test_an_operation_refuses_to_call_off_what_is_over(scene: Scene) -> None:
    with pytest.raises(SessionOver):
        cancel_session(session_id=scene.morning.pk, actor=None, now=MORNING_IS_OVER, because="停电")


# --- runs -----------------------------------------------------------------------------------------
def test_a_run_on_a_rota_that_is_partly_over_says_what_it_plans(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "已经开始或结束的 1 场不再排，只排后面的 1 场。"
    assert "不再排" not in read(desk(scene), "rota", scene.rota.pk)
    wait(monkeypatch, MORNING_IS_OVER)
    assert said in " ".join(read(desk(scene), "rota", scene.rota.pk).split())
    scene.proposal()
    page = " ".join(read(desk(scene), "rota", scene.rota.pk).split())
    assert "排好了，等你看" in page and said in page


@pytest.mark.parametrize(
    ("moment", "refusal", "said", "refused"),
    [
        (ALL_IS_OVER, NothingAhead, f"{NOTHING_LEFT}。", f"{NOTHING_LEFT}<"),
        (
            ITS_DAYS_ARE_OVER,
            RotaNotPlannable,
            "这张排班表已经结束，不再排",
            "这张排班表已经结束，不能再排",
        ),
    ],
)
def test_where_nothing_is_ahead_no_run_is_offered_and_none_begins(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    moment: datetime,
    refusal: type[Exception],
    said: str,
    refused: str,
) -> None:
    way = url("request_run", scene.rota.pk)
    assert way in read(desk(scene), "rota", scene.rota.pk)
    wait(monkeypatch, moment)
    page = read(desk(scene), "rota", scene.rota.pk)
    assert said in page and way not in page
    with pytest.raises(refusal):
        request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=moment)
    assert refused in desk(scene).post(way, follow=True).content.decode()
    assert not Run.objects.exists()


def test_a_plan_of_a_rota_that_is_over_is_not_offered_for_publishing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = scene.proposal()
    publish = url("publish", proposal.pk)
    assert publish in read(desk(scene), "proposal", proposal.pk)
    wait(monkeypatch, ITS_DAYS_ARE_OVER)
    assert publish not in read(desk(scene), "proposal", proposal.pk)
    assert "排好了，等你看" not in read(desk(scene), "rota", scene.rota.pk)
    answer = desk(scene).post(publish, follow=True)
    assert "这张排班表已经结束，不能再发布" in answer.content.decode()
    assert Rota.objects.get(pk=scene.rota.pk).version == 1


def test_a_rota_that_is_over_takes_no_new_session(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = url("new_session", scene.rota.pk)
    assert way in read(desk(scene), "rota", scene.rota.pk)
    wait(monkeypatch, ITS_DAYS_ARE_OVER)
    assert way not in read(desk(scene), "rota", scene.rota.pk)
    for answer in (desk(scene).get(way, follow=True), desk(scene).post(way, follow=True)):
        assert "这张排班表已经结束，不能再排" in answer.content.decode()
