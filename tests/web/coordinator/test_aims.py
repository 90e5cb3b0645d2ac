"""排班看重什么, through its page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.common import clock
from backend.planning.models import Run
from backend.planning.what_if import WhatIf, problem_of_run, what_if_of
from backend.rota.aims import Aims, aims_of
from matching import PRESETS
from tests.factories import NOW
from tests.planning.scene import Scene, make_scene
from tests.planning.test_what_if import finished
from tests.web.coordinator.test_changes import desk, text, url

pytestmark = pytest.mark.django_db
CHOSEN = {"preset": "fair", "per_week": "3", "weekends": ""}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Saturday before the rota."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    return make_scene(state="published")


def test_the_board_leads_to_it_and_it_says_what_holds_and_who_chose_it(scene: Scene) -> None:
    client = desk(scene)
    page = url("aims", scene.rota.pk)
    assert page in text(client.get(url("rota", scene.rota.pk)))
    assert "现在：照平常。" in text(client.get(page)) and "谁改过" not in text(client.get(page))
    answer = client.post(page, CHOSEN)
    assert answer.status_code == 303 and answer["Location"] == url("rota", scene.rota.pk)
    scene.rota.refresh_from_db()
    assert aims_of(scene.rota) == Aims("fair", per_week=3)
    shown = text(client.get(page))
    assert "现在：更公平，每人每周尽量不超过 3 场。" in shown and "谁改过" in shown


def test_the_numbers_are_those_that_the_planner_is_given(scene: Scene) -> None:
    shown = text(desk(scene).get(url("aims", scene.rota.pk)))
    for weights in PRESETS.values():
        assert f"<td>{weights.short:,}</td>" in shown
        assert f"<td>{weights.serve[0]:,}</td>" in shown
        assert f"<td>{weights.load}</td>" in shown


def test_it_can_be_tried_first_and_then_chosen_from_what_came_of_it(scene: Scene) -> None:
    client = desk(scene)
    answer = client.post(url("aims", scene.rota.pk), {**CHOSEN, "try": "1"})
    assert answer["Location"] == url("runs", scene.rota.pk)
    run = Run.objects.get()
    asked = what_if_of(run)
    assert asked and asked.aims == Aims("fair", per_week=3)
    tried = problem_of_run(run, NOW)
    assert tried.weights.load == PRESETS["fair"].load and tried.volunteers[0].limits
    scene.rota.refresh_from_db()
    assert aims_of(scene.rota) == Aims()  # nothing is chosen yet
    assert "假如：更公平，每人每周尽量不超过 3 场" in text(client.get(url("runs", scene.rota.pk)))


def test_what_was_tried_is_one_tap_away(scene: Scene) -> None:
    finished(scene, WhatIf(aims=Aims("near", weekends=2)), scene.plan())
    client = desk(scene)
    link = f"{url('aims', scene.rota.pk)}?preset=near&amp;weekends=2"
    assert link in text(client.get(url("runs", scene.rota.pk)))
    filled = text(client.get(link.replace("&amp;", "&")))
    flat = " ".join(filled.split())
    assert re.search(r'value="near"[^>]* checked', flat)
    assert re.search(r'value="2"[^>]* selected', flat)


def test_nothing_new_and_odd_values_are_said_on_the_page(scene: Scene) -> None:
    client = desk(scene)
    page = url("aims", scene.rota.pk)
    same = client.post(page, {"preset": "usual", "per_week": "", "weekends": ""})
    assert same.status_code == 422 and "跟现在一样，没有要改的" in text(same)
    for odd in ({"preset": "cheap"}, {"per_week": "99"}, {"weekends": "-1"}):
        assert client.post(page, {**CHOSEN, **odd}).status_code == 422
    assert client.get(f"{page}?preset=cheap&per_week=x").status_code == 200


def test_constant_statements_however_often_it_was_changed(scene: Scene) -> None:
    client = desk(scene)
    page = url("aims", scene.rota.pk)
    counts = []
    for week in ("1", "2", "3"):
        client.post(page, {**CHOSEN, "per_week": week})
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(page)
        counts.append(len(seen))
    assert len(set(counts)) == 1 and counts[0] <= 12
