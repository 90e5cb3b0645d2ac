"""How likely people come, from how they answered before: near answers count more, nobody far from
everybody's mean, and not hers if she does not want it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from backend.planning import chances
from backend.planning.chances import (
    BACK,
    FEWEST,
    FLOOR,
    HALF,
    TOP,
    Answer,
    Learned,
    answers,
    learned,
    likely,
    notice,
    with_chances,
)
from backend.planning.lines import present, problem_now
from backend.planning.operations import (
    finish_run,
    keep_problem,
    lease_run,
    request_run,
    request_what_if,
)
from backend.planning.packing import pack_problem
from backend.planning.what_if import WhatIf, problem_of_run
from backend.rota.models import Offer, Rota, Session
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import count_answers
from matching import Problem, check, forecast
from tests.factories import NOW, make_assignment, make_offer, make_rota, make_session
from tests.planning.scene import Scene, make_scene

DAY = timedelta(days=1)
GROUP = ("class", 1)


def answered(who: int, came: Iterable[bool], at: datetime = NOW) -> list[Answer]:
    return [Answer(who, GROUP, one, at) for one in came]


def test_half_of_the_weight_is_gone_after_half_a_year() -> None:
    known = learned(answered(1, [True] * 10, NOW - HALF))
    assert known.known(NOW) == pytest.approx(5)
    assert known.known(NOW - HALF) == 10


def test_a_person_is_near_the_mean_until_she_has_answered_often() -> None:
    crowd = [answer for who in range(100, 140) for answer in answered(who, [True, True, False])]
    once = learned([*crowd, *answered(1, [False])])
    often = learned([*crowd, *answered(1, [False] * 12)])
    mean = once.mean(GROUP, NOW)
    assert 0.6 < mean < 0.7
    assert mean - 0.15 < once.chance(1, mean, NOW) < mean
    assert often.chance(1, often.mean(GROUP, NOW), NOW) == FLOOR
    assert once.chance(999, mean, NOW) == mean


def test_nobody_is_certain_and_nobody_counts_for_less_than_the_floor() -> None:
    for came in (True, False):
        known = learned(answered(1, [came] * 200))
        assert known.chance(1, known.mean(GROUP, NOW), NOW) == (TOP if came else FLOOR)


def test_a_group_without_answers_of_its_own_is_like_all() -> None:
    known = learned(answered(1, [True, False] * 20))
    assert known.mean(("talk", 0), NOW) == pytest.approx(0.5)
    assert Learned().mean(GROUP, NOW) == 0.5


@pytest.mark.parametrize(("days", "much"), [(1, 0), (3, 0), (4, 1), (14, 1), (15, 2), (None, 2)])
def test_notice_is_short_longer_or_long(days: int | None, much: int) -> None:
    assert notice(NOW, None if days is None else NOW + days * DAY) == much


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def asked(scene: Scene, her: Volunteer, state: str, *, came: bool | None = None) -> Session:
    """A question of before, answered a month ago."""
    before = Rota.objects.filter(name="before").first() or make_rota(
        organisation=scene.rota.organisation,
        starts_on=scene.rota.starts_on - timedelta(weeks=6),
        state="published",
        name="before",
    )
    past = make_session(rota=before, starts_at=NOW - 20 * DAY, state="done")
    (shift,) = past.shifts.all()
    make_offer(shift=shift, volunteer=her, state=state)
    Offer.objects.filter(session=past).update(made_at=NOW - 30 * DAY, answered_at=NOW - 29 * DAY)
    if state == "accepted":
        there = make_assignment(shift=shift, volunteer=her, state="done")
        there.attended = came
        there.save()
    return past


def test_what_counts_as_coming(scene: Scene) -> None:
    """Saying yes and being there, or nobody having said that she was not; a question that was
    taken back says nothing."""
    alice, bob = scene.alice, scene.bob
    asked(scene, alice, "accepted", came=True)
    asked(scene, alice, "accepted", came=None)
    asked(scene, alice, "accepted", came=False)
    asked(scene, alice, "declined")
    asked(scene, bob, "expired")
    asked(scene, bob, "withdrawn")
    asked(scene, bob, "pending")
    found = list(answers(Volunteer.objects.all(), NOW))
    hers = sorted(one.came for one in found if one.volunteer == alice.pk)
    assert hers == [False, False, True, True]
    assert [one.came for one in found if one.volunteer == bob.pk] == [False]
    assert {one.group[1] for one in found} == {1}


def much_known(scene: Scene) -> None:
    for _ in range(24):
        asked(scene, scene.alice, "accepted", came=True)
        asked(scene, scene.bob, "declined")


def planned(scene: Scene) -> Problem:
    run = scene.running()[0]
    return with_chances(problem_now(scene.rota, present(scene.rota.pk), NOW), run, NOW)


def test_with_few_answers_everybody_counts_as_if_she_came(scene: Scene) -> None:
    asked(scene, scene.bob, "declined")
    assert not planned(scene).unsure


def test_a_large_rota_is_planned_as_if_everybody_came(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    much_known(scene)
    monkeypatch.setattr(chances, "MOST_PAIRS", 1)
    assert not planned(scene).unsure


def test_a_plan_reckons_with_answers_unless_she_does_not_want_it(scene: Scene) -> None:
    much_known(scene)
    problem = planned(scene)
    of = {v.id: v.asks for v in problem.volunteers}
    alice, bob = (f"v{her.pk}" for her in (scene.alice, scene.bob))
    assert of[alice] > 0.8
    assert of[bob] == FLOOR
    count_answers(volunteer_id=scene.alice.pk, counted=False, actor=None, now=NOW)
    scene.rota.runs.all().delete()
    for _ in range(FEWEST):  # hers are not looked at any more
        asked(scene, scene.bob, "declined")
    assert {v.id: v.asks for v in planned(scene).volunteers}[alice] < of[alice] - 0.2


def test_a_yes_counts_whole_and_an_open_question_fades(scene: Scene) -> None:
    much_known(scene)
    (first,), (second,) = scene.morning.shifts.all(), scene.evening.shifts.all()
    make_assignment(shift=first, volunteer=scene.bob)
    make_offer(shift=second, volunteer=scene.alice)
    Offer.objects.filter(shift=second).update(made_at=NOW - DAY, answer_by=NOW + DAY)
    of = {v.id: v for v in planned(scene).volunteers}
    bob, alice = of[f"v{scene.bob.pk}"], of[f"v{scene.alice.pk}"]
    assert (bob.asks_of or {})[f"h{first.pk}"] == 1
    assert (alice.asks_of or {})[f"h{second.pk}"] == pytest.approx(0.8 * alice.asks, abs=0.01)


def proposed(scene: Scene) -> int:
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    attempt = lease_run(run_id=run.pk, now=NOW)
    assert attempt is not None
    problem = problem_of_run(run, NOW)
    keep_problem(run_id=run.pk, attempt=attempt, problem=pack_problem(problem), now=NOW)
    proposal = finish_run(run_id=run.pk, attempt=attempt, plan=scene.plan(), bound=0, now=NOW)
    assert proposal.parts == check(problem, scene.plan()).cost
    seen = forecast(problem, scene.plan())
    assert proposal.facts["likely"] == likely(problem, scene.plan())
    assert proposal.facts["likely"]["holes"] == round(seen.holes, 2)
    return proposal.pk


def test_the_coordinator_reads_how_sure_the_plan_on_the_page_is(
    scene: Scene, client: Client
) -> None:
    much_known(scene)
    pk = proposed(scene)
    client.force_login(scene.actor)
    page = client.get(reverse("coordinator:proposal", args=[pk])).content.decode()
    assert "能补满的把握" in page
    assert "<b>50%</b>" in page  # Bob alone in the evening


def test_nothing_is_said_where_nothing_is_estimated(scene: Scene, client: Client) -> None:
    pk = scene.proposal().pk
    client.force_login(scene.actor)
    page = client.get(reverse("coordinator:proposal", args=[pk])).content.decode()
    assert "能补满的把握" not in page


def test_she_turns_it_off_on_her_own_page(scene: Scene, client: Client) -> None:
    assert scene.alice.user
    client.force_login(scene.alice.user)
    page = client.get(reverse("volunteer:me")).content.decode()
    assert "谁也不会因此被排除在外" in page
    for answer, kept in (("no", False), ("", False), ("yes", True)):
        client.post(reverse("volunteer:counting"), {"counted": answer})
        scene.alice.refresh_from_db()
        assert scene.alice.by_answers is kept


def test_calibration_sets_what_was_said_beside_what_came(scene: Scene) -> None:
    out = StringIO()
    call_command("calibration", stdout=out)
    assert "nothing is estimated" in out.getvalue()
    much_known(scene)
    out = StringIO()
    call_command("calibration", stdout=out)
    assert "Brier 0." in out.getvalue()


def test_what_somebody_who_objects_answered_counts_for_nobody(scene: Scene) -> None:
    for _ in range(40):
        asked(scene, scene.alice, "accepted", came=True)
        asked(scene, scene.bob, "declined")
    count_answers(volunteer_id=scene.bob.pk, counted=False, actor=None, now=NOW)
    assert min(her.asks for her in planned(scene).volunteers) > 0.9  # Alice alone, who always came


def test_what_was_asked_long_ago_says_nothing(scene: Scene) -> None:
    for _ in range(FEWEST):
        asked(scene, scene.alice, "declined")
    Offer.objects.update(made_at=NOW - BACK)
    assert not planned(scene).unsure


def test_only_a_question_that_is_left_open_fades_below_the_floor(scene: Scene) -> None:
    much_known(scene)
    (shift,) = scene.evening.shifts.all()
    make_offer(shift=shift, volunteer=scene.bob)
    offers = Offer.objects.filter(shift=shift)
    offers.update(made_at=NOW - 9 * DAY, answer_by=NOW + timedelta(minutes=1))
    bob = planned(scene).volunteer_of[f"v{scene.bob.pk}"]
    assert bob.asks >= FLOOR
    assert bob.asks_of and max(bob.asks_of.values()) < FLOOR


def test_who_is_made_up_is_as_likely_to_come_as_anybody(scene: Scene) -> None:
    much_known(scene)
    run = request_what_if(
        rota_id=scene.rota.pk,
        asked=WhatIf(more=1, home=(26.1, 119.3)),
        seconds_limit=5,
        actor=scene.actor,
        now=NOW,
    )
    of = problem_of_run(run, NOW).volunteer_of
    assert FLOOR <= of["v-1"].asks < 1
