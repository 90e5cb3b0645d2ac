"""What is told of visits at home: no door, no child, and nothing of what they are about."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.words.harm import harm_reported, harm_unread
from backend.words.moments import long_day
from backend.words.saying import Said, Things, first_of, listed, sentences, what_of
from backend.words.visits import turned_down


def home_asked(things: Things, now: datetime) -> Said:
    lines = [
        _("%(day)s 前都可以，请定一个时间。") % {"day": long_day(one.day)}
        for one in things
        if one.day
    ]
    title = ngettext("有 %(n)d 家想请老师上门", "有 %(n)d 家想请老师上门", len(things))
    return Said(title % {"n": len(things)}, listed(first_of(lines)), {"n": str(len(things))})


def home_declined(things: Things, now: datetime) -> Said:
    lines = [
        sentences(turned_down(one.why), _("你们写的内容不再用，过些日子删除")) for one in things
    ]
    return Said(_("请老师上门，有答复了"), listed(lines), {"n": str(len(things))})


def home_unmet(things: Things, now: datetime) -> Said:
    text = _("你们说的日子里没有找到能上门的时间，对不起。还想请的话，换些日子再说一次。")
    return Said(_("没有约到老师上门"), text, {"n": str(len(things))})


def home_overdue(things: Things, now: datetime) -> Said:
    plea = _("都出来了吗？点开按一下「结束了」，大家就放心。需要帮忙请打调度员电话，有危险打 110")
    lines = [sentences(what_of(one), plea) for one in things]
    return Said(_("上门该结束了，都好吗？"), listed(lines), {"n": str(len(things))})


def home_alarm(things: Things, now: datetime) -> Said:
    plea = _("过了时间没有人点结束，也没有回应。请马上给志愿者打电话；联系不上，打 110")
    lines = [sentences(what_of(one), plea) for one in things]
    return Said(_("上门的志愿者没有回应"), listed(first_of(lines)), {"n": str(len(things))})


def home_again(things: Things, now: datetime) -> Said:
    plea = _(
        "说过都出来了，现在有一位说她在里面。你也在里面的话，出来时一起点「结束了」；"
        "不在的话，请联系一下她，有危险打 110"
    )
    lines = [sentences(what_of(one), plea) for one in things]
    return Said(_("说过结束了，又有人在里面"), listed(lines), {"n": str(len(things))})


def home_alarm_again(things: Things, now: datetime) -> Said:
    plea = _(
        "之前的提醒已经了结，现在有志愿者说她还在里面。请给她打个电话；"
        "到时间没有人点结束，会再提醒你"
    )
    lines = [sentences(what_of(one), plea) for one in things]
    return Said(_("报过平安的上门，又有人在里面"), listed(lines), {"n": str(len(things))})


OF_VISITS = (
    home_asked,
    home_declined,
    home_unmet,
    home_overdue,
    home_alarm,
    home_again,
    home_alarm_again,
    harm_reported,
    harm_unread,
)
