"""What is said about cases: what one is about, how far it is, how it ended, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.cases.states import (
    CHOSEN_OUTCOMES,
    CaseAgreedHow,
    CaseKind,
    CaseOutcome,
    CaseState,
    HelperState,
    LookPurpose,
    Relation,
)

Facts = Mapping[str, Any]
Words = dict[str, str | Promise]

KINDS: Words = {
    CaseKind.DIVORCE: gettext_lazy("离婚"),
    CaseKind.CUSTODY: gettext_lazy("抚养"),
    CaseKind.VISITING: gettext_lazy("探望"),
    CaseKind.SUPPORT: gettext_lazy("赡养"),
    CaseKind.PROPERTY: gettext_lazy("分家析产"),
    CaseKind.HERITAGE: gettext_lazy("继承"),
    CaseKind.OTHER: gettext_lazy("别的婚姻家庭纠纷"),
    CaseKind.CARE: gettext_lazy("关爱帮扶（只有一方）"),
}
STATES: Words = {
    CaseState.OPENED: gettext_lazy("等双方同意"),
    CaseState.AGREED: gettext_lazy("可以找人了"),
    CaseState.HELD: gettext_lazy("进行中"),
    CaseState.CLOSED: gettext_lazy("结案了"),
}
OUTCOMES: Words = {
    CaseOutcome.SETTLED: gettext_lazy("撤诉或调解成功"),
    CaseOutcome.REPORTED: gettext_lazy("结案反馈"),
    CaseOutcome.FOLLOWED: gettext_lazy("回访"),
    CaseOutcome.EASED: gettext_lazy("疏导平衡"),
    CaseOutcome.UNSETTLED: gettext_lazy("没有谈成，告诉了别的办法"),
    CaseOutcome.VIOLENCE: gettext_lazy("有家暴，停止调解并报告"),
    CaseOutcome.WITHDRAWN: gettext_lazy("有人不同意了"),
}
HELPERS: Words = {
    HelperState.PROPOSED: gettext_lazy("推荐给当事人"),
    HelperState.PASSED: gettext_lazy("当事人没有选"),
    HelperState.ASKED: gettext_lazy("等她回复"),
    HelperState.HELPING: gettext_lazy("在办"),
    HelperState.DECLINED: gettext_lazy("没有答应"),
    HelperState.BARRED: gettext_lazy("要回避"),
    HelperState.LEFT: gettext_lazy("交出去了"),
    HelperState.DONE: gettext_lazy("办完了"),
}
HOW: Words = {
    CaseAgreedHow.PAPER: gettext_lazy("签了纸质同意书"),
    CaseAgreedHow.SPOKEN: gettext_lazy("当面说的，有两位工作人员在场"),
    CaseAgreedHow.PHONE: gettext_lazy("电话里说的，之后补签"),
}
RELATIONS: Words = {
    Relation.NONE: gettext_lazy("都没有关系，可以办"),
    Relation.KIN: gettext_lazy("是一方的亲属"),
    Relation.HOME: gettext_lazy("和一方同村同院，或住在一起"),
    Relation.KNOWN: gettext_lazy("和一方是朋友、同事，或帮过其中一方"),
    Relation.GAIN: gettext_lazy("这件事跟自己有利害"),
}
PURPOSES: Words = {
    LookPurpose.CONTACT: gettext_lazy("联系当事人"),
    LookPurpose.MEETING: gettext_lazy("准备见面"),
    LookPurpose.RELATION: gettext_lazy("看要不要回避"),
    LookPurpose.RECORD: gettext_lazy("写记录、结案"),
    LookPurpose.HANDING: gettext_lazy("交接"),
}


def chosen_outcomes() -> list[tuple[str, str | Promise]]:
    return [(code, OUTCOMES[code]) for code in CHOSEN_OUTCOMES]


def case_refused(facts: Facts) -> str:
    field, why = str(facts["field"]), facts["why"]
    if field.startswith("name"):
        limit = {"limit": facts.get("limit")}
        return _("请写姓名") if why == "empty" else _("姓名最多写 %(limit)s 个字") % limit
    if field.startswith("phone"):
        return _("请只填一个中国大陆的电话号码：手机 11 位，座机带区号，不写分机和别的字")
    words: dict[tuple[str, str], str] = {
        ("kind", "choose"): _("请选是哪一类"),
        ("kind", "programme"): _("现在没有个案的项目，请先在后台开一个"),
        ("helpers_wanted", "choose"): _("请选要一位还是两位"),
        ("about", "long"): _("最多写 %(limit)s 个字") % {"limit": facts.get("limit")},
        ("agreed_how", "choose"): _("请选怎么同意的"),
        ("agreed_on", "later"): _("同意的日子不能在今天以后"),
        ("key", "missing"): _("这里还没有个案的钥匙，不能登记，请找运维"),
    }
    return words[field, why]


def case_moved(facts: Facts) -> str:
    if facts["state"] == CaseState.CLOSED:
        return _("这个案子已经结案了")
    return _("刚刚有人改过，请看最新的再办")


def case_not_hers(facts: Facts) -> str:
    return _("问的不是你，或者已经不由你办了")


def case_helper_unfit(facts: Facts) -> str:
    return {
        "state": _("你现在没有在册接班，先恢复再回复"),
        "programme": _("你没有选这个项目，先在「我的」里选上"),
        "minor": _("办个案的人要成年。带证件给调度员当面看一眼，由她登记"),
        "certificate": _("你的调解员证书没有有效的，请先找调度员办"),
        "full": _("你同时接的已经到了自己定的上限，想多接先在「我的」里改"),
        "barred": _("你说过要回避，这件由别人办"),
        "party": _("你和一方是同一个人或同名，这件由别人办"),
        "village": _("你和一方同村，这件由别人办"),
        "other": _("你办过其中一方的案子，这件由别人办"),
    }[facts["why"]]


def she_may_not_help(facts: Facts) -> str:
    words = {
        "state": _("%(name)s现在没有在册接班"),
        "programme": _("%(name)s没有选这个项目"),
        "minor": _("还没有人看过%(name)s的证件、登记年满 18 周岁"),
        "certificate": _("%(name)s没有有效的调解员证书"),
        "full": _("%(name)s同时接的已经到了她自己定的上限"),
        "barred": _("%(name)s说过要回避这件"),
        "party": _("%(name)s和一方是同一个人或同名，要回避"),
        "village": _("%(name)s和一方同村，要回避"),
        "other": _("%(name)s办过其中一方的案子，要回避"),
    }[facts["why"]]
    return words % {"name": facts["name"]}


def case_choice_refused(facts: Facts) -> str:
    return {
        "consent": _("要双方都同意了，才能推荐人"),
        "many": _("一次最多推荐 %(most)s 位，等当事人选过再推荐") % {"most": facts.get("most")},
        "enough": _("这件要 %(most)s 位，已经够了") % {"most": facts.get("most")},
        "twice": _("她已经在这件里了"),
        "choose": _("请选一位志愿者"),
        "relation": _("请先选你和双方有没有关系"),
    }[facts["why"]]


def case_end_refused(facts: Facts) -> str:
    if facts["why"] == "helper":
        return _("还没有人办过，只能写没有谈成，或有家暴")
    return _("请选怎么结的")


def case_work_refused(facts: Facts) -> str:
    words: dict[tuple[str, str], str] = {
        ("words", "empty"): _("请写记录"),
        ("words", "long"): _("记录最多写 %(limit)s 个字") % {"limit": facts["limit"]},
        ("minutes", "range"): _("请选多久：%(low)s 到 %(high)s 分钟")
        % {"low": facts["low"], "high": facts["high"]},
        ("minutes", "role"): _("这个项目里没有调解的角色，请找调度员"),
        ("began_at", "when"): _("时间不对：要在你接手以后、最近一个月里，而且已经结束"),
        ("began_at", "twice"): _("这一次已经记过了"),
        ("began_at", "overlap"): _("同一段时间只算一次，那时已经记着另一场"),
        ("next_at", "past"): _("请选以后的时间"),
        ("next_at", "far"): _("太远了，请选近一些的日子"),
    }
    return words[facts["field"], facts["why"]]


CASES: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        case_refused,
        case_moved,
        case_not_hers,
        case_helper_unfit,
        case_choice_refused,
        case_end_refused,
        case_work_refused,
    )
}
ABOUT_HELPERS: dict[str, Callable[[Facts], str]] = {"case_helper_unfit": she_may_not_help}
