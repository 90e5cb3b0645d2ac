"""What is told of friends."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.words.saying import Said, Things


def friend_asked(things: Things, now: datetime) -> Said:
    text = _("请打开看看是谁。你也愿意，排班就尽量把你们排在一起；不愿意，不会告诉她。")
    return Said(_("有人想跟你一起做志愿"), text, {"n": str(len(things))})


def friend_agreed(things: Things, now: datetime) -> Said:
    text = _("你请的朋友答应了，以后尽量把你们排在一起。")
    return Said(_("朋友答应了"), text, {"n": str(len(things))})


OF_FRIENDS = (friend_asked, friend_agreed)
