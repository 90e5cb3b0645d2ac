"""A volunteer rests, serves again or serves no more, on her page; what colleagues note; what she
did."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.rights.operations import erase_volunteer
from backend.rota.operations import place
from backend.volunteers.models import Remark, Volunteer
from backend.volunteers.queries import pause_of
from tests.factories import NOW, at, make_assignment, make_coordinator, make_offer, make_session
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_scene(state="published")


@pytest.fixture
def desk(client: Client, scene: Scene) -> Client:
    client.force_login(scene.actor)
    return client


def page(scene: Scene, name: str = "volunteer") -> str:
    return reverse(f"coordinator:{name}", args=[scene.alice.pk])


def state(scene: Scene) -> str:
    return str(Volunteer.objects.get(pk=scene.alice.pk).state)


def test_she_rests_after_a_look_at_what_that_means_and_it_is_undone(
    desk: Client, scene: Scene
) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    make_offer(volunteer=scene.alice, shift=scene.evening.shifts.get())
    shown = desk.get(page(scene)).content.decode()
    assert "前面答应的 1 场不动，等她回复的 1 个邀请会收回" in shown
    pausing = {"to": "paused", "why": "证书还没补"}
    after = desk.post(page(scene, "change_standing"), pausing, follow=True)
    assert state(scene) == "paused"
    undo = f"{page(scene, 'change_standing')}?to=active"
    assert f'action="{undo}"' in after.content.decode()
    desk.post(undo)
    assert state(scene) == "active"


def test_a_coordinators_pause_needs_a_reason(desk: Client, scene: Scene) -> None:
    after = desk.post(page(scene, "change_standing"), {"to": "paused", "why": " "}, follow=True)
    assert "请写一句为什么" in after.content.decode()
    assert state(scene) == "active"


def test_who_was_paused_reads_who_and_why_and_asks_for_its_end(desk: Client, scene: Scene) -> None:
    assert scene.alice.user is not None
    hers = Client()
    hers.force_login(scene.alice.user)
    desk.post(page(scene, "change_standing"), {"to": "paused", "why": "证书还没补"})
    me = hers.get(reverse("volunteer:me")).content.decode()
    assert str(scene.actor) in me and "证书还没补" in me and "恢复排班" not in me
    refused = hers.post(reverse("volunteer:resume"), follow=True).content.decode()
    assert f"是{scene.actor}停的，要她来恢复" in refused and state(scene) == "paused"
    hers.post(reverse("volunteer:ask_resume"), {"text": "补好了"})
    asked = desk.get(reverse("coordinator:applications")).content.decode()
    assert "停着，想恢复的" in asked and "补好了" in asked
    assert "补好了" in desk.get(page(scene)).content.decode()
    desk.post(page(scene, "stay_paused"), {"why": "等系统登记好"})
    me = hers.get(reverse("volunteer:me")).content.decode()
    assert "等系统登记好" in me and "你说了想恢复" not in me
    desk.post(page(scene, "change_standing"), {"to": "active"})
    assert (state(scene), pause_of(scene.alice.pk)) == ("active", None)


def test_a_pause_of_a_coordinator_that_was_ended_by_a_slip_is_made_anew_with_its_reason(
    desk: Client, scene: Scene
) -> None:
    desk.post(page(scene, "change_standing"), {"to": "paused", "why": "证书还没补"})
    after = desk.post(page(scene, "change_standing"), {"to": "active"}, follow=True)
    (undo,) = re.findall(r'action="([^"]+\?to=paused[^"]*)"', after.content.decode())
    desk.post(undo.replace("&amp;", "&"))
    pause = pause_of(scene.alice.pk)
    assert pause is not None and pause.why == "证书还没补"


def test_her_own_pause_she_ends_herself_and_no_coordinator_makes_it_anew(
    desk: Client, scene: Scene
) -> None:
    hers = Client()
    assert scene.alice.user is not None
    hers.force_login(scene.alice.user)
    hers.post(reverse("volunteer:pause"))
    hers.post(reverse("volunteer:resume"))
    assert state(scene) == "active"
    hers.post(reverse("volunteer:pause"))
    hers.post(reverse("volunteer:ask_resume"), {"text": "x"})
    after = desk.post(page(scene, "change_standing"), {"to": "active"}, follow=True)
    assert "to=paused" not in after.content.decode()
    assert state(scene) == "active"


def test_no_other_state_is_given_by_hand(desk: Client, scene: Scene) -> None:
    assert desk.post(page(scene, "change_standing"), {"to": "applied"}).status_code == 404
    assert state(scene) == "active"


def test_who_only_looks_changes_and_notes_nothing(client: Client, scene: Scene) -> None:
    viewer = make_coordinator(organisation=scene.rota.organisation, role="viewer")
    client.force_login(viewer)
    assert "写一句备注" not in client.get(page(scene)).content.decode()
    assert client.post(page(scene, "change_standing"), {"to": "paused"}).status_code == 403
    assert client.post(page(scene, "remark"), {"text": "x"}).status_code == 403
    assert (state(scene), Remark.objects.count()) == ("active", 0)


def test_a_remark_stands_on_her_page(desk: Client, scene: Scene) -> None:
    desk.post(page(scene, "remark"), {"text": "下午好找她"})
    shown = desk.get(page(scene)).content.decode()
    assert "下午好找她" in shown and str(scene.actor) in shown


def test_what_she_did_and_what_was_done_for_her_stand_on_her_page(
    desk: Client, scene: Scene
) -> None:
    before = make_session(rota=scene.rota, starts_at=at("2026-11-20 09:00"), title="上周的课")
    make_assignment(volunteer=scene.alice, shift=before.shifts.get(), state="done")
    shift = scene.morning.shifts.get()
    place(volunteer_id=scene.alice.pk, shift_id=shift.pk, actor=scene.actor, now=NOW)
    shown = desk.get(page(scene)).content.decode()
    assert "上周的课" in shown
    assert "电话里答应了，排上了" in shown


def test_who_erased_her_data_is_not_brought_back(desk: Client, scene: Scene) -> None:
    erase_volunteer(volunteer_id=scene.alice.pk, actor=None, now=NOW)
    shown = desk.get(page(scene)).content.decode()
    assert "她删除了自己的资料；编号、做过的场次和时长不带名字留着" in shown
    assert "愿意走" not in shown and "住在" not in shown
    for name in ("change_standing", "remark"):
        assert page(scene, name) not in shown
    after = desk.post(page(scene, "change_standing"), {"to": "active"}, follow=True)
    assert "她删除了自己的资料" in after.content.decode() and state(scene) == "left"
