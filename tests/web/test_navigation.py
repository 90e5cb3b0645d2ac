"""Every tab leads somewhere, and what is announced as coming is not there yet."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

from backend.web.navigation import COMING, PLACES, places


@pytest.mark.parametrize("audience", sorted(PLACES))
def test_every_place_has_its_page(audience: str) -> None:
    found = places(audience)
    assert len(found) == sum(place.url_name not in COMING for place in PLACES[audience])
    assert all(address.startswith("/") for _, address in found)


@pytest.mark.parametrize("name", sorted(COMING))
def test_what_is_coming_is_named_by_a_place_and_has_no_page_yet(name: str) -> None:
    assert name in {place.url_name for places in PLACES.values() for place in places}
    with pytest.raises(NoReverseMatch):
        reverse(name)
