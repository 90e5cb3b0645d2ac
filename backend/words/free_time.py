"""Free hours of a week in words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.common.clock import monday_of
from backend.volunteers.free_time import EVERY, Span, exact_parts, is_her_week
from backend.volunteers.models import Volunteer
from backend.words.moments import WEEK, hours_of_day

_FOURTH = gettext_lazy("四周来一次，%(month)d 月 %(day)d 日那周来")


def exact_in_words(spans: Collection[Span]) -> str:
    """周三 18:30–21:00；…: the parts of her week that are free only in part, "" for none."""
    return _("；").join(
        f"{WEEK[weekday]} {_joined(times)}" for weekday, _part, times in exact_parts(spans)
    )


def weeks_of(volunteer: Volunteer, today: date) -> list[tuple[str, str, bool]]:
    """In which weeks she may say that she comes: the value of a form's field, the words, and
    whether it is so."""
    this = monday_of(today)
    hers = volunteer.every_weeks
    options = [("1", _("每周都行"), hers == 1)]
    for every in EVERY[1:]:
        for ahead in range(every):
            monday = this + timedelta(weeks=ahead)
            said = {"month": monday.month, "day": monday.day}
            words = _("隔周来，%(month)d 月 %(day)d 日那周来") if every == 2 else _FOURTH
            chosen = hers == every and is_her_week(monday, every, volunteer.weeks_from)
            options.append((f"{every}:{monday:%Y-%m-%d}", str(words) % said, chosen))
    return options


def weeks_in_words(every: int, anchor: date | None, today: date) -> str:
    """In which weeks she comes, and which is the next; "" for every week."""
    if every == 1:
        return ""
    ahead = (monday_of(today) + timedelta(weeks=n) for n in range(every))
    monday = next(one for one in ahead if is_her_week(one, every, anchor))
    words = _("隔周来，%(month)d 月 %(day)d 日那周来") if every == 2 else _FOURTH
    return str(words) % {"month": monday.month, "day": monday.day}


def _joined(times: Collection[tuple[int, int]]) -> str:
    spans = [f"{hours_of_day(start)}–{hours_of_day(end)}" for start, end in times]
    return _("、").join(spans)
