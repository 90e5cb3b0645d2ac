"""What is told where people are missing: to whoever plans it, and to families whose class has no
minder."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.words.moments import deadline, spaced
from backend.words.saying import (
    About,
    Said,
    Things,
    by_place,
    first_of,
    listed,
    sentences,
    what_of,
)


def hole_near(things: Things, now: datetime) -> Said:
    lines = [
        _("%(what)s：还缺 %(n)d 人。") % {"what": what_of(one), "n": one.number} for one in things
    ]
    title = ngettext("快开始的场次有 %(n)d 处缺人", "快开始的场次有 %(n)d 处缺人", len(things))
    return Said(title % {"n": len(things)}, listed(first_of(lines)), {"n": str(len(things))})


def lead_gone(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one), _too_many(one)) for one in things]
    title = ngettext("有 %(n)d 场的孩子没人带", "有 %(n)d 场的孩子没人带", len(things))
    return Said(title % {"n": len(things)}, listed(first_of(lines)), {"n": str(len(things))})


def _too_many(one: About) -> str:
    if one.unminded:
        said = _("%(n)d 个孩子有位子，现在没有人带课。请找人；找不到就取消，家庭会马上知道")
    else:
        said = _("有位子的孩子比人手多 %(n)d 个。请再找一位带课的")
    return said % {"n": one.number}


def place_silent(things: Things, now: datetime) -> Said:
    lines = [
        _("%(what)s：提醒里问了「还来吗」，没有回。请打个电话。") % {"what": what_of(one)}
        for one in things
    ]
    return Said(_("有人没说还来不来"), listed(lines), {"n": str(len(things))})


def visit_unled(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one), _whether(one, now)) for one in things]
    title = by_place(things, _("约好的上门，老师还没定"), _("约好的场次，老师还没定"))
    if all(one.asked_again for one in things):
        title = by_place(things, _("约好的上门，老师在重新确认"), _("约好的场次，老师在重新确认"))
    return Said(title, listed(lines), {"n": str(len(things))})


def _whether(one: About, now: datetime) -> str:
    if one.asked_again:
        return _confirming(one, now)
    if one.at_home:
        return _("现在还没有老师能上门，正在找人。当天请打开看一眼；不方便了请取消")
    if one.answer_by is None:
        return _("现在没有老师带课，正在找人。出门前请打开看一眼；不来了请取消")
    said = _("现在没有老师带课，正在找人。还来吗？请在%(by)s 前回复，不回复也给你们留着位子")
    return said % {"by": spaced(deadline(one.answer_by, now))}


def _confirming(one: About, now: datetime) -> str:
    """She had said yes, and is asked whether she still can."""
    if one.at_home:
        return _("时间或内容改了，老师正在重新确认。当天请打开看一眼；不方便了请取消")
    if one.answer_by is None:
        return _("时间或内容改了，老师正在重新确认。出门前请打开看一眼；不来了请取消")
    said = _("时间或内容改了，老师正在重新确认。还来吗？请在%(by)s 前回复，不回复也给你们留着位子")
    return said % {"by": spaced(deadline(one.answer_by, now))}


OF_STAFFING = (hole_near, lead_gone, place_silent, visit_unled)
