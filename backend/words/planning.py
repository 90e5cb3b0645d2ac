"""What a coordinator is told when a run, a proposal or an edit cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.planning.states import ProposalState
from backend.rota.states import SessionState

Facts = Mapping[str, Any]


def run_is_live(facts: Facts) -> str:
    return _("这张排班表正在排班，等它算完或先停下来")


def rota_not_plannable(facts: Facts) -> str:
    return _("这张排班表已经结束，不能再排")


def nothing_ahead(facts: Facts) -> str:
    return _("这张排班表里的场次都开始了或结束了，没有可以排的")


def nothing_asked(facts: Facts) -> str:
    return _("请至少改一样，才有可比的")


def run_over(facts: Facts) -> str:
    return _("这次排班已经结束")


def proposal_over(facts: Facts) -> str:
    if facts["rota_over"]:
        return _("这张排班表已经结束，不能再发布")
    if facts["state"] == ProposalState.PUBLISHING:
        return _("这个方案正在发布")
    if facts["state"] == ProposalState.WHAT_IF:
        return _("这只是假设，不能发布")
    return _("这个方案已经发布或换掉了，请看最新的一版")


def proposal_stale(facts: Facts) -> str:
    return _("方案算好以后有 %(n)d 处变了，还没有发布；可以先发其余的，或重新排一次") % {
        "n": len(facts["lines"])
    }


def session_changed(facts: Facts) -> str:
    return _("别人刚改过这一场，请看过最新的再改")


def others_touched(facts: Facts) -> str:
    return _("刚刚又有人在这一场里，请看过会影响谁再保存")


def others_concerned(facts: Facts) -> str:
    return _("刚刚有人加入或退出了这一场，请看过会告诉谁再取消")


def session_over(facts: Facts) -> str:
    if facts["state"] == SessionState.CANCELLED:
        return _("这一场已经取消")
    return _("这一场已经结束，不能再改")


def session_value(facts: Facts) -> str:
    return {
        "empty": _("请写一个名称"),
        "not_after_start": _("结束时间要晚于开始时间"),
        "outside_rota": _("开始时间要在这张排班表的日子里"),
        "past": _("开始时间已经过了"),
        "day_off": _("%(limit)s放假"),
        "at_home": _("上门不在排班表里新增：有家庭请老师上门，在「上门」那一页定时间"),
        "home_hours": _("上门的时间要在早上 8 点到晚上 8 点之间"),
        "home_begun": _(
            "上门快到时间，或者老师已经到了，就不能改到别的时间；没去成的，请老师点「没人开门」"
        ),
        "seats_taken": _("已经有 %(limit)s 个位子被约走，不能再少"),
    }.get(facts["why"], _("这个值不行，请改一改")) % {"limit": facts["limit"]}


def aims(facts: Facts) -> str:
    return {
        "over": _("这期排班已经过去，不能再改。"),
        "odd": _("这个值不行，请改一改"),
        "same": _("跟现在一样，没有要改的"),
    }[facts["why"]]


def template(facts: Facts) -> str:
    return {
        "empty": _("请给模板起个名字"),
        "long": _("最多 %(limit)s 个字"),
        "open_ended": _("没有时间的场次不能存成模板"),
        "at_home": _("上门是为一家定的，不能存成模板"),
    }[facts["why"]] % {"limit": facts["limit"]}


def rota_refused(facts: Facts) -> str:
    limit = {"limit": facts["limit"]}
    return {
        "empty": _("请给排班表起个名字"),
        "long": _("最多 %(limit)d 个字") % limit,
        "range": _("请填 1 到 %(limit)d 周") % limit,
        "weekday": _("排班表从周一开始，请选一个周一"),
        "over": _("这几周已经过去了，请看一看日期"),
        "far": _("最多提前 %(limit)d 天，请看一看年份") % limit,
    }[facts["why"]]


PLANNING: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        rota_refused,
        run_is_live,
        rota_not_plannable,
        nothing_ahead,
        nothing_asked,
        run_over,
        proposal_over,
        proposal_stale,
        session_changed,
        others_touched,
        others_concerned,
        session_over,
        session_value,
        aims,
        template,
    )
}
