"""Dates, times and ages in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from backend.web.examples.base import at
from backend.words import moments


def test_moments_as_people_say_them() -> None:
    assert moments.when(at(28, 15)) == "11 月 28 日 周六 15:00"
    assert moments.clock(at(25, 9, 5)) == "9:05"
    assert moments.long_day(at(25, 0)) == "11 月 25 日 周三"
    assert moments.long_day(at(25, 0), date(2026, 1, 1)) == "11 月 25 日 周三"
    assert moments.long_day(at(25, 0), date(2027, 1, 1)) == "2026 年 11 月 25 日 周三"
    assert moments.until(at(28, 15), at(28, 16, 30)) == "11 月 28 日 周六 15:00–16:30"
    assert moments.until(at(28, 22), at(29, 1)) == "11 月 28 日 周六 22:00 – 11 月 29 日 周日 1:00"


def test_of_another_year_the_year_is_said() -> None:
    next_year = date(2027, 1, 1)
    assert (
        moments.until(at(28, 15), at(28, 16), next_year) == "2026 年 11 月 28 日 周六 15:00–16:00"
    )
    assert moments.deadline(at(25, 20), now=at(25, 8).replace(year=2025)) == (
        "2026 年 11 月 25 日 周三 20:00"
    )


def test_a_digit_after_chinese_has_a_space_and_a_word_none() -> None:
    assert [f"请在{moments.spaced(by)} 前" for by in ("11 月 28 日", "明天 9:00")] == [
        "请在 11 月 28 日 前",
        "请在明天 9:00 前",
    ]
    with translation.override("en"):
        assert moments.spaced("28 November") == "28 November"


def test_the_citys_clock_counts_and_not_the_servers() -> None:
    assert moments.when(datetime(2026, 11, 27, 17, 30, tzinfo=UTC)) == "11 月 28 日 周六 1:30"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(25, 20), "今晚 20:00"),
        (at(25, 15), "今天 15:00"),
        (at(26, 9), "明天 9:00"),
        (at(28, 15), "11 月 28 日 周六 15:00"),
    ],
)
def test_a_deadline_is_near_in_words_when_it_is_near(moment: datetime, words: str) -> None:
    assert moments.deadline(moment, now=at(25, 8)) == words


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "0 个月"), (20, "20 个月"), (35, "35 个月"), (36, "3 岁"), (38, "3 岁 2 个月")],
)
def test_from_three_years_on_an_age_is_in_years(months: int, words: str) -> None:
    with translation.override("zh-hans"):
        assert moments.months_in_words(months) == words


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "0–6 个月"), (5, "0–6 个月"), (6, "6–12 个月"), (35, "30–36 个月"), (36, "3–4 岁")],
)
def test_who_meets_the_child_is_told_a_band_of_ages(months: int, words: str) -> None:
    with translation.override("zh-hans"):
        assert moments.age_band_in_words(months) == words
