"""The families of a session in numbers: whoever came is not left out, and nothing is said to be
ahead that is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.rota.models import Session, Shift
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_family,
    make_session,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def shown(scene: Scene, session: int = 0) -> str:
    client = Client()
    client.force_login(scene.actor)
    page = client.get(
        reverse("coordinator:session", args=[session or scene.morning.pk])
    ).content.decode()
    return re.sub(r"\s+", " ", page)


def test_those_who_came_those_who_did_not_and_those_of_whom_nobody_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    scene = make_scene(state="published")
    for state in ("attended", "attended", "absent", "confirmed"):
        make_booking(family=make_family(), session=scene.morning, state=state)
    page = shown(scene)
    assert "，1 家约好了" in page and "，2 家到了" in page and "，1 家没来" in page
    Session.objects.filter(pk=scene.morning.pk).update(
        starts_at=NOW - timedelta(hours=3), ends_at=NOW - timedelta(hours=2)
    )
    page = shown(scene)
    assert "，1 家约好的，来没来还没有记" in page and "家约好了" not in page


@pytest.mark.parametrize(
    ("minders", "says"),
    [(1, "（人手够时最多 8 个）"), (2, "8 个位子"), (0, "（人手够时最多 8 个）")],
)
def test_more_seats_are_promised_only_where_more_people_are_wanted(
    monkeypatch: pytest.MonkeyPatch, minders: int, says: str
) -> None:
    """The room would hold twelve, and nobody looks for a third person."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    scene = make_scene(state="published")
    session = make_session(
        rota=scene.morning.rota, shifts=(("minder", 1, 2), ("door", 1, 4)), seats=(2, 12, 4)
    )
    Shift.objects.filter(session=session, role__code="door").update(carries_seats=False)
    for _ in range(minders):
        make_assignment(volunteer=make_volunteer(), shift=session.shifts.get(role__code="minder"))
    page = shown(scene, session.pk)
    assert says in page and "最多 12 个" not in page
    assert ("人手够时" in page) is (minders < 2)
    Session.objects.filter(pk=session.pk).update(starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR)
    assert "人手够时" not in shown(scene, session.pk)
