"""The list of organisations is the one that Django writes, whatever its length."""

from __future__ import annotations

import pytest
from django import forms
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse

from backend.organisations.models import Organisation
from backend.web.organisation_field import OrganisationField
from tests.factories import make_coordinator, make_organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("chosen", [0, 1, None])
def test_it_reads_as_a_list_of_django_does(chosen: int | None) -> None:
    rows = [make_organisation(name=name) for name in ("甲 & 乙", "丙")]
    field = OrganisationField(label="妇联")
    field.among(Organisation.objects.all())
    value = None if chosen is None else rows[chosen].pk
    ours = field.widget.render("organisation", value, {"id": "id_it", "required": True})
    plain = forms.Select(choices=field.choices)
    theirs = plain.render("organisation", value, {"id": "id_it", "required": True})
    assert tight(ours) == tight(theirs)


def tight(html: str) -> list[str]:
    return html.replace(">", "> ").replace("<", " <").split()


def test_a_longer_list_renders_no_more_templates() -> None:
    city = make_organisation()
    client = Client()
    client.force_login(make_coordinator(organisation=city))
    counts = []
    for _ in range(2):
        for _ in range(3):
            make_organisation(parent=city)
        rendered: list[object] = []

        def note(sender: object, rendered: list[object] = rendered, **_: object) -> None:
            rendered.append(sender)

        template_rendered.connect(note)
        page = client.get(reverse("team")).content.decode()
        template_rendered.disconnect(note)
        assert page.count("<option") >= Organisation.objects.count()
        counts.append(len(rendered))
    assert counts[0] == counts[1] > 0
