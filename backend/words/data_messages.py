"""What coordinators are told of people's data: a table is to leave the house whole, somebody took
hers back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.words.saying import Said, Things, listed


def export_asked(things: Things, now: datetime) -> Said:
    lines = [
        _("%(who)s要导出完整的手机号，用来：%(why)s。等另一位同意。")
        % {"who": one.name, "why": one.why}
        for one in things
    ]
    return Said(_("有人要完整导出"), listed(lines), {"n": str(len(things))})


def export_decided(things: Things, now: datetime) -> Said:
    yes = _("%(who)s同意了「%(why)s」的导出，一天内可以下载。")
    no = _("%(who)s没有同意「%(why)s」的导出。")
    lines = [(yes if one.state else no) % {"who": one.name, "why": one.why} for one in things]
    return Said(_("完整导出有答复了"), listed(lines), {"n": str(len(things))})


def volunteer_erased(things: Things, now: datetime) -> Said:
    lines = [
        _("%(number)s 删除了自己的资料，还没开始的场次都放下了，时长留着不带名字。")
        % {"number": one.name}
        for one in things
    ]
    return Said(_("有志愿者删除了自己的资料"), listed(lines), {"n": str(len(things))})


OF_DATA = (export_asked, export_decided, volunteer_erased)
