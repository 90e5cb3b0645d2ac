"""The runs of a rota, two plans side by side, and what if, through pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.common import clock
from backend.planning.models import Proposal, Run
from backend.planning.queries.imagining import with_more
from backend.planning.what_if import WhatIf, what_if_of
from matching import Plan
from tests.factories import (
    NOW,
    make_assignment,
    make_division,
    make_session,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene
from tests.planning.test_what_if import A_WEEK, ask, finished
from tests.web.coordinator.test_changes import desk, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Saturday before the rota."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    return make_scene(state="published")


def compare(client: Client, scene: Scene, **chosen: object) -> HttpResponse:
    return client.get(url("compare", scene.rota.pk), chosen)


def test_the_board_leads_to_the_runs_and_they_to_the_comparison(scene: Scene) -> None:
    proposal = scene.proposal()
    client = desk(scene)
    assert url("runs", scene.rota.pk) in text(client.get(url("rota", scene.rota.pk)))
    page = text(client.get(url("runs", scene.rota.pk)))
    assert f"{url('compare', scene.rota.pk)}?a=now&amp;b={proposal.pk}" in page
    assert "排上 2 个班，还缺 0 人，1 个心愿有场次" in page and "待发布" in page


def test_a_rota_without_runs_says_so(scene: Scene) -> None:
    page = text(desk(scene).get(url("runs", scene.rota.pk)))
    assert "还没有排过" in page and "对比两份" not in page
    assert "两份一样" in text(compare(desk(scene), scene))


def test_a_plan_beside_what_is_now(scene: Scene) -> None:
    make_assignment(volunteer=scene.bob, shift=scene.morning.shifts.get())
    plan = scene.plan(with_seat=False)
    proposal = scene.proposal(type(plan)(plan.assignments[1:], ()))
    page = text(compare(desk(scene), scene, a="now", b=proposal.pk))
    assert "1 个人、1 场不一样" in page
    assert "0 个班只在前一份里，1 个班只在后一份里。" in page
    assert scene.bob.name in page and "值班" in page
    by_session = text(compare(desk(scene), scene, a="now", b=proposal.pk, by="session"))
    assert "值班" in by_session and scene.bob.name in by_session


@pytest.mark.parametrize("odd", ["", "x", "0", "999999999", "9" * 40])
def test_an_odd_address_shows_now_and_the_newest(scene: Scene, odd: str) -> None:
    scene.proposal()
    answer = compare(desk(scene), scene, a=odd, b=odd, by=odd, page=odd)
    assert answer.status_code == 200 and "2 个人、2 场不一样" in text(answer)


def test_a_plan_of_another_rota_is_not_shown(scene: Scene) -> None:
    other = make_scene(state="published").proposal()
    page = text(compare(desk(scene), scene, a="now", b=other.pk))
    assert "两份一样" in page


def test_as_many_statements_for_many_people_as_for_one(scene: Scene) -> None:
    def statements(by: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            compare(desk(scene), scene, by=by)
        return len(asked)

    scene.proposal()
    few = [statements("person"), statements("session")]
    for _ in range(4):
        session = make_session(rota=scene.rota)
        her = make_volunteer(organisation=scene.rota.organisation)
        make_assignment(volunteer=her, shift=session.shifts.get())
    assert [statements("person"), statements("session")] == few


def test_as_many_statements_for_many_runs_as_for_one(scene: Scene) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk(scene).get(url("runs", scene.rota.pk))
        return len(asked)

    scene.proposal()
    few = statements()
    for _ in range(3):
        scene.proposal()
    finished(scene, A_WEEK, scene.plan())
    assert statements() == few


# --- what if --------------------------------------------------------------------------------------


def test_what_if_is_asked_and_marked_wherever_it_is_shown(scene: Scene) -> None:
    make_division(code="350102", name="鼓楼区")
    client = desk(scene)
    role = scene.morning.shifts.get().role
    address = url("what_if", scene.rota.pk)
    form = {"more": 3, "role": role.pk, "county": "350102", "week": 1, "minutes": 15}
    assert address in text(client.get(url("runs", scene.rota.pk)))
    answer = client.post(address, form | {"venue": scene.evening.venue_id}, follow=True)
    said = "每人每周多 1 场，每人路上多 15 分钟"
    assert "开始算了" in text(answer) and said in text(answer)
    asked = what_if_of(Run.objects.get())
    assert asked is not None
    assert (asked.more, asked.role, asked.sessions) == (3, role.name, (scene.evening.pk,))


def test_a_what_if_that_waits_says_how_many_are_before_it_and_the_number_falls(
    scene: Scene,
) -> None:
    other = make_scene(state="published")
    for where in (other, scene):
        ask(where, A_WEEK)
    first, waiting = Run.objects.order_by("pk")
    page = desk(scene).get(url("runs", scene.rota.pk)).content.decode()
    assert f'data-tick="run.{waiting.pk}"' in page and f"run.{first.pk}" not in page
    assert '<span data-field="before">1</span>' in page and "次要先算" in page
    assert f'data-live="rota.{scene.rota.pk} run.{waiting.pk}"' in page
    Run.objects.filter(pk=waiting.pk).update(state=Run.State.RUNNING)
    assert "次要先算" not in desk(scene).get(url("runs", scene.rota.pk)).content.decode()


def test_what_came_of_it_is_compared_and_has_no_page_of_its_own(scene: Scene) -> None:
    found = finished(scene, A_WEEK, scene.plan())
    client = desk(scene)
    page = text(client.get(url("runs", scene.rota.pk)))
    assert "只是假设" in page and "假如：每人每周多 1 场" in page
    assert url("proposal", found.pk) not in page
    assert client.get(url("proposal", found.pk)).status_code == 404
    assert client.post(url("publish", found.pk)).status_code == 404
    shown = text(compare(client, scene, a="now", b=found.pk))
    assert "假如：每人每周多 1 场" in shown and "不能发布" in shown
    assert "排好了，等你看" not in text(client.get(url("rota", scene.rota.pk)))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "请至少改一样，才有可比的"),
        ({"more": 2}, "多出来的志愿者能做什么、住在哪里，都要选。"),
        ({"more": 99}, "20"),
    ],
)
def test_a_wish_without_sense_is_named(scene: Scene, form: dict[str, object], words: str) -> None:
    answer = desk(scene).post(url("what_if", scene.rota.pk), form)
    assert (answer.status_code, Run.objects.count()) == (422, 0)
    assert words in text(answer)


def test_one_at_a_time(scene: Scene) -> None:
    ask(scene, A_WEEK)
    answer = desk(scene).post(url("what_if", scene.rota.pk), {"week": 1})
    assert (answer.status_code, Run.objects.count()) == (422, 1)


def test_it_is_compared_with_the_newest_plan_of_the_rota_as_it_stands(scene: Scene) -> None:
    real = scene.proposal()
    found = finished(scene, A_WEEK, scene.plan())
    page = text(desk(scene).get(url("runs", scene.rota.pk)))
    assert f"{url('compare', scene.rota.pk)}?a={real.pk}&amp;b={found.pk}" in page


def test_a_proposal_leads_to_the_comparison_with_what_is_now(scene: Scene) -> None:
    proposal = scene.proposal()
    page = text(desk(scene).get(url("proposal", proposal.pk)))
    assert f"{url('compare', scene.rota.pk)}?a=now&amp;b={proposal.pk}" in page


def test_one_that_takes_too_long_is_dropped_where_it_is_listed(scene: Scene) -> None:
    run = ask(scene, A_WEEK)
    client = desk(scene)
    assert url("stop_run", run.pk) in text(client.get(url("runs", scene.rota.pk)))
    answer = client.post(url("stop_run", run.pk), {"keep": "0"})
    assert (answer.status_code, answer["Location"]) == (303, url("runs", scene.rota.pk))
    page = text(client.get(url("runs", scene.rota.pk)))
    assert "取消了" in page and url("stop_run", run.pk) not in page


def test_a_made_up_volunteer_is_named_as_one(scene: Scene) -> None:
    (shift,) = scene.morning.shifts.all()
    more = with_more(WhatIf(more=1), scene.rota, shift.role, "350102", "鼓楼区")
    found = finished(scene, more, Plan((("v-1", f"h{shift.pk}"),), ()))
    assert Proposal.objects.get().pk == found.pk
    page = text(compare(desk(scene), scene, a="now", b=found.pk))
    assert "假设的志愿者 1" in page
    assert "假设的志愿者" in text(compare(desk(scene), scene, b=found.pk, by="session"))
    assert reverse("coordinator:session", args=[scene.morning.pk]) in page
