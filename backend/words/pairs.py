"""What is said about pairs: how far one is, why it ended, who agreed, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.pairs.states import (
    CHOSEN_ENDS,
    AgreedBy,
    AgreedHow,
    PairEnd,
    PairFelt,
    PairState,
)
from backend.words.moments import until
from matching import months_completed

Facts = Mapping[str, Any]
Words = dict[str, str | Promise]

STATES: Words = {
    PairState.ASKED: gettext_lazy("等她回复"),
    PairState.STANDING: gettext_lazy("结对中"),
    PairState.PAUSED: gettext_lazy("先停一停"),
    PairState.ENDED: gettext_lazy("结束了"),
}
ENDS: Words = {
    PairEnd.DECLINED: gettext_lazy("说这次不方便"),
    PairEnd.LATE: gettext_lazy("没有等到回复"),
    PairEnd.BACK: gettext_lazy("不问了"),
    PairEnd.GROWN: gettext_lazy("孩子现在不需要了"),
    PairEnd.MOVED: gettext_lazy("孩子搬走了"),
    PairEnd.FAMILY: gettext_lazy("监护人想停下来"),
    PairEnd.MENTOR: gettext_lazy("志愿者不方便继续"),
    PairEnd.CONSENT: gettext_lazy("监护人撤回了同意"),
    PairEnd.HANDED: gettext_lazy("交给另一位志愿者了"),
    PairEnd.OTHER: gettext_lazy("别的原因"),
}
FELT: Words = {
    PairFelt.WELL: gettext_lazy("挺好"),
    PairFelt.FAIRLY: gettext_lazy("一般"),
    PairFelt.HELP: gettext_lazy("想请调度员帮忙"),
}
BY: Words = {
    AgreedBy.MOTHER: gettext_lazy("妈妈"),
    AgreedBy.FATHER: gettext_lazy("爸爸"),
    AgreedBy.GRAND: gettext_lazy("爷爷奶奶、外公外婆"),
    AgreedBy.KIN: gettext_lazy("别的亲属"),
    AgreedBy.OFFICE: gettext_lazy("村（居）委会、民政部门"),
}
HOW: Words = {
    AgreedHow.PAPER: gettext_lazy("签了纸质同意书"),
    AgreedHow.SPOKEN: gettext_lazy("当面说的，有两位工作人员在场"),
    AgreedHow.PHONE: gettext_lazy("电话里说的，之后补签"),
}


def chosen_ends() -> list[tuple[str, str | Promise]]:
    """What somebody may give as a reason."""
    return [(code, ENDS[code]) for code in CHOSEN_ENDS]


def age_in_words(birth_month: str, today: date) -> str:
    """9 岁: in whole years, no nearer than a mentor needs."""
    return _("%(years)d 岁") % {"years": months_completed(birth_month, today) // 12}


def every(weeks: int) -> str:
    if weeks == 1:
        return _("每周一次")
    return _("每 %(n)d 周一次") % {"n": weeks}


def paired_child_refused(facts: Facts) -> str:
    words: dict[tuple[str, str], str] = {
        ("nickname", "empty"): _("请写一个小名，不写全名"),
        ("nickname", "long"): _("小名最多写 %(limit)s 个字") % {"limit": facts["limit"]},
        ("birth_month", "form"): _("请选出生的年和月"),
        ("birth_month", "age"): _("结对陪伴给还没满 %(limit)s 岁的孩子")
        % {"limit": facts["limit"]},
        ("guardian", "empty"): _("请写监护人怎么称呼"),
        ("guardian", "long"): _("称呼最多写 %(limit)s 个字") % {"limit": facts["limit"]},
        ("agreed_by", "choose"): _("请选是谁同意的：没有监护人同意，不登记孩子"),
        ("agreed_how", "choose"): _("请选怎么同意的"),
        ("agreed_on", "later"): _("同意的日子不能在今天以后"),
    }
    return words[facts["field"], facts["why"]]


def mentor_unfit(facts: Facts) -> str:
    return {
        "state": _("你现在没有在册接班，先恢复再回复"),
        "programme": _("你没有选这个项目，先在「我的」里选上"),
        "minor": _("结对的人要成年。带证件给调度员当面看一眼，由她登记"),
        "vetting": _("你的从业查询或证书到那天没有有效的，请先找调度员办"),
        "full": _("你同时结对的已经到了自己定的上限，想多接先在「我的」里改"),
        "same": _("这个孩子本来就是你陪的"),
    }[facts["why"]]


def she_is_unfit(facts: Facts) -> str:
    words = {
        "state": _("%(name)s现在没有在册接班"),
        "programme": _("%(name)s没有选这个项目"),
        "minor": _("还没有人看过%(name)s的证件、登记年满 18 周岁"),
        "vetting": _("%(name)s没有有效的从业查询或证书，不能结对"),
        "full": _("%(name)s同时结对的已经到了她自己定的上限"),
        "same": _("%(name)s本来就和这个孩子结对"),
    }[facts["why"]]
    return words % {"name": facts["name"]}


def pair_ask_refused(facts: Facts) -> str:
    return {
        "weeks": _("请选多久去一次"),
        "kind": _("现在没有结对的项目，请先在后台开一个"),
        "mentor": _("请选一位志愿者"),
        "asked": _("这个孩子正在问一位志愿者，等她回复，或者先收回"),
    }[facts["why"]]


def pair_moved(facts: Facts) -> str:
    if facts["state"] == PairState.ENDED:
        return _("这件事已经结束了：%(why)s") % {"why": ENDS.get(facts["end_reason"], "")}
    return _("刚刚有人改过，请看最新的再办")


def pair_not_hers(facts: Facts) -> str:
    return _("问的不是你，或者已经不是你的结对了")


def pair_consent_gone(facts: Facts) -> str:
    return _("监护人的同意撤回了，不能再结对")


def pair_end_refused(facts: Facts) -> str:
    return _("请选一个原因")


def next_visit_refused(facts: Facts) -> str:
    if facts["why"] == "past":
        return _("请选以后的时间")
    return _("太远了，请选近一些的日子")


def meeting_refused(facts: Facts) -> str:
    if facts["why"] == "overlap":
        return _(
            "同一段时间只算一次，%(time)s 已经记着另一场。一起陪两个孩子的，把时间分开写；"
            "那一场没去的，请调度员先记没到"
        ) % {"time": until(*map(datetime.fromisoformat, (facts["begins"], facts["ends"])))}
    words: dict[tuple[str, str], str] = {
        ("minutes", "range"): _("请选陪了多久：%(low)s 到 %(high)s 分钟") % facts,
        ("minutes", "role"): _("这个项目里没有结对的角色，请找调度员"),
        ("felt", "choose"): _("请点一下这次怎么样"),
        ("began_at", "when"): _("时间不对：要在结对以后、最近一个月里，而且已经结束"),
        ("began_at", "twice"): _("这一次已经记过了"),
        ("minutes", "settled"): _("时长已经核对过，时间改不了，请找调度员"),
        ("reason", "empty"): _("请写为什么改，她看得到"),
    }
    return words[facts["field"], facts["why"]]


PAIRS: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        paired_child_refused,
        mentor_unfit,
        pair_ask_refused,
        pair_moved,
        pair_not_hers,
        pair_consent_gone,
        pair_end_refused,
        next_visit_refused,
        meeting_refused,
    )
}
ABOUT_MENTORS: dict[str, Callable[[Facts], str]] = {"mentor_unfit": she_is_unfit}
