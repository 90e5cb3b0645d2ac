"""What the solver's and the coordinator's terms are called in words.

Rules and refusals are in `backend.words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.common.refusal import told
from backend.planning.queries.candidates import Nearly
from backend.planning.queries.heads import Head
from backend.planning.queries.proposal import Since
from backend.planning.queries.reasons import Reason
from backend.planning.stale import Stale
from backend.rota.models import Session
from backend.rota.operations import RefusedPair
from backend.rota.policy import has_begun, is_over, is_visit
from backend.words import reasons
from backend.words.barred import barred

STEPS = {
    "everyone": gettext_lazy("全部志愿者"),
    "ban": gettext_lazy("没有推掉过这一场"),
    "qualification": gettext_lazy("资质齐全、没过期"),
    "availability": gettext_lazy("这段时间有空"),
    "reach": gettext_lazy("路程在她说的范围内"),
    "one_place": gettext_lazy("还不在这一场里"),
    "overlap": gettext_lazy("跟她别的班不冲突"),
    "max_per_day": gettext_lazy("当天没到上限"),
    "max_per_week": gettext_lazy("这周没到上限"),
    "max_total": gettext_lazy("这期没到上限"),
    "max_open": gettext_lazy("结对没到上限"),
    "rest": gettext_lazy("跟别的班之间休息够"),
    "rest_block": gettext_lazy("还留得出一段长休息"),
    "limits": gettext_lazy("没到说好的上限"),
    "weekends": gettext_lazy("周末没到说好的上限"),
    "max_children": gettext_lazy("带的孩子没到说好的上限"),
    "head_count": gettext_lazy("岗位还有位子"),
    "apart": gettext_lazy("没有要分开的人"),
    "avoid": gettext_lazy("没有要避开的家庭"),
    "together": gettext_lazy("搭档也在这一场"),
    "supervision": gettext_lazy("新手有熟手带"),
    "alone": gettext_lazy("不跟想一个人做的人同场"),
    "alternatives": gettext_lazy("同组的另一场没有定下来"),
    "groups": gettext_lazy("同组还能再开一场"),
}
COSTS = {
    "short": gettext_lazy("一定要办的场次缺的人"),
    "unserved": gettext_lazy("还没排上的心愿"),
    "target": gettext_lazy("能办但人手偏紧"),
    "open": gettext_lazy("办起来的可办可不办的场次"),
    "load": gettext_lazy("班多的人又加班"),
    "travel": gettext_lazy("志愿者在路上的分钟"),
    "family_travel": gettext_lazy("家庭在路上的分钟"),
    "wishes": gettext_lazy("不合志愿者心意"),
    "choices": gettext_lazy("不是家庭的第一选择"),
    "continuity": gettext_lazy("熟悉的人再见面（越多越好）"),
    "changes": gettext_lazy("动了已经说好的安排"),
    "mix": gettext_lazy("一定要办的场次缺的资质"),
    "under": gettext_lazy("一定要办的场次来的孩子太少"),
    "limits": gettext_lazy("超过或没到说好的量"),
    "idle": gettext_lazy("想多做却没排到的"),
    "kinds": gettext_lazy("同一类班多的人又加这一类"),
    "preferences": gettext_lazy("不合她自己挑的场次"),
    "prefers": gettext_lazy("没有更合适的资质"),
    "together": gettext_lazy("说得来的人同场（越多越好）"),
    "expected": gettext_lazy("问了的人来不了，怕空下的位子"),
    "surplus": gettext_lazy("多问一位来候补"),
}


def head(numbers: Head) -> str:
    """A shift in numbers: 2/3，1 人等回复."""
    said = [f"{numbers.arranged}/{numbers.target}"]
    if numbers.waiting:
        said.append(_("%(n)d 人等回复") % {"n": numbers.waiting})
    if numbers.new:
        said.append(_("%(n)d 人这次新排") % {"n": numbers.new})
    if numbers.gone:
        said.append(_("%(n)d 人这次收回") % {"n": numbers.gone})
    return _("，").join(said)


def session_state(session: Session, now: datetime) -> str:
    """What has become of it, or is to."""
    if session.state == Session.State.CANCELLED:
        return _("已取消")
    if session.state == Session.State.DONE or is_over(session, now):
        never = session.state == Session.State.PLANNED
        if never:
            return _("日子过了，没有开放")
        return _("已结束")
    if has_begun(session, now):
        if session.state == Session.State.PLANNED:
            return _("时间到了，没有开放")
        return _("到了约好的时间") if is_visit(session) else _("正在进行")
    state = _("计划中") if session.state == Session.State.PLANNED else _("已开放")
    if session.required:
        return state
    return _("%(state)s，人不够可以不办") % {"state": state}


def cannot_be_asked_for(session: Session, now: datetime) -> str:
    """Why nobody can be found for it any more (not rota.policy.can_be_staffed)."""
    if session.state == Session.State.CANCELLED:
        return _("这一场已经取消，不能再问人")
    if has_begun(session, now) and not is_over(session, now):
        return _("这一场已经开始，不能再问人")
    return _("这一场已经结束，不能再问人")


def step(code: str) -> str:
    """One step of a funnel: how many are left after this."""
    return str(STEPS.get(code, code))


def cost(code: str) -> str:
    return str(COSTS.get(code, code))


def liking(points: int) -> str:
    """A volunteer's wish for a programme, -3 … 3."""
    if points > 0:
        return _("喜欢这个项目")
    if points < 0:
        return _("不太想做这个项目")
    return _("没说喜不喜欢")


