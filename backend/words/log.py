"""What happened to a session, in one sentence each: the lines of its log."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.planning.queries.log import ERASED, SEEKING, LogLine
from backend.rota.agreed import Agreed
from backend.rota.models import Act, Assignment
from backend.rota.states import AssignmentState, OfferState
from backend.words.changes import was_and_is, why_off


def said(line: LogLine) -> str:
    """What happened, without who did it."""
    words = str(SENTENCES[line.what]) % {"who": line.who, "role": line.role}
    if line.what == Act.Verb.CHANGED and line.was:
        return f"{words}{_changes(line.was)}"
    if line.because:
        return _("%(what)s。原因：%(why)s") % {"what": words, "why": why_off(line.because)}
    return words


def _changes(was: Mapping[str, object]) -> str:
    before = Agreed.from_json(was["before"])  # type: ignore[arg-type]
    after = Agreed.from_json(was["after"])  # type: ignore[arg-type]
    found = "；".join(was_and_is(before, after))
    return _("：%(changes)s") % {"changes": found} if found else ""


SENTENCES: dict[str, Promise] = {
    Act.Verb.TOOK_OUT: gettext_lazy("请%(who)s不用来了（%(role)s）"),
    Act.Verb.PLACED: gettext_lazy("%(who)s电话里答应了，排上了（%(role)s）"),
    Act.Verb.ASKED: gettext_lazy("问了%(who)s（%(role)s）"),
    Act.Verb.TOOK_BACK: gettext_lazy("收回了给%(who)s的邀请（%(role)s）"),
    Act.Verb.PROLONGED: gettext_lazy("给%(who)s多留了时间回复"),
    Act.Verb.PINNED: gettext_lazy("钉住了%(who)s，自动排班不动她"),
    Act.Verb.UNPINNED: gettext_lazy("不再钉住%(who)s"),
    Act.Verb.ADDED: gettext_lazy("新增了这一场"),
    Act.Verb.CHANGED: gettext_lazy("改了这一场"),
    Act.Verb.CANCELLED: gettext_lazy("取消了这一场"),
    Act.Verb.CALLED: gettext_lazy("给%(who)s打过电话"),
    Act.Verb.REOPENED: gettext_lazy("重新开了这一场"),
    OfferState.ACCEPTED: gettext_lazy("%(who)s说能去（%(role)s）"),
    OfferState.DECLINED: gettext_lazy("%(who)s说去不了（%(role)s）"),
    OfferState.EXPIRED: gettext_lazy("%(who)s没有回复（%(role)s）"),
    # changed since her no or her silence, taken back, or barred by what she promised meanwhile
    OfferState.LAPSED: gettext_lazy("问%(who)s的那一次不算数了（%(role)s）"),
    AssignmentState.WITHDRAWN: gettext_lazy("%(who)s答应后又说去不了（%(role)s）"),
    ERASED: gettext_lazy("一位志愿者删除了自己的资料，位子空出来了（%(role)s）"),
    f"{ERASED}_asked": gettext_lazy("一位志愿者删除了自己的资料，不再问她了（%(role)s）"),
    SEEKING: gettext_lazy("%(who)s在问谁能替她来（%(role)s）"),
    Assignment.Origin.COVERED: gettext_lazy("%(who)s替别人来（%(role)s）"),
    Assignment.Origin.PICKED: gettext_lazy("%(who)s自己报了名（%(role)s）"),
}
