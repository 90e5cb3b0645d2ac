"""The identity number: the check digit, the date, the residence permits of 81, 82 and 83."""

from __future__ import annotations

from datetime import date

import pytest

from backend.volunteers.identity import BadIdentity, check_digit, clean, masked

TODAY = date(2026, 11, 24)


def number(region: str = "350102", born: str = "19650512", serial: str = "122") -> str:
    return (n := f"{region}{born}{serial}") + check_digit(n)


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert check_digit("11010519491231002") == "X"  # the example of GB 11643-1999
    assert check_digit("44052418800101001") == "4"  # its second example


@pytest.mark.parametrize("region", ["350102", "810000", "820000", "830000", "710000"])
def test_people_of_every_region_are_accepted(region: str) -> None:
    assert clean(number(region), today=TODAY) == number(region)


def test_typing_is_forgiven() -> None:
    assert clean(" 110105 19491231 002x ", today=TODAY) == "11010519491231002X"
    assert clean("１１０１０５１９４９１２３１００２Ｘ", today=TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("35010219650512122", "length"),
        ("350102650512122", "length"),
        ("35010219650512A22X", "characters"),
        (number("990102"), "region"),
        (number(born="19650230"), "date"),
        (number(born="20261125"), "date"),
        (number(born="18991231"), "date"),
        (number()[:17] + ("0" if number()[17] != "0" else "1"), "check"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(BadIdentity) as caught:
        clean(text, today=TODAY)
    assert caught.value.facts == {"why": why}


def test_every_single_wrong_digit_is_noticed() -> None:
    right = number()
    for place in range(17):
        for digit in "0123456789":
            if digit != right[place]:
                with pytest.raises(BadIdentity):
                    clean(right[:place] + digit + right[place + 1 :], today=TODAY)


def test_a_masked_number_hides_the_birthday() -> None:
    assert masked("350102196505121226") == "350102************"
    assert masked("K1234567") == "********"
