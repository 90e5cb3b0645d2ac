"""What the desk reads of people's answers: a yes is shown as one while it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.planning.operations import publish_proposal
from backend.planning.queries.proposal import answers, latest_answers
from backend.planning.queries.spoken import answered, unanswered
from backend.planning.queries.today import rotas_here
from backend.rota.models import Assignment, Offer, Session
from backend.rota.operations import accept_offer, withdraw_assignment
from tests.factories import NOW, at, make_coordinator, make_offer, make_rota
from tests.planning.scene import Scene, make_scene
from tests.rota.test_asked_again import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """Alice and Bob were asked by a plan, and Alice has said yes."""
    scene = make_scene()
    publish_proposal(proposal_id=scene.proposal().pk, actor=scene.actor, now=NOW)
    accept_offer(offer_id=Offer.objects.get(volunteer=scene.alice).pk, actor=None, now=NOW)
    return scene


def words(scene: Scene) -> list[tuple[str, str]]:
    """On the page of today."""
    sessions = Session.objects.filter(rota=scene.rota)
    return [(one.name, one.word) for one in answered(sessions, NOW + timedelta(hours=1)).rows]


def counted(scene: Scene) -> dict[str, int]:
    """On the page of the plan, those that are any."""
    proposal = scene.rota.proposals.get()
    return {state: n for state, n in answers(proposal).items() if n}


def newest(scene: Scene) -> list[str]:
    return [offer.volunteer.name for offer in latest_answers(scene.rota.proposals.get())]


def test_a_yes_is_counted_and_named(scene: Scene) -> None:
    assert words(scene) == [("陈秀英", "accepted")]
    assert counted(scene) == {"accepted": 1, "pending": 1, "all": 2}
    assert newest(scene) == ["陈秀英"]


def test_who_gave_her_place_back_is_not_one_who_comes(scene: Scene) -> None:
    withdraw_assignment(assignment_id=Assignment.objects.get().pk, actor=None, now=NOW)
    assert words(scene) == [("陈秀英", "withdrawn")]
    assert counted(scene) == {"lapsed": 1, "pending": 1, "all": 2}
    assert newest(scene) == []


def test_a_yes_to_the_old_time_is_none_to_the_new_one(scene: Scene) -> None:
    begins = at("2026-12-06 14:00")
    change(scene.morning, starts_at=begins, ends_at=begins + timedelta(hours=1))
    assert words(scene) == []
    assert counted(scene) == {"lapsed": 1, "pending": 1, "all": 2}
    assert newest(scene) == []


def test_who_was_spared_the_question_has_not_just_answered_it(scene: Scene) -> None:
    """Changed and changed back before she said anything: her first yes stands, and is the last."""
    old = scene.morning.starts_at
    assert old is not None
    for begins in (at("2026-12-06 14:00"), old):
        change(scene.morning, starts_at=begins, ends_at=begins + timedelta(hours=1))
    assert words(scene) == [("陈秀英", "accepted")]
    assert counted(scene) == {"accepted": 1, "pending": 1, "all": 2}


def test_a_rota_is_over_when_its_last_day_is_in_the_city() -> None:
    rota = make_rota(starts_on=at("2026-11-16 00:00").date(), state="published")
    user = make_coordinator(organisation=rota.organisation)
    after_midnight = at(f"{rota.ends_on} 00:30")
    assert rotas_here(user, after_midnight - timedelta(hours=1)) == [rota]
    assert rotas_here(user, after_midnight) == []


def test_what_is_answered_by_one_moment_is_called_in_the_order_of_time() -> None:
    scene = make_scene(state="published")
    later = make_offer(volunteer=scene.bob, shift=scene.evening.shifts.get())
    sooner = make_offer(volunteer=scene.alice, shift=scene.morning.shifts.get())
    assert later.answer_by == sooner.answer_by
    rows = unanswered(Session.objects.filter(rota=scene.rota), NOW).rows
    assert [offer.pk for offer in rows] == [sooner.pk, later.pk]
