"""Sentences of the day and of the desk that are true only of some days: nothing planned, half
answered, more children than people, a session that nobody opened."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.rota.models import Session
from backend.words.terms import session_state
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
CALM = "七天里的场次都有人，安心。"


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("nothing", "七天里没有要办的场次。"),
        ("asked", "没有缺的，1 人还在等回复。"),
        ("crowded", "岗位都有人，只是有的场次孩子比人手多。"),
        ("people", CALM),
    ],
)
def test_the_day_is_calm_only_where_everybody_has_said_yes(there: str, said: str) -> None:
    rota = make_rota(state="published")
    client = Client()
    client.force_login(make_coordinator(organisation=rota.organisation))
    if there != "nothing":
        session = make_session(rota=rota, starts_at=at("2026-12-01 09:30"), seats=(0, 9, 2))
        act = make_offer if there == "asked" else make_assignment
        act(volunteer=make_volunteer(), shift=session.shifts.get())
        if there == "crowded":
            Session.objects.filter(pk=session.pk).update(seats_taken=5)
    page = re.sub(r"\s+", " ", client.get(reverse("coordinator:today")).content.decode())
    assert said in page and (said == CALM or CALM not in page)


def test_a_session_whose_time_has_come_and_that_nobody_opened_is_not_planned_any_more() -> None:
    session = make_session(starts_at=at("2026-11-28 11:30"), state="planned")
    assert session_state(session, NOW) == "时间到了，没有开放"
    session.state = "open"
    assert session_state(session, NOW) == "正在进行"
