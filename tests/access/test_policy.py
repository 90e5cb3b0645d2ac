"""What someone oversees, by paths and codes alone."""

from __future__ import annotations

import pytest

from backend.access.policy import Area, Sight, sight_of

CITY = ("1.", None, 1)
COUNTY = ("1.14.", "350102", 2)
STREET = ("1.14.20.", "350102001", 3)
VILLAGE = ("1.14.20.30.", "350102001005", 4)
OTHER = ("1.15.", "350103", 2)


@pytest.mark.parametrize(
    ("code", "county", "street", "held"),
    [
        ("", "350102", "", True),
        ("350102", "350102", "", True),
        ("350102", "350103", "350102001", False),
        ("350102001", "350102", "350102001", True),
        ("350102001", "350102", "", False),
        ("350102001005", "350102", "350102001", True),
        ("350102001005", "350102", "350102002", False),
    ],
)
def test_an_area_is_a_county_or_a_street_and_a_village_works_in_its_street(
    code: str, county: str, street: str, held: bool
) -> None:
    assert Area("1.", code).holds(county, street) is held


def test_of_organisations_in_each_other_the_outermost_counts() -> None:
    assert sight_of([STREET, COUNTY, VILLAGE]).paths == ("1.14.",)
    assert sight_of([STREET, OTHER]).paths == ("1.14.20.", "1.15.")


def test_an_organisation_below_the_city_without_a_division_has_no_area() -> None:
    assert sight_of([CITY]).areas == (Area("1.", ""),)
    assert sight_of([("1.16.", None, 2)]).areas == ()
    assert sight_of([COUNTY]).areas == (Area("1.14.", "350102"),)


def test_she_sees_whole_what_lies_under_hers_and_of_what_lies_above_her_area() -> None:
    hers = sight_of([STREET])
    assert (hers.whole("1.14.20.30."), hers.whole("1.14."), hers.whole("1.15.")) == (
        True,
        False,
        False,
    )
    assert (hers.below("1.14."), hers.below("1.15."), hers.below("1.14.20.30.")) == (
        True,
        False,
        False,
    )
    assert hers.areas_below("1.") == [Area("1.14.20.", "350102001")]
    assert hers.areas_below("1.15.") == []


@pytest.mark.parametrize(
    ("keeper", "street", "organisers", "seen"),
    [
        ("1.14.20.", "", (), True),  # hers
        ("1.", "350102001", (), True),  # the city's, in her street
        ("1.", "350102002", (), False),
        ("1.15.", "350102001", (), False),  # another county's rota, though in her street
        ("1.15.", "", ("1.16.", "1.14.20.30."), True),  # one of hers helps to run it
        ("1.15.", "", ("1.14.",), False),
    ],
)
def test_a_session_is_seen_by_keeper_place_or_organiser(
    keeper: str, street: str, organisers: tuple[str, ...], seen: bool
) -> None:
    assert sight_of([STREET]).session(keeper, "350102", street, organisers) is seen
    assert Sight().session(keeper, "350102", street, organisers) is False
