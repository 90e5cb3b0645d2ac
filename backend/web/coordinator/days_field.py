"""Several days in one field, written as people write them: 12-8，12月10日、2026-12-15."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backend.common.fields import LineField
from backend.common.reading import YEARS

BETWEEN = re.compile(r"[,，、;；\s]+")
DAY = re.compile(r"(?:([0-9]{4})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
MOST = 30


class DaysField(LineField):
    """Its value is a tuple of days, each once, the earliest first. A day without a year is the
    first such day on or after `first`; without that, each needs its year."""

    default_error_messages = {
        "day": _("「%(text)s」不是日期，请写成 12-8 这样。"),
        "many": _("一次最多 %(n)d 天。"),
    }

    def __init__(self, *, first: date | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.first = first

    def clean(self, value: Any) -> tuple[date, ...]:
        text = super().clean(value)
        found = {self._day(part) for part in BETWEEN.split(text or "") if part}
        if len(found) > MOST:
            raise ValidationError(self.error_messages["many"], "many", {"n": MOST})
        return tuple(sorted(found))

    def _day(self, text: str) -> date:
        match = DAY.fullmatch(text)
        for year in self._years(match[1]) if match else ():
            day = _day(year, int(match[2]), int(match[3]))  # type: ignore[index]
            if day and (self.first is None or day >= self.first or match[1]):  # type: ignore[index]
                return day
        raise ValidationError(self.error_messages["day"], "day", {"text": text})

    def _years(self, written: str | None) -> Sequence[int]:
        if written:
            return [int(written)] if int(written) in YEARS else []
        return [self.first.year, self.first.year + 1] if self.first else []


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
