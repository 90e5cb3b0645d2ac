"""The families of a session in numbers: whoever came is not left out, and nothing is said to be
ahead that is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.rota.models import Session
from tests.factories import NOW, make_booking, make_family
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


def shown(scene: Scene) -> str:
    client = Client()
    client.force_login(scene.actor)
    page = client.get(reverse("coordinator:session", args=[scene.morning.pk])).content.decode()
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
