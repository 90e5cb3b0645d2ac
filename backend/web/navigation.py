"""Where the tabs and the rail lead.

A place whose page is still to come stands in COMING and is left out; any other must have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One entry: key (what a page calls itself), words, icon, name of its address; low = at the
    foot of the rail."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    low: bool = False


PLACES: Mapping[str, tuple[Place, ...]] = {
    "volunteer": (
        Place("find", _("找班次"), "search", "volunteer:find"),
        Place("mine", _("我的班表"), "calendar-days", "volunteer:mine"),
        Place("check_in", _("签到"), "qr-code", "volunteer:check_in"),
        Place("me", _("我的"), "user-round", "volunteer:me"),
    ),
    "family": (
        Place("book", _("预约"), "calendar-plus", "family:book"),
        Place("bookings", _("我的预约"), "calendar-check", "family:bookings"),
        Place("requests", _("心愿"), "heart", "family:requests"),
        Place("me", _("我的"), "user-round", "family:me"),
    ),
    "coordinator": (
        Place("today", _("今天"), "house", "coordinator:today"),
        Place("rota", _("排班"), "calendar-days", "coordinator:rotas"),
        Place("venues", _("点位"), "map-pin", "coordinator:venues"),
        Place("volunteers", _("志愿者"), "users-round", "coordinator:volunteers"),
        Place("families", _("家庭"), "baby", "coordinator:families"),
        Place("visits", _("上门"), "baby", "coordinator:visits"),
        Place("pairs", _("结对"), "heart", "coordinator:pairs"),
        Place("cases", _("个案"), "hand-heart", "coordinator:cases"),
        Place("hours", _("时长"), "clock", "coordinator:hours"),
        Place("exchange", _("导入导出"), "upload", "coordinator:exchange"),
        Place("messages", _("消息"), "message-square", "coordinator:messages"),
        Place("projects", _("项目"), "hand-heart", "coordinator:projects"),
        Place("reports", _("报表"), "chart-column", "coordinator:reports"),
        Place("rules", _("规则"), "settings-2", "coordinator:rules", low=True),
        Place("account", _("账号"), "user-round", "account", low=True),
    ),
}


COMING = frozenset(
    {
        "coordinator:families",
        "coordinator:rules",
    }
)


def places(audience: str) -> list[tuple[Place, str]]:
    """The places of an audience with their addresses, in order. Raises NoReverseMatch for one that
    is neither there nor COMING."""
    shown = [place for place in PLACES[audience] if place.url_name not in COMING]
    return [(place, reverse(place.url_name)) for place in shown]
