"""A session that nobody can take shows who could come if she did not have one place elsewhere, and
a button does it."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.common import clock
from backend.rota.models import Assignment, Offer, Session
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene
from tests.rota.test_by_hand import has, waits
from tests.web.coordinator.test_changes import desk, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Saturday before the rota."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    """Both have another session at the hour of the morning's."""
    return make_scene(state="published")


def elsewhere(scene: Scene, minimum: int = 1, people: int = 2) -> Session:
    return make_session(
        rota=scene.rota,
        programme=scene.morning.programme,
        starts_at=scene.morning.starts_at,
        title="讲座",
        shifts=[("lead", minimum, people)],
    )


def ask_page(scene: Scene) -> str:
    return text(desk(scene).get(url("ask", scene.morning.pk)))


def bring(client: Client, scene: Scene, part: str) -> str:
    shift = scene.morning.shifts.get().pk
    sent = {"shift": shift, "part": part}
    return text(client.post(url("bring_over", scene.morning.pk), sent, follow=True))


def test_who_is_spared_elsewhere_is_named_and_comes_by_her_word(scene: Scene) -> None:
    lecture = elsewhere(scene)
    for who in (scene.alice, scene.bob):
        place = make_assignment(volunteer=who, shift=lecture.shifts.get())
    page = ask_page(scene)
    for words in ("改一处就能来的人", "讲座", "她走了那边还有 1 人，够", "她电话里答应改来了"):
        assert words in page
    said = bring(desk(scene), scene, f"place-{place.pk}")
    assert f"{scene.bob.name}改到这一场了" in said
    assert (has(scene.morning), has(lecture)) == ({scene.bob.pk}, {scene.alice.pk})


def test_who_would_leave_a_hole_is_named_with_the_way_to_fill_it_first(scene: Scene) -> None:
    lecture = elsewhere(scene, minimum=2)
    for who in (scene.alice, scene.bob):
        make_assignment(volunteer=who, shift=lecture.shifts.get())
    page = ask_page(scene)
    assert "她走了那边缺 1 人" in page and "她电话里答应改来了" not in page
    assert url("part", lecture.pk, scene.alice.pk) in page


def test_who_was_only_asked_there_is_asked_here(scene: Scene) -> None:
    lecture = elsewhere(scene)
    for who in (scene.alice, scene.bob):
        question = make_offer(volunteer=who, shift=lecture.shifts.get())
    assert "改问她这一场" in ask_page(scene)
    said = bring(desk(scene), scene, f"question-{question.pk}")
    assert f"改问{scene.bob.name}这一场了" in said
    assert (waits(scene.morning), waits(lecture)) == ({scene.bob.pk}, {scene.alice.pk})


def test_where_somebody_can_come_nobody_is_moved(scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=elsewhere(scene).shifts.get())
    page = ask_page(scene)
    assert scene.bob.name in page and "改一处就能来的人" not in page


@pytest.mark.parametrize("part", ["", "place-", "place-0", "question-9", "x", "place-" + "9" * 30])
def test_a_part_that_is_none_moves_nobody(scene: Scene, part: str) -> None:
    place = make_assignment(volunteer=scene.alice, shift=elsewhere(scene).shifts.get())
    assert "什么都没有动" in bring(desk(scene), scene, part)
    assert Assignment.objects.get(state="active") == place and not Offer.objects.exists()


def test_nobody_is_brought_from_a_session_of_somebody_else(scene: Scene) -> None:
    foreign = make_session(rota=make_rota(), starts_at=scene.morning.starts_at)
    place = make_assignment(volunteer=scene.alice, shift=foreign.shifts.get())
    assert "什么都没有动" in bring(desk(scene), scene, f"place-{place.pk}")
    stranger = Client()
    stranger.force_login(make_coordinator(organisation=foreign.rota.organisation))
    sent = {"shift": scene.morning.shifts.get().pk, "part": f"place-{place.pk}"}
    assert stranger.post(url("bring_over", scene.morning.pk), sent).status_code == 404
    assert has(foreign) == {scene.alice.pk}


def test_today_says_how_many_could_come_so(scene: Scene) -> None:
    lecture = elsewhere(scene)
    for who in (scene.alice, scene.bob):
        make_assignment(volunteer=who, shift=lecture.shifts.get())
    shift = scene.morning.shifts.get().pk
    page = desk(scene).get(url("repair_fragment", scene.morning.pk), {"shift": shift})
    assert "有 2 位改一处就能来" in text(page)
    make_volunteer(organisation=scene.rota.organisation)
    page = desk(scene).get(url("repair_fragment", scene.morning.pk), {"shift": shift})
    assert "改一处就能来" not in text(page)
