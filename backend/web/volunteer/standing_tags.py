"""How she stands with a kind of credential, in one tag; wherever it is shown, in the same words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from backend.volunteers.models import VettingCheck
from backend.volunteers.queries import LAPSES_SOON, Holding
from backend.web.components import Tag


def tag_of(one: Holding, today: date) -> Tag:
    """What waits is said of what does not hold; of what holds, until when."""
    if one.holds(today):
        return until_tag(one.until, today)
    if one.waiting:
        return Tag(label=_("等核对"), tone="note", icon="hourglass")
    if one.asked:
        return Tag(label=_("查询中"), tone="note", icon="hourglass")
    if one.answered and one.answered.result == VettingCheck.Result.BLOCKED:
        return Tag(label=_("未通过，请联系妇联"), tone="bad", icon="circle-alert")
    if one.returned:
        return Tag(label=_("退回了，请再交"), tone="warn", icon="triangle-alert")
    if one.held and one.held.valid_from > today:
        return Tag(label=_("%(date)s 起有效") % {"date": one.held.valid_from.isoformat()})
    if one.held and one.held.was_never_held:
        return Tag(label=_("还没有"))
    if one.held or one.answered:
        return until_tag(one.until, today)
    return Tag(label=_("还没有"))


def until_tag(until: date | None, today: date) -> Tag:
    if until is None:
        return Tag(label=_("长期有效"), tone="ok", icon="check")
    shown = {"date": until.isoformat()}
    if until < today:
        return Tag(label=_("%(date)s 过期了") % shown, tone="bad", icon="circle-alert")
    if until - today <= LAPSES_SOON:
        return Tag(label=_("%(date)s 到期，记得续") % shown, tone="warn", icon="triangle-alert")
    return Tag(label=_("有效到 %(date)s") % shown, tone="ok", icon="check")
