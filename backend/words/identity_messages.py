"""What is told about who somebody is: two registrations are one, and whose a number is."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.words.saying import Said, Things


def merged(things: Things, now: datetime) -> Said:
    text = _("你以前就登记过，妇联把两份合成了一份：证书和时长都还在。登记现在是「%(state)s」。")
    said = text % {"state": _(things[0].state)}
    return Said(_("你的报名和以前的登记合成一份了"), said)


def number_asked(things: Things, now: datetime) -> Said:
    text = ngettext(
        "有 %(n)d 位说这是她的号码，请你确认是不是本人。",
        "有 %(n)d 位说这是她的号码，请你确认是不是本人。",
        len(things),
    )
    return Said(_("有人要你确认是不是本人"), text % {"n": len(things)}, {"n": str(len(things))})


OF_IDENTITY = (merged, number_asked)
