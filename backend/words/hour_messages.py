"""What is told about hours of service: to a volunteer, and to whoever confirms them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.records.models import Attendance
from backend.words.moments import in_hours
from backend.words.saying import Said, Things, listed, sentences, what_of


def hours_confirmed(things: Things, now: datetime) -> Said:
    lines = [
        _("%(what)s：记了 %(hours)s。") % {"what": what_of(one), "hours": in_hours(one.number)}
        for one in things
    ]
    return Said(_("时长记好了，谢谢你"), listed(lines), {"n": str(len(things))})


def hours_corrected(things: Things, now: datetime) -> Said:
    lines = [
        sentences(
            _("%(what)s：改成 %(hours)s") % {"what": what_of(one), "hours": in_hours(one.number)},
            one.why,
        )
        for one in things
    ]
    return Said(_("有一场的时长改了"), listed(lines), {"n": str(len(things))})


def was_away(things: Things, now: datetime) -> Said:
    """Mild: she may have been there, and then it is put right."""
    lines = []
    for one in things:
        excused = one.state == Attendance.State.EXCUSED
        text = _("%(what)s：记成请假，没有关系") if excused else _("%(what)s：记成没到")
        lines.append(sentences(text % {"what": what_of(one)}, one.why))
    plea = _("你去了的话，请在「我的时长」里说一声，我们马上核对。")
    return Said(_("有一场没记到你来"), f"{listed(lines)}\n{plea}", {"n": str(len(things))})


def objection_answered(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one), one.why) for one in things]
    return Said(_("你提的时长有答复了"), listed(lines), {"n": str(len(things))})


def objection_made(things: Things, now: datetime) -> Said:
    text = ngettext(
        "有 %(n)d 位志愿者说时长不对，等你看一看。",
        "有 %(n)d 位志愿者说时长不对，等你看一看。",
        len(things),
    )
    return Said(_("有人说时长不对"), text % {"n": len(things)}, {"n": str(len(things))})


def back_entry_asked(things: Things, now: datetime) -> Said:
    text = ngettext(
        "有 %(n)d 条补录的时长，等第二个人批。",
        "有 %(n)d 条补录的时长，等第二个人批。",
        len(things),
    )
    return Said(_("有时长等你批"), text % {"n": len(things)}, {"n": str(len(things))})


OF_HOURS = (
    hours_confirmed,
    hours_corrected,
    was_away,
    objection_answered,
    objection_made,
    back_entry_asked,
)
