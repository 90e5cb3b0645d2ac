"""Several days in one field, as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from backend.web.coordinator.days_field import DaysField

FIELD = DaysField(first=date(2026, 11, 30), required=False, max_length=400)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", ()),
        ("12-8", (date(2026, 12, 8),)),
        ("12月10日、12/8，12.9", (date(2026, 12, 8), date(2026, 12, 9), date(2026, 12, 10))),
        ("1-5 12-8 12-8", (date(2026, 12, 8), date(2027, 1, 5))),
        ("2026-12-08,2026年12月9日", (date(2026, 12, 8), date(2026, 12, 9))),
        ("11-29", (date(2027, 11, 29),)),
    ],
)
def test_days_as_people_write_them(text: str, days: tuple[date, ...]) -> None:
    assert FIELD.clean(text) == days


@pytest.mark.parametrize("text", ["明天", "2-30", "13-1", "1700-1-1", "12-8-", "0-0", "九月三日"])
def test_what_is_no_day_is_named(text: str) -> None:
    with pytest.raises(ValidationError, match="不是日期"):
        FIELD.clean(text)


def test_not_too_many() -> None:
    with pytest.raises(ValidationError, match="一次最多"):
        FIELD.clean("，".join(f"1-{day}" for day in range(1, 32)))
