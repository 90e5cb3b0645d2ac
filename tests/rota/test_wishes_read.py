"""What the planner reads of a wish: for whom it is, and what the family did not want."""

from __future__ import annotations

import pytest

from backend.bookings.operations import decline_seat, seat_requests
from backend.planning.lines import present, problem_now
from backend.rota.models import Session
from matching import Problem
from tests.factories import NOW, make_assignment, make_child
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


def problem(scene: Scene) -> Problem:
    return problem_now(scene.rota, present(scene.rota.pk), NOW)


def test_a_wish_for_one_child_is_read_with_that_child_alone() -> None:
    scene = make_scene(state="published")
    sister = make_child(scene.wish.family, birth_month="2024-01")
    (asked,) = problem(scene).requests
    assert sorted(asked.children) == sorted(
        child.birth_month for child in scene.wish.family.children.all()
    )
    scene.wish.children.set([sister])
    (asked,) = problem(scene).requests
    assert asked.children == ("2024-01",)


def test_what_she_declined_she_is_not_asked_again() -> None:
    scene = make_scene(state="published")
    session = scene.morning
    make_assignment(volunteer=scene.alice, shift=session.shifts.get())
    assert free_at(scene, session)
    (offered,) = seat_requests(seats=[(scene.wish.pk, session.pk)], actor=None, now=NOW)
    decline_seat(booking_id=offered.pk, actor=scene.wish.family.user, now=NOW)
    assert not free_at(scene, session)
    (asked,) = problem(scene).requests
    assert asked.wants == scene.wish.wants and asked.had == ()


def free_at(scene: Scene, session: Session) -> bool:
    """Whether the planner takes the family to be free while the session lasts."""
    read = problem(scene)
    (asked,) = read.requests
    (span,) = [one.span for one in read.sessions if one.id == f"s{session.pk}"]
    assert span is not None
    return any(start <= span[0] and span[1] <= end for start, end in asked.available)
