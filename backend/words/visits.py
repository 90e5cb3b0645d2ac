"""What is said about visits at home: refusals, why one was turned down, what ended it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from backend.bookings.states import BookingState
from backend.visits.states import VisitEnd, VisitNo, VisitPart, VisitState, VisitTopic
from backend.words.moments import when

Facts = Mapping[str, Any]
TOPICS: dict[str, str | Promise] = dict(VisitTopic.choices)
PARTS: dict[str, str | Promise] = dict(VisitPart.choices)
NO: dict[str, str | Promise] = dict(VisitNo.choices)


def turned_down(because: str) -> str:
    return str(NO.get(because, VisitState.DECLINED.label))


def parts_in_words(parts: list[str]) -> str:
    return _("、").join(str(PARTS[part]) for part in parts)


def why_ended(reason: str) -> str:
    words: dict[str, str] = {
        VisitEnd.CONSENT: _("同意撤回了，不再上门"),
        VisitEnd.CHILD: _("孩子的资料删除了，不再上门"),
        VisitEnd.AGE: _("改了出生年月，月龄不合适，不再上门"),
        VisitEnd.LATE: _("你们说的日子里没有约到，可以换些日子再说一次"),
    }
    return words.get(reason, _("你们取消了"))


def why_ended_for_desk(reason: str) -> str:
    return str(VisitEnd(reason).label) if reason else _("这一家不请了")


def answer_of_family(state: str, by: datetime | None) -> str:
    """What the family has said to the time, as its booking stands."""
    until = {"by": when(by)} if by else {}
    words: dict[str, str] = {
        BookingState.OFFERED: _("等这一家回复，%(by)s 前"),
        BookingState.ASKED: _("时间改过，等这一家再回复，%(by)s 前"),
        BookingState.CONFIRMED: _("这一家答应了"),
    }
    said = words.get(state, "")
    return said % until if until or "%" not in said else ""


def visit_ask_refused(facts: Facts) -> str:
    words: dict[tuple[str, str], str] = {
        ("child", "age"): _("上门指导给 3 岁以内的孩子"),
        ("child", "twice"): _("这个孩子已经请过一次，还没有结束；要改，打开那一次改"),
        ("topic", "choose"): _("请选一样想聊的"),
        ("parts", "choose"): _("请至少选一个你们在家的时间"),
        ("first_day", "past"): _("开始的日子已经过了"),
        ("last_day", "past"): _("最后一天已经过了"),
        ("last_day", "order"): _("最后一天不能早于第一天"),
        ("last_day", "far"): _("最多往后看两个月"),
        ("address", "empty"): _("请写门牌，老师要找得到"),
        ("address", "long"): _("门牌最多写 %(limit)s 个字") % {"limit": facts["limit"]},
        ("guardian_present", "needed"): _("老师上门时，家里要有一位大人一直在场"),
    }
    return words[facts["field"], facts["why"]]


def visit_moved(facts: Facts) -> str:
    if facts["state"] == VisitState.OPEN:
        return _("刚刚有人改过，请看最新的再办")
    return _("已经不在等安排了，请看最新的")


def visit_plan_refused(facts: Facts) -> str:
    return {
        "rota": _("那天所在的排班表还没有发布，先发布才能问人"),
        "risk": _("请写清要留意什么：老师答应之前都会看到"),
        "outside": _("不在这一家说的时间里；跟他们说好了，就勾选「已经说好」再约"),
        "people": _("上门要两个人一起去；这类活动的岗位不够两位，请先改好，或勾选社区工作者同行"),
        "adult": _("这类活动还没有要求年满 18 周岁，不能上门；请管理员在后台加上"),
        "carries": _("这类活动里没有带孩子的岗位，不能上门"),
        "no": _("请选一个原因，这一家会看到"),
    }[facts["why"]]


def visit_not_hers(facts: Facts) -> str:
    return _("你不在这次上门里，或者它取消了")


def visit_not_agreed(facts: Facts) -> str:
    return _("这一家还没有说时间合适。请先别去，给调度员打电话")


def nobody_missed(facts: Facts) -> str:
    return _("现在没有人在等这一对的消息，不用记")


def visit_under_way(facts: Facts) -> str:
    if facts["over"]:
        return _("这次上门已经有人说结束了，不用取消")
    return _("老师已经到了这一家，取消不了。有事请马上打电话；她们出来了点「结束了」")


def nobody_to_ask_about(facts: Facts) -> str:
    return _("不用记：没有人去，或者已经说过去没去成")


def two_adults_needed(facts: Facts) -> str:
    return _("上门要两个人一起去，现在只有一位。请先别进门，给调度员打电话")


VISITS: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        visit_ask_refused,
        visit_moved,
        visit_plan_refused,
        visit_not_hers,
        visit_not_agreed,
        nobody_missed,
        nobody_to_ask_about,
        visit_under_way,
        two_adults_needed,
    )
}
