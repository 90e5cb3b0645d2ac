"""Who looked, and what was decided, in a sentence each."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.rights.queries import OFFICE, PLANNER, PLATFORM, Decision, Look
from backend.words.moments import when

DID: dict[str, str | Promise] = {
    "read": gettext_lazy("看过"),
    "export": gettext_lazy("导出过"),
    "create": gettext_lazy("登记过"),
    "change": gettext_lazy("改过"),
    "erase": gettext_lazy("删除了"),
}
FOR: dict[str, str | Promise] = {  # the first word of a reason
    "part": gettext_lazy("为了安排场次"),
    "telephone": gettext_lazy("为了打电话问"),
    "hours": gettext_lazy("为了核对时长"),
    "admin": gettext_lazy("在后台"),
    "address": gettext_lazy("为了上门看门牌"),
    "alarm": gettext_lazy("上门过了时间，为了打电话问平安"),
    "report": gettext_lazy("为了看报表里的数字怎么来的"),
    "import": gettext_lazy("跟导入的名单对过"),
}
DECIDED: dict[str, str | Promise] = {
    "offer.plan": gettext_lazy("排班程序提议、调度员发布，问你去不去"),
    "act.took_out": gettext_lazy("请你不用来了"),
    "act.placed": gettext_lazy("按电话里说好的排上了"),
    "act.asked": gettext_lazy("调度员问你去不去"),
    "act.took_back": gettext_lazy("收回了邀请"),
    "act.prolonged": gettext_lazy("多留了时间回复"),
    "act.pinned": gettext_lazy("定下由你来，自动排班不动"),
    "act.unpinned": gettext_lazy("不再定下由你来"),
    "application.yes": gettext_lazy("同意你加入"),
    "application.no": gettext_lazy("没有同意你加入"),
    "pause": gettext_lazy("暂停了你的排班"),
    "hand_in.accepted": gettext_lazy("证书核对过了"),
    "hand_in.returned": gettext_lazy("证书退回了"),
    "vetting.clear": gettext_lazy("从业查询通过"),
    "vetting.blocked": gettext_lazy("从业查询没有通过"),
    "statement.denied": gettext_lazy("没有开服务记录单"),
    "statement.displayed": gettext_lazy("服务记录单公示中"),
    "statement.issued": gettext_lazy("开了服务记录单"),
    "statement.revoked": gettext_lazy("收回了服务记录单"),
    "statement.dropped": gettext_lazy("服务记录单不要了"),
    "star.public": gettext_lazy("星级公示中"),
    "star.awarded": gettext_lazy("评了星级"),
    "star.ended": gettext_lazy("星级的公示撤下了"),
}


def said_look(look: Look, whose: str, me: str = "") -> tuple[str, str]:
    """When, and who did what. `whose`: what it was where the log names no part; `me`: what she who
    reads it is called in the log."""
    facts = {
        "who": _who(look, me),
        "what": str(DID.get(look.action, look.action)),
        "whose": look.about or whose,
    }
    sentence = _("%(who)s%(what)s%(whose)s") % facts
    purpose = FOR.get(look.reason.split(" ", 1)[0], "") if look.who == OFFICE else ""
    said = _("，").join(str(part) for part in (sentence, purpose, _times(look)) if part)
    return when(look.at), said


def said_plan(look: Look, what: str) -> tuple[str, str]:
    """When, and what of hers the planner read. `what` names %(plan)s."""
    sentence = what % {"plan": look.reason}
    return when(look.at), _("，").join(part for part in (sentence, _times(look)) if part)


def _times(look: Look) -> str:
    """How often, where it was more than once."""
    if look.times == 1 or look.first is None:
        return ""
    facts = {"n": look.times, "day": when(look.first)}
    return _("从%(day)s起共 %(n)d 次，这是最近一次") % facts


def is_plan(look: Look) -> bool:
    return look.who == PLANNER


def _who(look: Look, me: str) -> str:
    if look.who == PLATFORM:
        return _("平台自己")
    if look.who == OFFICE:
        return _("%(office)s的工作人员") % {"office": look.office or _("妇联")}
    return _("你自己") if me and look.who == me else look.who


def said_decision(row: Decision) -> tuple[str, str]:
    """When, and what was decided, by whom and why."""
    what = str(DECIDED.get(row.what, row.what))
    about = _("「%(title)s」") % {"title": row.about} if row.about else ""
    words = _("%(what)s%(about)s") % {"what": what, "about": about}
    why = _("原因：%(why)s") % {"why": row.why} if row.why else ""
    by = _("%(who)s决定的") % {"who": row.by} if row.by else ""
    return when(row.at), _("。").join(part for part in (words, why, by) if part)
