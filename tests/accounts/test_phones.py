"""Phone numbers are stored in one form, found by a keyed hash and shown masked."""

from __future__ import annotations

import pytest

from backend.accounts import phones


@pytest.mark.parametrize(
    "text", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"]
)
def test_a_mobile_has_one_form(text: str) -> None:
    assert phones.clean(text) == "13800138000"


def test_a_landline_keeps_its_area_code() -> None:
    assert phones.clean("0591-87654321") == "059187654321"
    assert phones.masked("059187654321") == "********4321"


@pytest.mark.parametrize(
    "text", ["", "12345", "1380013800", "abc", "+1 650 253 0000", "138001380001"]
)
def test_what_is_no_number_of_ours_is_refused(text: str) -> None:
    with pytest.raises(phones.BadPhone):
        phones.clean(text)


def test_a_number_is_shown_masked_and_found_by_hash() -> None:
    assert phones.masked("13800138000") == "138****8000"
    assert phones.index("13800138000") == phones.index(phones.clean("138 0013 8000"))
