"""Numbers, days and texts are read in one way, and what cannot be meant is nothing."""

from __future__ import annotations

from datetime import date

import pytest

from backend.common.reading import day, key, keys, line, paragraphs, whole_number


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "²", "٣", "1e3", " 1", str(2**63), "9" * 5000, None]
)
def test_no_key(text: str | None) -> None:
    assert key(text) is None


def test_keys_up_to_what_a_column_holds() -> None:
    assert keys(["1", "x", str(2**63 - 1)]) == [1, 2**63 - 1]
    assert (whole_number("0"), whole_number("7", high=6)) == (0, None)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "2026-02-30", "20261205", "x", None])
def test_no_day(text: str | None) -> None:
    assert day(text) is None


def test_a_day() -> None:
    assert day("2026-12-05") == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("一\r\n二", "一 二"),
        ("\u202eabc", "abc"),
        ("\u200b\u3164", ""),
        ("a\0b", "ab"),
        (" 小 满 ", "小 满"),
    ],
)
def test_a_line_is_what_people_see(text: str, seen: str) -> None:
    assert line(text) == seen


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("一\r\n二\u200b\n") == "一\n二"
