"""Free hours of a week in words."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from backend.volunteers.free_time import Span, exact_parts
from backend.words.moments import WEEK, hours_of_day


def exact_in_words(spans: Collection[Span]) -> str:
    """周三 18:30–21:00；…: the parts of her week that are free only in part, "" for none."""
    return _("；").join(
        f"{WEEK[weekday]} {_joined(times)}" for weekday, _part, times in exact_parts(spans)
    )


def _joined(times: Collection[tuple[int, int]]) -> str:
    spans = [f"{hours_of_day(start)}–{hours_of_day(end)}" for start, end in times]
    return _("、").join(spans)
