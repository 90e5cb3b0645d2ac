"""Two plans of a rota side by side: what each has that the other has not, and the figures."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.access import queries as access
from backend.planning.queries import comparing
from backend.planning.queries.comparing import by_person, by_session, lines_now, lines_of_proposal
from backend.rota.models import Session
from matching import Plan
from tests.factories import make_assignment, make_session, make_volunteer
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene(state="published")


def the_other_way_round(scene: Scene) -> Plan:
    """Bob in the morning, nobody in the evening, no family."""
    (first,) = scene.morning.shifts.all()
    return Plan(((f"v{scene.bob.pk}", f"h{first.pk}"),), ())


def compared(scene: Scene, a: comparing.PlanLines, b: comparing.PlanLines) -> comparing.TwoPlans:
    return comparing.compare(a, b, access.sessions_seen(scene.actor, scene.rota))


def test_each_has_what_the_other_has_not(scene: Scene) -> None:
    first = scene.proposal()
    second = scene.proposal(the_other_way_round(scene))
    found = compared(scene, lines_of_proposal(first), lines_of_proposal(second))
    morning = scene.morning.shifts.get().pk
    evening = scene.evening.shifts.get().pk
    assert found.posts == (
        {(scene.alice.pk, morning), (scene.bob.pk, evening)},
        {(scene.bob.pk, morning)},
    )
    assert found.seats == ({(scene.wish.pk, scene.morning.pk)}, frozenset())
    assert found.people == {scene.alice.pk, scene.bob.pk}
    assert found.sessions == {scene.morning.pk, scene.evening.pk}


def test_the_figures_count_places_people_missing_load_and_families(scene: Scene) -> None:
    first = scene.proposal()
    second = scene.proposal(the_other_way_round(scene))
    found = compared(scene, lines_of_proposal(first), lines_of_proposal(second))
    a, b = found.a, found.b
    assert (a.places, a.people, a.missing, a.most, a.families) == (2, 2, 0, 1, 1)
    assert (b.places, b.people, b.missing, b.most, b.families) == (1, 1, 1, 1, 0)


def test_the_way_is_counted_one_way_in_minutes(scene: Scene) -> None:
    far = make_volunteer(point=(26.2, 119.3))
    make_assignment(volunteer=far, shift=scene.morning.shifts.get())
    found = compared(scene, lines_now(scene.rota), lines_of_proposal(scene.proposal()))
    home = (far.latitude, far.longitude)
    place = (scene.morning.latitude, scene.morning.longitude)
    minutes = comparing.travel_minutes(comparing.Travel(), home, place)
    assert minutes > 0
    assert (found.a.minutes, found.a.farthest) == (minutes, minutes)


def test_without_anybody_there_is_no_way(scene: Scene) -> None:
    found = compared(scene, lines_now(scene.rota), lines_now(scene.rota))
    assert (found.a.places, found.a.minutes, found.a.farthest) == (0, None, None)
    assert not found.people and not found.sessions


def test_what_people_have_now_is_a_plan_like_another(scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    found = compared(scene, lines_now(scene.rota), lines_of_proposal(scene.proposal()))
    assert found.posts == (frozenset(), {(scene.bob.pk, scene.evening.shifts.get().pk)})


def test_by_person_and_by_session(scene: Scene) -> None:
    first = scene.proposal()
    second = scene.proposal(the_other_way_round(scene))
    found = compared(scene, lines_of_proposal(first), lines_of_proposal(second))
    people, pages = by_person(found, 1)
    role = scene.morning.shifts.get().role.name
    turns = {turn.volunteer: (turn.lost, turn.gained) for turn in people}
    assert pages == 1 and turns == {
        scene.alice.pk: ([(scene.morning, role)], []),
        scene.bob.pk: ([(scene.evening, role)], [(scene.morning, role)]),
    }
    sessions, pages = by_session(found, 1)
    assert pages == 1 and [turn.session for turn in sessions] == [scene.morning, scene.evening]
    morning, evening = sessions
    assert [name for _, name, _ in morning.lost] == [scene.alice.name]
    assert [name for _, name, _ in morning.gained] == [scene.bob.name]
    assert (morning.seats_lost, morning.seats_gained) == (1, 0)
    assert [name for _, name, _ in evening.lost] == [scene.bob.name] and not evening.gained


def test_of_sessions_that_she_does_not_see_she_learns_nothing(scene: Scene) -> None:
    lines = lines_of_proposal(scene.proposal())
    part = Session.objects.filter(pk=scene.evening.pk)
    found = comparing.compare(lines_now(scene.rota), lines, part)
    assert found.people == {scene.bob.pk} and not found.seats[1]
    assert (found.b.places, found.b.families) == (1, 0)


def test_as_many_statements_for_many_sessions_as_for_one(scene: Scene) -> None:
    def statements() -> int:
        proposal = scene.proposal()
        with CaptureQueriesContext(connection) as asked:
            found = compared(scene, lines_now(scene.rota), lines_of_proposal(proposal))
            by_person(found, 1)
            by_session(found, 1)
        return len(asked)

    statements()  # what is read once of whoever looks
    few = statements()
    for _ in range(5):
        make_assignment(
            volunteer=make_volunteer(organisation=scene.rota.organisation),
            shift=make_session(rota=scene.rota).shifts.get(),
        )
    assert statements() == few


def test_a_session_that_only_one_of_them_knew_of_is_counted_apart(scene: Scene) -> None:
    first = scene.proposal()
    new = make_session(rota=scene.rota)
    make_assignment(volunteer=make_volunteer(), shift=new.shifts.get())
    second = scene.proposal()
    found = compared(scene, lines_of_proposal(first), lines_of_proposal(second))
    assert (found.apart, found.posts) == (1, (frozenset(), frozenset()))
    assert (found.a.missing, found.b.missing) == (0, 0)
    beside = compared(scene, lines_now(scene.rota), lines_of_proposal(second))
    assert beside.apart == 0 and beside.a.places == 1
