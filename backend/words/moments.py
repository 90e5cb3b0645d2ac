"""Dates, times and ages as people say them: 11 月 28 日 周六 15:00, 20 个月."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from backend.common.clock import LOCAL

Moment = TypeVar("Moment", date, datetime)
WEEK = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


def weekdays() -> list[tuple[int, str]]:
    """Every day of the week with its number, Monday first."""
    return [(number, str(name)) for number, name in enumerate(WEEK)]


def weekday(day: date) -> str:
    return str(WEEK[day.weekday()])


def long_day(moment: date, today: date | None = None) -> str:
    """11 月 25 日 周三; with its year where that is not the year of `today`."""
    day = _local(moment)
    said = {"weekday": weekday(day), "day": day.day, "month": day.month, "year": day.year}
    if today is not None and today.year != day.year:
        return _("%(year)d 年 %(month)d 月 %(day)d 日 %(weekday)s") % said
    return _("%(month)d 月 %(day)d 日 %(weekday)s") % said


def clock(moment: datetime) -> str:
    """9:30, in the city's time"""
    local = _local(moment)
    return f"{local.hour}:{local.minute:02d}"


def when(moment: datetime, today: date | None = None) -> str:
    """11 月 28 日 周六 15:00"""
    return f"{long_day(moment, today)} {clock(moment)}"


def until(start: datetime, end: datetime, today: date | None = None) -> str:
    """11 月 28 日 周六 15:00–16:30; with its year where that is not the year of `today`."""
    same_day = _local(start).date() == _local(end).date()
    if same_day:
        return f"{when(start, today)}–{clock(end)}"
    return f"{when(start, today)} – {when(end, today)}"


def deadline(moment: datetime, now: datetime) -> str:
    """今晚 20:00, 明天 9:00, 11 月 28 日 周六 15:00"""
    local = _local(moment)
    today = _local(now).date()
    if local.date() == today:
        return (_("今晚 %(clock)s") if local.hour >= 18 else _("今天 %(clock)s")) % {
            "clock": clock(moment)
        }
    if (local.date() - today).days == 1:
        return _("明天 %(clock)s") % {"clock": clock(moment)}
    return when(moment, today)


def spaced(words: str) -> str:
    """As it stands after 汉字: a space before a digit, none before 汉字: 请在 11 月 28 日 …前回复,
    请在明天 9:00 前回复. Other languages put their spaces themselves."""
    if words[:1].isdigit() and (get_language() or "").startswith("zh"):
        return f" {words}"
    return words


def in_hours(minutes: int) -> str:
    """1.5 小时, 1 小时 13 分, 50 分钟: to the minute, nothing is rounded away"""
    if minutes % 30 == 0 and minutes:
        return _("%(hours)s 小时") % {"hours": f"{minutes / 60:g}"}
    hours, rest = divmod(minutes, 60)
    if hours:
        return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": rest}
    return _("%(n)d 分钟") % {"n": rest}


def hours_of_day(minutes: int) -> str:
    """9:30, of so many minutes after midnight."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def months_in_words(months: int) -> str:
    """20 个月; from three years on 3 岁 2 个月"""
    if months < 36:
        return ngettext("%(n)d 个月", "%(n)d 个月", months) % {"n": months}
    years, rest = divmod(months, 12)
    if rest:
        return _("%(years)d 岁 %(months)d 个月") % {"years": years, "months": rest}
    return _("%(years)d 岁") % {"years": years}


def age_band_in_words(months: int) -> str:
    """6–12 个月 or 3–4 岁, to whoever meets the child and is not of her family: the month of birth
    cannot be worked out of it."""
    if months < 36:
        low = months // 6 * 6
        return _("%(low)d–%(high)d 个月") % {"low": low, "high": low + 6}
    low = months // 12
    return _("%(low)d–%(high)d 岁") % {"low": low, "high": low + 1}


def band_in_words(months: tuple[int, int] | None) -> str:
    """For children of which age: 6–36 月龄; no ages are any age."""
    if months is None:
        return _("不限月龄")
    return _("%(low)d–%(high)d 月龄") % {"low": months[0], "high": months[1]}


def _local(moment: Moment) -> Moment:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return moment.astimezone(LOCAL)
    return moment


def left_out(days: Mapping[date, str]) -> str:
    """Days on which no session was made, because they are days off."""
    named = [
        _("%(day)s（%(name)s）") % {"day": long_day(day), "name": days[day]} for day in sorted(days)
    ]
    return _("放假，没有排：%(days)s") % {"days": _("、").join(named)}
