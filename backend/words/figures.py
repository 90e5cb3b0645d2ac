"""What a report calls its figures, and how their numbers are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Text = str | Promise


class Naming(NamedTuple):
    """What is counted, in what, and what the rows behind it are."""

    what: Text
    unit: Text
    rows: Text


FIGURES: dict[str, Naming] = {
    key: Naming(*words)
    for key, words in {
        "incubated": (gettext_lazy("孵化基地的项目"), gettext_lazy("个"), gettext_lazy("按项目")),
        "incubated_persons": (
            gettext_lazy("孵化基地受益"),
            gettext_lazy("人次"),
            gettext_lazy("按项目"),
        ),
        "projects": (gettext_lazy("项目"), gettext_lazy("个"), gettext_lazy("按项目")),
        "sessions": (gettext_lazy("活动"), gettext_lazy("场"), gettext_lazy("按场次")),
        "persons": (gettext_lazy("参加"), gettext_lazy("人次"), gettext_lazy("按场次")),
        "volunteers": (gettext_lazy("志愿者"), gettext_lazy("名"), gettext_lazy("按姓名")),
        "teams": (gettext_lazy("团队"), gettext_lazy("个"), gettext_lazy("按团队")),
        "stations": (gettext_lazy("服务站"), gettext_lazy("个"), gettext_lazy("按服务站")),
        "children": (gettext_lazy("帮到的孩子"), gettext_lazy("名"), gettext_lazy("按登记")),
        "minutes": (gettext_lazy("服务时长"), gettext_lazy("小时"), gettext_lazy("按记录")),
        "received": (gettext_lazy("收到的钱"), gettext_lazy("元"), gettext_lazy("按笔")),
        "spent": (gettext_lazy("花出的钱"), gettext_lazy("元"), gettext_lazy("按笔")),
        "joint_teams": (gettext_lazy("队伍联建"), gettext_lazy("支"), gettext_lazy("按团队")),
        "joint_sessions": (gettext_lazy("活动联办"), gettext_lazy("场"), gettext_lazy("按场次")),
        "joint_projects": (gettext_lazy("项目联创"), gettext_lazy("个"), gettext_lazy("按项目")),
        "joint_persons": (gettext_lazy("服务联动"), gettext_lazy("人次"), gettext_lazy("按场次")),
        "shared_venues": (gettext_lazy("资源联享"), gettext_lazy("处"), gettext_lazy("按点位")),
        "places": (gettext_lazy("位子"), gettext_lazy("个"), gettext_lazy("按岗位")),
        "arranged": (gettext_lazy("补上的位子"), gettext_lazy("个"), gettext_lazy("按岗位")),
        "lacked": (gettext_lazy("还缺的人"), gettext_lazy("名"), gettext_lazy("按岗位")),
        "without_team": (
            gettext_lazy("没有队伍的村（社区）"),
            gettext_lazy("个"),
            gettext_lazy("按村"),
        ),
        "without_activity": (
            gettext_lazy("没有活动的村（社区）"),
            gettext_lazy("个"),
            gettext_lazy("按村"),
        ),
    }.items()
}
FEN = 100


def figure_of(key: str, programme: str = "") -> str:
    """“贝贝老师，活动”, or “活动” of everything together."""
    what = str(FIGURES[key].what)
    if not programme:
        return what
    return _("%(programme)s，%(what)s") % {"programme": programme, "what": what}


def number(value: int) -> str:
    """14,553"""
    return f"{value:,}"


def yuan(fen: int) -> str:
    """60,400 or 60,400.50: cents are written where there are some."""
    whole, rest = divmod(abs(fen), FEN)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"


def hours(minutes: int) -> str:
    """1,240.5 of whole minutes"""
    tenths = round(minutes / 6)
    return f"{tenths // 10:,}" if tenths % 10 == 0 else f"{tenths / 10:,.1f}"


WRITTEN: dict[str, Callable[[int], str]] = {"minutes": hours, "received": yuan, "spent": yuan}


def written(key: str, value: int) -> str:
    """A number of that figure as it is read."""
    return WRITTEN.get(key, number)(value)


def pairs_said(children: int | None, visits: int | None, *, whole_months: bool) -> str:
    """“陪伴的孩子 12 名，去了 40 次。” or that there are too few to be said. `whole_months`: the
    visits are of those alone."""
    if children is None:
        return _("陪伴的孩子人数少，不写出来，免得认出是谁。")
    if visits is None:
        return _(
            "陪伴的孩子 %(children)s 名。去了几次按整月算，去的孩子少的月份不写，免得认出是谁。"
        ) % {"children": number(children)}
    said = {"children": number(children), "visits": number(visits)}
    if whole_months and children:
        return _("陪伴的孩子 %(children)s 名；按整月算，一共去了 %(visits)s 次。") % said
    return _("陪伴的孩子 %(children)s 名，去了 %(visits)s 次。") % said


def days(start: date | None, end: date) -> str:
    """The days of a report, said as a heading."""
    last = _("%(year)d 年 %(month)d 月 %(day)d 日") % {
        "year": end.year,
        "month": end.month,
        "day": end.day,
    }
    if start is None:
        return _("累计到 %(last)s") % {"last": last}
    first = _("%(year)d 年 %(month)d 月 %(day)d 日") % {
        "year": start.year,
        "month": start.month,
        "day": start.day,
    }
    return _("%(first)s到 %(last)s") % {"first": first, "last": last}