def part(item: Reason) -> str:
    if item.kind == "travel":
        return _("路上 %(n)d 分钟") % {"n": item.figure}
    if item.kind == "liking":
        return liking(item.figure)
    if item.kind == "continuity":
        return _("跟来的家庭熟")
    if item.kind == "changes":
        return _("已经跟她说过这一场")
    return _("做过和排着的共 %(n)d 次") % {"n": item.figure}


def lacking(nearly: Nearly, names: Mapping[str, str]) -> str:
    """Everything that somebody lacks, in one sentence."""
    said = "；".join(reasons(nearly.violations, names=names, you=False))
    if nearly.unsettled:
        return _("她这一周答应过的有一场照现在去不了（%(why)s），等她说清再问") % {"why": said}
    return said


def since(what: Since) -> str:
    """What has changed since a plan was made; empty where nothing has."""
    said = [
        (what.added, _("加了 %(n)d 场")),
        (what.changed, _("改了 %(n)d 场")),
        (what.cancelled, _("取消了 %(n)d 场")),
        (what.people, _("%(n)d 位志愿者的班有了变化")),
    ]
    return _("，").join(words % {"n": n} for n, words in said if n)


def trouble(code: str) -> str:
    """Why a run failed, and what to do."""
    names = {
        "interrupted": _("运算中断了几次，请联系运维看一看，再试一次。"),
        "memory": _("内存不够，请联系运维。"),
        "unsound": _("复核没有通过，这份方案没有保存。请把运算号告诉运维。"),
    }
    return names.get(code, _("出了意外，什么都没有改。请再试一次；还不行就把运算号告诉运维。"))


def cut_short(code: str) -> str:
    """Why a run proposes what it had so far; "" for one that came to its own end."""
    if not code:
        return ""
    if code == "interrupted":
        return _("运算中断了几次，没有做完；这是做到那里最好的一版。")
    return _("运算出了意外，没有做完；这是做到那里最好的一版。")


def unpublished(code: str) -> str:
    """Why a publication did not come about, and what to do."""
    names = {
        "interrupted": _("发布中断了几次，请联系运维看一看，再试一次。"),
        "proposal_over": _("这张排班表已经结束，不能再发布。"),
    }
    return names.get(code, _("出了意外，谁也没有收到通知。请再试一次；还不行请联系运维。"))


def refused_pairs(public: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[int, str]]:
    """(volunteer, why she cannot be asked) of an OffersRefused as it is public; `names`: credential
    code → what people call it."""
    return [
        (pair["volunteer_id"], _said(pair["code"], pair["violations"], names))
        for pair in public["facts"]["pairs"]
    ]


def why_not(pair: RefusedPair, names: Mapping[str, str]) -> str:
    """Why she cannot be asked."""
    return _said(pair.code, [told(violation) for violation in pair.violations], names)


def stale(item: Stale, names: Mapping[str, str]) -> str:
    """Why a line of a proposal does not fit any more."""
    return _said(item.code, [told(violation) for violation in item.violations], names)


def _said(code: str, broken: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    if broken:
        return barred(broken[0], names=names, you=False)
    said = {
        "session_not_open": _("这一场已经取消或开始了"),
        "too_late_to_ask": _("离开始太近，来不及在网上问，请直接打电话"),
        "shift_full": _("位子已经有人了"),
        "alternative_taken": _("同组的另一场已经定了"),
        "request": _("心愿已经撤回或改了"),
        "session": _("这一场已经取消或开始了"),
        "booked": _("这家已经约了这一场"),
        "seats": _("位子不够了"),
        "volunteer_not_active": _("她暂停或退出了服务"),
        "age": _("孩子的月龄不合了"),
        "family_overlap": _("这家那个时候有别的安排了"),
    }
    return said.get(code, _("情况变了"))
