"""Of a city's venues the first are listed, the one that stands there, and the others are found by
name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.places.models import Venue
from backend.web.found_field import SHORT
from backend.web.venue_field import VenueField
from tests.factories import make_division, make_venue

pytestmark = pytest.mark.django_db
STREETS = (("350102001", "东街街道"), ("350102002", "南街街道"))


class Chosen(forms.Form):
    venue = VenueField(label="点位", empty_label="请选择")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Venue.objects.select_related("street").order_by("street_id", "name")
        self.fields["venue"].among(rows, self.initial.get("venue"))  # type: ignore[attr-defined]


def city_of(venues: int) -> Venue:
    """So many in each of two streets, a 文化站 among them; the last one."""
    for code, name in STREETS:
        street = make_division(code=code, name=name)
        Venue.objects.bulk_create(
            Venue(name=f"点{n}号", street=street, latitude=26.0, longitude=119.0)
            for n in range(venues)
        )
        last = make_venue(name="文化站", street=street)
    return last


def test_of_a_city_a_page_lists_the_first_and_the_one_that_stands_there() -> None:
    last = city_of(SHORT)
    page = str(Chosen(initial={"venue": last.pk})["venue"])
    assert page.count("<option") == SHORT + 2  # with 请选择 and hers
    assert f'<option value="{last.pk}" selected>文化站（南街街道）' in page
    assert 'name="venue_find"' in page and " required" not in page


def test_a_county_has_a_list_and_nothing_to_write() -> None:
    city_of(3)
    page = str(Chosen()["venue"])
    assert page.count("<option") == 9 and "venue_find" not in page and " required" in page


def test_one_is_found_by_name_and_street_and_is_found_again_when_the_form_comes_back() -> None:
    last = city_of(SHORT)
    form = Chosen({"venue": "", "venue_find": "南街 文化站"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["venue"] == last
    shown = str(form["venue"])
    assert f'<option value="{last.pk}" selected>' in shown and 'value="南街 文化站"' not in shown
    several = Chosen({"venue": "", "venue_find": "文化站"})
    assert several.errors == {"venue": ["叫这个的不止一个，请在上面选好再交"]}
    assert str(several["venue"]).count("<option") == 3 and 'value="文化站"' not in str(
        several["venue"]
    )
    assert list(Chosen({"venue": "", "venue_find": ""}).errors) == ["venue"]


def test_a_thousand_cost_no_more_statements_than_a_hundred() -> None:
    counts = []
    for more in (SHORT, 500):
        last = city_of(more)
        with CaptureQueriesContext(connection) as captured:
            str(Chosen(initial={"venue": last.pk})["venue"])
        counts.append(len(captured))
    assert counts == [2, 2]


def test_what_is_chosen_after_a_name_was_found_counts() -> None:
    city_of(SHORT)
    form = Chosen({"venue": "", "venue_find": "南街 文化站"})
    assert form.is_valid()
    box = re.search(r'<input type="search"[^>]*>', str(form["venue"]))
    assert box and " value=" not in box[0]  # the form is shown again because of another field
    other = Venue.objects.order_by("pk").first()
    assert other
    again = Chosen({"venue": str(other.pk), "venue_find": ""})
    assert again.is_valid() and again.cleaned_data["venue"] == other


def test_an_exact_name_is_found_however_many_others_have_it_in_theirs() -> None:
    city_of(3)
    street = make_division(code="350102001", name="东街街道")
    Venue.objects.bulk_create(
        Venue(name=f"{n:03}活动室", street=street, latitude=26.0, longitude=119.0)
        for n in range(2 * SHORT)
    )
    one = make_venue(name="活动室", street=street)
    form = Chosen({"venue": "", "venue_find": "活动室"})
    assert form.is_valid() and form.cleaned_data["venue"] == one
