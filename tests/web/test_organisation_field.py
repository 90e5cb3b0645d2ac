"""The list of organisations is the one that Django writes; of many the others are found by name."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse

from backend.organisations.models import Organisation
from backend.web.found_field import SHORT
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
        assert "organisation_find" not in page
        counts.append(len(rendered))
    assert counts[0] == counts[1] > 0


class Chosen(forms.Form):
    organisation = OrganisationField(label="妇联")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].among(Organisation.objects.all())  # type: ignore[attr-defined]


def city_of(villages: int) -> Organisation:
    """A city with a county, two streets and so many villages in each; 幸福村 is in both."""
    city = make_organisation(name="市妇联")
    county = make_organisation(parent=city, name="区妇联")
    for street in ("东街", "西街"):
        above = make_organisation(parent=county, name=f"{street}妇联")
        for n in range(villages):
            make_organisation(parent=above, name=f"{street}第{n}村")
        make_organisation(parent=above, name="幸福村")
    return city


def test_of_a_whole_city_the_highest_are_listed_and_a_village_is_found_by_name() -> None:
    city = city_of(60)
    page = str(Chosen(initial={"organisation": city.pk})["organisation"])
    assert page.count("<option") == SHORT and f'<option value="{city.pk}" selected>' in page
    assert 'name="organisation_find"' in page

    form = Chosen({"organisation": city.pk, "organisation_find": " 东街第59村 "})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["organisation"].name == "东街第59村"


def test_of_several_of_one_name_she_is_asked_which() -> None:
    city = city_of(60)
    form = Chosen({"organisation": city.pk, "organisation_find": "幸福村"})
    assert form.errors == {"organisation": ["叫这个的不止一个，请在上面选好再交"]}
    page = str(form["organisation"])
    assert page.count("<option") == 2 and "幸福村（东街妇联）" in page
    one = Organisation.objects.get(name="幸福村", parent__name="西街妇联")
    chosen = Chosen({"organisation": one.pk, "organisation_find": ""})
    assert chosen.is_valid() and chosen.cleaned_data["organisation"] == one
    assert f'<option value="{one.pk}" selected>' in str(chosen["organisation"])
    by_street = Chosen({"organisation": city.pk, "organisation_find": "西街 幸福村"})
    assert by_street.is_valid() and by_street.cleaned_data["organisation"] == one
    nowhere = Chosen({"organisation": city.pk, "organisation_find": "没有村"})
    assert nowhere.errors == {"organisation": ["没有找到「没有村」，请换个写法"]}


def test_what_is_not_hers_is_not_found() -> None:
    city_of(60)
    other = make_organisation(name="别处妇联")
    form = Chosen({"organisation": "", "organisation_find": "别处妇联"})
    mine = Organisation.objects.exclude(pk=other.pk)
    form.fields["organisation"].among(mine)  # type: ignore[attr-defined]
    assert form.errors == {"organisation": ["没有找到「别处妇联」，请换个写法"]}


@pytest.mark.parametrize("address", ["team", "coordinator:new_rota"])
def test_a_page_of_a_city_writes_no_list_of_all_its_villages(address: str) -> None:
    city = city_of(60)
    client = Client()
    client.force_login(make_coordinator(organisation=city))
    page = client.get(reverse(address)).content.decode()
    assert page.count("村（") < SHORT and 'name="organisation_find"' in page
