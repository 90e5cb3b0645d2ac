"""Messages about certificates and vettings, to a volunteer and to whoever checks them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common.clock import local_day
from backend.volunteers.models import CredentialEnd
from backend.words.moments import long_day
from backend.words.saying import About, Said, Things, listed


def credential_lapsing(things: Things, now: datetime) -> Said:
    lines = [
        _("「%(name)s」%(day)s 到期。续好了请在「证书」里交上来，过期以后要它的岗位就不能去了。")
        % {"name": one.name, "day": long_day(one.day, local_day(now))}
        for one in things
        if one.day is not None
    ]
    return Said(_("有证书快到期了"), listed(lines), {"n": str(len(things))})


def credential_added(things: Things, now: datetime) -> Said:
    lines = [_("「%(name)s」登记好了。") % {"name": one.name} for one in things]
    return Said(_("证书登记好了"), listed(lines), {"n": str(len(things))})


def credential_returned(things: Things, now: datetime) -> Said:
    lines = [
        _("「%(name)s」没有通过：%(why)s。改好了可以再交。") % {"name": one.name, "why": one.why}
        for one in things
    ]
    return Said(_("交的证书退回来了"), listed(lines), {"n": str(len(things))})


def why_it_ended(how: str, why: str) -> str:
    """Before its time; "" of what did not."""
    words: dict[str, str] = {
        CredentialEnd.BY_HAND: _("提前结束了：%(why)s"),
        CredentialEnd.TAKEN_BACK: _("培训的到场更正了，收回了：%(why)s"),
        CredentialEnd.AS_BEFORE: _("有一次培训的到场更正了，它给的不算了，照别的算：%(why)s"),
    }
    if how not in words:
        return ""
    return words[how] % {"why": why}


def _of_end(one: About, now: datetime) -> dict[str, str]:
    said = {"name": one.name, "why": one.why, "day": "", "until": _("长期有效")}
    if one.day is None:
        return said
    day = long_day(one.day, local_day(now))
    return said | {"day": day, "until": _("有效到 %(date)s") % {"date": day}}


def credential_ended(things: Things, now: datetime) -> Said:
    texts: dict[str, str] = {
        CredentialEnd.BY_HAND: _(
            "「%(name)s」到 %(day)s 为止：%(why)s。之后要它的岗位就不能去了；"
            "答应过的场次，调度员会跟你商量。"
        ),
        CredentialEnd.TAKEN_BACK: _(
            "培训给的「%(name)s」收回了，那次的到场更正过：%(why)s。要它的岗位不能去了；"
            "答应过的场次，调度员会跟你商量。"
        ),
        CredentialEnd.AS_BEFORE: _(
            "一次培训的到场更正了：%(why)s。它给的不算了，「%(name)s」照别的算，%(until)s。"
        ),
    }
    lines = [texts[one.state] % _of_end(one, now) for one in things if one.state in texts]
    title = _("培训给的证书更正了")
    if any(one.state == CredentialEnd.BY_HAND for one in things):
        title = _("有证书提前结束了")
    return Said(title, listed(lines), {"n": str(len(things))})


def vetting_clear(things: Things, now: datetime) -> Said:
    lines = [
        _("从业查询通过了，有效到 %(day)s。") % {"day": long_day(one.day, local_day(now))}
        for one in things
        if one.day is not None
    ]
    return Said(_("查询有结果了"), listed(lines), {"n": str(len(things))})


def vetting_lapsing(things: Things, now: datetime) -> Said:
    text = _(
        "从业查询 %(day)s 到期，每年要查一次。请在「证书」里点「同意查询」，"
        "过期以后要它的岗位就不能去了。"
    )
    lines = [
        text % {"day": long_day(one.day, local_day(now))} for one in things if one.day is not None
    ]
    return Said(_("从业查询快到期了"), listed(lines), {"n": str(len(things))})


def credential_handed_in(things: Things, now: datetime) -> Said:
    text = ngettext("有 %(n)d 份证书等你核对。", "有 %(n)d 份证书等你核对。", len(things))
    return Said(_("有人交了证书"), text % {"n": len(things)}, {"n": str(len(things))})


def vetting_wanted(things: Things, now: datetime) -> Said:
    text = ngettext(
        "有 %(n)d 位志愿者同意查询，等你去查。",
        "有 %(n)d 位志愿者同意查询，等你去查。",
        len(things),
    )
    return Said(_("有人同意查询"), text % {"n": len(things)}, {"n": str(len(things))})


OF_CREDENTIALS = (
    credential_lapsing,
    credential_added,
    credential_returned,
    credential_ended,
    vetting_clear,
    vetting_lapsing,
    credential_handed_in,
    vetting_wanted,
)
