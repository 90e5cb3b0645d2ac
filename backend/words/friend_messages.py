"""What is told of friends and teams."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.words.saying import Said, Things, listed


def friend_asked(things: Things, now: datetime) -> Said:
    text = _("请打开看看是谁。你也愿意，排班就尽量把你们排在一起；不愿意，不会告诉她。")
    return Said(_("有人想跟你一起做志愿"), text, {"n": str(len(things))})


def friend_agreed(things: Things, now: datetime) -> Said:
    text = _("你请的朋友答应了，以后尽量把你们排在一起。")
    return Said(_("朋友答应了"), text, {"n": str(len(things))})


def team_asked(things: Things, now: datetime) -> Said:
    n = len(things)
    text = ngettext("有 %(n)d 位想进队伍，等你答复。", "有 %(n)d 位想进队伍，等你答复。", n)
    return Said(_("有人想进队伍"), text % {"n": n}, {"n": str(n)})


def team_answered(things: Things, now: datetime) -> Said:
    lines = [
        (_("你在「%(name)s」里了。") if one.number else _("「%(name)s」这次没有答应。"))
        % {"name": one.name}
        for one in things
    ]
    return Said(_("队伍有答复了"), listed(lines), {"n": str(len(things))})


OF_FRIENDS = (friend_asked, friend_agreed, team_asked, team_answered)
