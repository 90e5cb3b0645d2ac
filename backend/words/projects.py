"""What is said when something cannot be written down of a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Facts = Mapping[str, Any]


def _too_long(facts: Facts) -> str:
    return _("最多 %(most)d 个字") % {"most": facts["limit"]}


def project_refused(facts: Facts) -> str:
    if facts["why"] == "long":
        return _too_long(facts)
    return {
        "empty": _("请写个名字"),
        "order": _("结束不能早于开始，请看一看两个日子"),
        "many": _("这个数太大了，请看一看"),
    }[facts["why"]]


def project_moved(facts: Facts) -> str:
    return _("别人刚刚改过，下面是现在的；你写的还在，看过以后再存")


def project_closed(facts: Facts) -> str:
    return _("这个项目已经结项，要记请先再打开")


def session_belongs_elsewhere(facts: Facts) -> str:
    return _("这一场已经属于别的项目，一场只算在一个项目里")


def entry_refused(facts: Facts) -> str:
    if facts["why"] == "long":
        return _too_long(facts)
    return {
        "before": _("这一天项目还没有开始"),
        "future": _("这一天还没有到"),
        "none": _("要比零大"),
        "many": _("这个数太大了，请看一看"),
        "more": _("不同的人不会比人次多"),
        "empty": _("请写一句为什么"),
    }[facts["why"]]


def entry_reversed(facts: Facts) -> str:
    return _("这一笔已经冲掉，或者本来就是冲账")


def partner_refused(facts: Facts) -> str:
    if facts["why"] == "long":
        return _too_long(facts)
    return {
        "empty": _("请写个名字"),
        "twice": _("已经有一个叫这个名字"),
        "order": _("孵化的结束要有开始，也不能早于开始"),
    }[facts["why"]]


def station_refused(facts: Facts) -> str:
    return {
        "twice": _("这里已经有这个品牌的服务站"),
        "future": _("这一天还没有到"),
    }[facts["why"]]


PROJECTS: dict[str, Callable[[Facts], str]] = {
    "project_refused": project_refused,
    "project_moved": project_moved,
    "project_closed": project_closed,
    "session_belongs_elsewhere": session_belongs_elsewhere,
    "entry_refused": entry_refused,
    "entry_reversed": entry_reversed,
    "partner_refused": partner_refused,
    "station_refused": station_refused,
}
