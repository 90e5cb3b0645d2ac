"""Templates of one's own: kept from a session, and what a new one begins with."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.common import clock
from backend.programmes.models import Engagement
from backend.rota.models import Session, SessionTemplate
from backend.rota.operations import TemplateRefused, keep_template
from backend.rota.queries.templates import templates_for
from tests.factories import NOW, make_coordinator, make_organisation, make_rota, make_session
from tests.planning.scene import Scene, make_scene
from tests.web.coordinator.test_changes import desk, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Saturday before the rota."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    made = make_scene()
    Engagement.objects.update(minutes=60)
    return made


def kept(session: Session, name: str = "周六亲子课") -> SessionTemplate:
    return keep_template(session_id=session.pk, name=name, actor=None, now=NOW)


def test_a_new_session_begins_with_what_the_template_says(scene: Scene) -> None:
    client = desk(scene)
    client.post(url("keep_template", scene.morning.pk), {"name": "周六亲子课"})
    template = SessionTemplate.objects.get()
    address = url("new_session", scene.rota.pk)
    assert f"?template={template.pk}" in text(client.get(address))
    page = text(client.get(address, {"template": template.pk}))
    for value in ("亲子课", "09:30", "10:30", "10", "5"):
        assert f'value="{value}"' in page
    assert f'<option value="{scene.morning.venue_id}" selected>' in page


def test_the_session_that_it_was_kept_from_may_change(scene: Scene) -> None:
    template = kept(scene.morning)
    Session.objects.filter(pk=scene.morning.pk).update(title="绘本课")
    page = text(desk(scene).get(url("new_session", scene.rota.pk), {"template": template.pk}))
    assert 'value="亲子课"' in page


def test_the_same_name_says_the_newest(scene: Scene) -> None:
    kept(scene.morning)
    again = kept(scene.evening)
    assert (SessionTemplate.objects.count(), again.says["title"]) == (1, "值班")


def test_a_template_is_dropped_where_a_session_begins(scene: Scene) -> None:
    template = kept(scene.morning)
    client = desk(scene)
    here = url("new_session", scene.rota.pk)
    answer = client.post(url("drop_template", template.pk), {"next": here})
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert not SessionTemplate.objects.exists()
    assert client.post(url("drop_template", template.pk)).status_code == 404


def test_those_of_the_organisations_above_are_there_too() -> None:
    city = make_organisation()
    county = make_organisation(parent=city)
    other = make_organisation(parent=city)
    for organisation in (city, county, other):
        session = make_session(rota=make_rota(organisation=organisation))
        kept(session, name=organisation.name)
    Engagement.objects.update(minutes=60)
    assert {one.organisation for one in templates_for(county)} == {city, county}


def test_of_another_organisation_nobody_drops_or_keeps_any(scene: Scene) -> None:
    template = kept(scene.morning)
    stranger = Client()
    stranger.force_login(make_coordinator(organisation=make_organisation()))
    assert stranger.post(url("drop_template", template.pk)).status_code == 404
    answer = stranger.post(url("keep_template", scene.morning.pk), {"name": "我的"})
    assert (answer.status_code, SessionTemplate.objects.count()) == (404, 1)


@pytest.mark.parametrize("name", ["", "  ", "长" * 61])
def test_a_name_that_is_none_is_refused(scene: Scene, name: str) -> None:
    with pytest.raises(TemplateRefused):
        kept(scene.morning, name=name)


def test_what_has_no_time_is_no_template(scene: Scene) -> None:
    Session.objects.filter(pk=scene.morning.pk).update(starts_at=None, ends_at=None)
    with pytest.raises(TemplateRefused):
        kept(scene.morning)
    page = text(desk(scene).get(url("session", scene.morning.pk)))
    assert "存成模板" not in page
