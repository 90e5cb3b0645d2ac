"""What is told about statements of service: to whom they are about, and to whoever issues them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common.clock import local_day
from backend.proofs.models import StarAward
from backend.words.moments import long_day
from backend.words.saying import Said, Things, listed, sentences


def statement_ready(things: Things, now: datetime) -> Said:
    lines = [_("编号 %(number)s，可以下载、打印了。") % {"number": one.name} for one in things]
    return Said(_("你要的服务记录单开好了"), listed(lines), {"n": str(len(things))})


def statement_displayed(things: Things, now: datetime) -> Said:
    text = _("编号 %(number)s 公示到 %(day)s，没有人提意见就生效，那时再告诉你。")
    lines = [
        text % {"number": one.name, "day": long_day(one.day, local_day(now))}
        for one in things
        if one.day is not None
    ]
    return Said(_("你要的证明在公示"), listed(lines), {"n": str(len(things))})


def star_changed(things: Things, now: datetime) -> Said:
    """On display, hers, or taken down."""
    texts = {
        StarAward.State.PUBLIC: _("「%(name)s」公示到 %(day)s"),
        StarAward.State.AWARDED: _("你是「%(name)s」了，谢谢你一直在做"),
        StarAward.State.ENDED: _("「%(name)s」的公示撤下了：%(why)s"),
    }
    lines = []
    for one in things:
        assert one.day is not None
        said = {"name": _(one.name), "day": long_day(one.day, local_day(now)), "why": one.why}
        lines.append(sentences(texts[StarAward.State(one.state)] % said))
    return Said(_("你的星级有消息了"), listed(lines), {"n": str(len(things))})


def statement_doubted(things: Things, now: datetime) -> Said:
    text = ngettext(
        "公示的证明有 %(n)d 条意见，等你答复。",
        "公示的证明有 %(n)d 条意见，等你答复。",
        len(things),
    )
    return Said(_("公示的证明有人提意见"), text % {"n": len(things)}, {"n": str(len(things))})


def statement_denied(things: Things, now: datetime) -> Said:
    lines = [sentences(_("这次没有开：%(why)s") % {"why": one.why}) for one in things]
    return Said(_("你要的服务记录单有答复了"), listed(lines), {"n": str(len(things))})


def statement_revoked(things: Things, now: datetime) -> Said:
    text = _("编号 %(number)s 收回了：%(why)s。印好的那张请不要再用；可以再要一张新的")
    lines = [sentences(text % {"number": one.name, "why": one.why}) for one in things]
    return Said(_("有一张服务记录单收回了"), listed(lines), {"n": str(len(things))})


def statement_requested(things: Things, now: datetime) -> Said:
    text = ngettext("有 %(n)d 张服务记录单等你开。", "有 %(n)d 张服务记录单等你开。", len(things))
    return Said(_("有人要服务记录单"), text % {"n": len(things)}, {"n": str(len(things))})


OF_STATEMENTS = (
    statement_ready,
    statement_displayed,
    star_changed,
    statement_doubted,
    statement_denied,
    statement_revoked,
    statement_requested,
)
