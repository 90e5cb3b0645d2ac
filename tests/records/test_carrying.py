"""A training stays one when its session is copied into another rota, kept as a template, or one of
a weekly series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.programmes.models import Engagement
from backend.records.models import Training
from backend.records.operations import carry_trainings, name_training
from backend.rota.models import Session, SessionSeries, SessionTemplate
from backend.rota.states import AtHome, SessionState
from tests.factories import NOW, make_credential_kind, make_session, make_venue
from tests.planning.scene import Scene, make_scene
from tests.web.coordinator.test_changes import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    made = make_scene()
    Engagement.objects.update(minutes=60)
    kind = make_credential_kind(code="speaker")
    name_training(session_id=made.morning.pk, kind=kind, months=18, actor=made.actor, now=NOW)
    return made


def sent(scene: Scene, page: str, pk: int, query: str = "", **values: Any) -> int:
    client = Client()
    client.force_login(scene.actor)
    return client.post(reverse(f"coordinator:{page}", args=[pk]) + query, values).status_code


def gives(session: Session) -> tuple[str, int | None] | None:
    rows = Training.objects.filter(session=session)
    return rows.values_list("kind__code", "months").first()


def made_since(scene: Scene) -> list[Session]:
    before = (scene.morning.pk, scene.evening.pk)
    return list(Session.objects.exclude(pk__in=before).order_by("starts_at"))


def test_a_copy_gives_what_the_session_gives(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.actor)
    starts = scene.rota.starts_on + timedelta(weeks=scene.rota.weeks)
    values = {
        "name": "下一张",
        "starts_on": starts.isoformat(),
        "weeks": scene.rota.weeks,
        "organisation": scene.rota.organisation_id,
        "source": scene.rota.pk,
    }
    answer = client.post(reverse("coordinator:new_rota"), values)
    assert answer.status_code == 303, answer.content.decode()
    copies = made_since(scene)
    assert [(one.title, gives(one)) for one in copies] == [
        (scene.morning.title, ("speaker", 18)),
        (scene.evening.title, None),
    ]


def test_what_begins_from_a_template_gives_what_it_was_kept_with(scene: Scene) -> None:
    assert sent(scene, "keep_template", scene.morning.pk, name="培训") == 303
    template = SessionTemplate.objects.get()
    values = form_of(None, make_venue().pk, times=2, day=scene.rota.starts_on.isoformat())
    query = f"?template={template.pk}"
    assert sent(scene, "new_session", scene.rota.pk, query, **values) == 303
    made = made_since(scene)
    assert [gives(one) for one in made] == [("speaker", 18)] * 2


def test_what_is_at_a_home_is_no_training_whichever_way_it_is_said(scene: Scene) -> None:
    kind = make_credential_kind(code="mediator")
    home = scene.evening
    Session.objects.filter(pk=home.pk).update(home=AtHome.PLANNED)
    assert sent(scene, "training", home.pk, kind=kind.pk) == 422
    said = {"kind": kind, "months": 6, "actor": scene.actor, "now": NOW}
    name_training(session_id=scene.morning.pk, also=[home.pk], **said)
    assert (gives(scene.morning), gives(home)) == (("mediator", 6), None)
    Engagement.objects.update(at_home=True)  # of the kind of what was a training until now
    copy = make_session(rota=scene.rota, engagement=scene.morning.engagement)
    carried = carry_trainings(of={copy.pk: scene.morning.pk}, actor=scene.actor, now=NOW)
    assert (carried, gives(copy)) == (0, None)
    assert sent(scene, "training", scene.morning.pk) == 303  # it can be put right
    assert not Training.objects.exists()


@pytest.mark.parametrize("also", [True, False])
def test_the_later_ones_of_a_series_give_the_same_when_she_says_so(
    scene: Scene, also: bool
) -> None:
    series = SessionSeries.objects.create(rota=scene.rota)
    begins = scene.morning.starts_at
    assert begins is not None
    later = make_session(rota=scene.rota, starts_at=begins + timedelta(days=1), series=series)
    off = make_session(
        rota=scene.rota,
        starts_at=begins + timedelta(days=1, hours=3),
        series=series,
        state=SessionState.CANCELLED,
    )
    Session.objects.filter(pk=scene.morning.pk).update(series=series)
    kind = make_credential_kind(code="mediator")
    values = {"kind": kind.pk, "months": "6"} | ({"also": "on"} if also else {})
    assert sent(scene, "training", scene.morning.pk, **values) == 303
    assert gives(scene.morning) == ("mediator", 6)
    assert (gives(later), gives(off)) == (("mediator", 6) if also else None, None)
    assert sent(scene, "training", scene.morning.pk, also="on") == 303
    assert not Training.objects.exists()
