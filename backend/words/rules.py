"""A sentence for each rule of matching.rules. Who avoids whom, and why, is never told.

A violation carries all that its sentence says (`Violation.facts` and `shown`): nothing is looked up
here, and nothing guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backend.common.under_age import MINOR
from backend.words.moments import clock, when


@dataclass(frozen=True)
class RuleFacts:
    """What a sentence is made from: a violation's facts and what it shows, the credentials' names,
    and whether it is said to the person herself."""

    facts: Mapping[str, Any]
    names: Mapping[str, str]
    you: bool

    def say(self, you: str, her: str) -> str:
        if self.you:
            return you
        return her


def qualification(t: RuleFacts) -> str:
    name = t.names.get(t.facts["code"], t.facts["code"])
    if t.facts["held"]:
        return t.say(_("你的「%(name)s」到那天已经过期"), _("她的「%(name)s」到那天已经过期")) % {
            "name": name
        }
    return t.say(
        _("这个岗位要有「%(name)s」，你还没有"), _("这个岗位要有「%(name)s」，她还没有")
    ) % {"name": name}


def availability(t: RuleFacts) -> str:
    if t.facts.get("late"):
        return t.say(
            _("未满 18 周岁，晚上 8 点以后的场次不排你"), _("她未满 18 周岁，晚上 8 点以后不排")
        )
    if t.facts.get("other_week"):
        return t.say(
            _("这一周不是你来的那一周，可以到「我的」里改"), _("她隔周来，这一周不是她来的那一周")
        )
    if not t.facts.get("away"):
        return _hours(t)
    away = t.say(_("那天你请了假"), _("那天她请了假"))
    return away if t.facts["hours"] else "；".join([away, _hours(t)])


def _hours(t: RuleFacts) -> str:
    if not t.facts["stated"]:
        return t.say(_("你还没有填什么时候有空，请到「我的」里填"), _("她还没有填什么时候有空"))
    return t.say(_("不在你的空闲时间里，可以到「我的」里改"), _("不在她的空闲时间里"))


def reach(t: RuleFacts) -> str:
    words = t.say(
        _("路上要 %(way)d 分钟，给你排的最多 %(limit)d 分钟，愿意走远些可以在「我的」里改"),
        _("路上要 %(way)d 分钟，给她排的最多 %(limit)d 分钟"),
    )
    return words % {"way": t.facts["way"], "limit": t.facts["limit"]}


def overlap(t: RuleFacts) -> str:
    shown = {"time": _when(t.facts["other_at"], t.facts["asked_at"])}
    if t.facts["gap"] < 0:
        return t.say(_("跟你 %(time)s 的班时间重叠"), _("跟她 %(time)s 的班时间重叠")) % shown
    words = t.say(
        _("跟你 %(time)s 的班只隔 %(gap)d 分钟，路上要 %(way)d 分钟"),
        _("跟她 %(time)s 的班只隔 %(gap)d 分钟，路上要 %(way)d 分钟"),
    )
    return words % {**shown, "gap": t.facts["gap"], "way": t.facts["way"]}


def _when(other: str, asked: str) -> str:
    """The other session's time; with its day when that is another one."""
    at = datetime.fromisoformat(other)
    same_day = at.date() == datetime.fromisoformat(asked).date()
    if same_day:
        return clock(at)
    return when(at)


def max_per_day(t: RuleFacts) -> str:
    words = t.say(
        _("这一天你已经有 %(had)d 场，一天最多排 %(limit)d 场，想多排可以在「我的」里改"),
        _("这一天她已经有 %(had)d 场，她一天最多排 %(limit)d 场"),
    )
    return words % {"had": t.facts["had"], "limit": t.facts["limit"]}


def max_per_week(t: RuleFacts) -> str:
    words = t.say(
        _("这一周你已经有 %(had)d 场，一周最多排 %(limit)d 场，想多排可以在「我的」里改"),
        _("这一周她已经有 %(had)d 场，她一周最多排 %(limit)d 场"),
    )
    return words % {"had": t.facts["had"], "limit": t.facts["limit"]}


def max_total(t: RuleFacts) -> str:
    return t.say(
        _("这一期给你排的场数到上限了，想多排可以找调度员"), _("这一期给她排的场数到上限了")
    )


def max_open(t: RuleFacts) -> str:
    words = t.say(
        _("长期结对你已经有 %(had)d 个，最多同时排 %(limit)d 个，想多接可以找调度员"),
        _("长期结对她已经有 %(had)d 个，最多同时排 %(limit)d 个"),
    )
    return words % {"had": t.facts["had"], "limit": t.facts["limit"]}


def one_place(t: RuleFacts) -> str:
    return t.say(_("这一场你已经有岗位了"), _("这一场她已经有岗位了"))


def ban(t: RuleFacts) -> str:
    return t.say(_("这一场你回复过去不了"), _("这一场她回复过去不了"))


def rest(t: RuleFacts) -> str:
    words = t.say(
        _("离你另一个班太近，中间要休息 %(limit)d 分钟"),
        _("离她另一个班太近，中间要休息 %(limit)d 分钟"),
    )
    return words % {"limit": t.facts["limit"]}


def rest_block(t: RuleFacts) -> str:
    words = t.say(
        _("排上这一场，你 %(window)d 天里就没有连着 %(limit)d 分钟的休息了"),
        _("排上这一场，她 %(window)d 天里就没有连着 %(limit)d 分钟的休息了"),
    )
    return words % {"window": t.facts["window"], "limit": t.facts["limit"]}


def limits(t: RuleFacts) -> str:
    words = t.say(
        _("说好了你%(span)s最多 %(much)s，这一场排上就多了"),
        _("说好了她%(span)s最多 %(much)s，这一场排上就多了"),
    )
    return words % {"span": _span(t.facts), "much": _much(t.facts)}


def _span(facts: Mapping[str, Any]) -> str:
    if facts["window"] is None:
        return _("这一期")
    words = _("每 %(n)d 周") if facts["unit"] == "weekends" else _("每 %(n)d 天")
    return words % {"n": facts["window"]}


def _much(facts: Mapping[str, Any]) -> str:
    words = {
        "services": _("%(n)d 场"),
        "days": _("%(n)d 天"),
        "minutes": _("%(n)d 分钟"),
        "weekends": _("%(n)d 个周末"),
    }
    return words[facts["unit"]] % {"n": facts["max"]}


def weekends(t: RuleFacts) -> str:
    return t.say(_("按你说好的，这个周末不能再排了"), _("按她说好的，这个周末不能再排了"))


def max_children(t: RuleFacts) -> str:
    words = t.say(
        _("你带的孩子加起来最多 %(limit)d 个，这一场排上就多了"),
        _("她带的孩子加起来最多 %(limit)d 个，这一场排上就多了"),
    )
    return words % {"limit": t.facts["limit"]}


def together(t: RuleFacts) -> str:
    return t.say(
        _("你跟搭档说好一起来，这一场要两个人一起排，可以找调度员"),
        _("她跟搭档说好一起来，这一场要两个人一起排"),
    )


def supervision(t: RuleFacts) -> str:
    if t.facts["code"] == MINOR:
        return t.say(
            _("未满 18 周岁的要有成年志愿者同场，这一场还没有，或者不够"),
            _("她未满 18 周岁，要有成年志愿者同场，这一场还没有，或者不够"),
        )
    return _("新手要有熟手带，这一场带的人不够")


def not_together(t: RuleFacts) -> str:
    return t.say(_("这一场暂时不方便安排你，可以问一问调度员"), _("同场有不能排在一起的人或家庭"))


def head_count(t: RuleFacts) -> str:
    return _("这个岗位已经满了")


def unknown(t: RuleFacts) -> str:
    return _("这个人或这一场已经不在排班表里")


def pin(t: RuleFacts) -> str:
    return _("已经确认的班不能动")


def open_without_staff(t: RuleFacts) -> str:
    return _("人没到齐，这一场还开不了")


def open_without_families(t: RuleFacts) -> str:
    return _("报名的孩子太少，这一场还开不了")


def alternatives(t: RuleFacts) -> str:
    return _("几个备选时间里只能开一场")


def runs(t: RuleFacts) -> str:
    return _("连着排的天数，或者中间休息的天数太少")


def mix(t: RuleFacts) -> str:
    return _("这一场要有的资质还没凑齐，开不了")


def groups(t: RuleFacts) -> str:
    return _("同一组里能开的场次已经满了")


def party(t: RuleFacts) -> str:
    return _("说好一起来的，要在同一时间、同一地点")


def needs(t: RuleFacts) -> str:
    words = t.say(
        _("你们要的「%(name)s」，这一场还没有人会"), _("这家要的「%(name)s」，这一场还没有人会")
    )
    return words % {"name": t.names.get(t.facts["code"], t.facts["code"])}


def seats(t: RuleFacts) -> str:
    return _("位子不够")


def no_seats(t: RuleFacts) -> str:
    return _("这一场不接待家庭")


def age(t: RuleFacts) -> str:
    """To her family in months; to others not even on which side it lies: several such sentences
    would tell the month of birth."""
    words = t.say(
        _("这一场适合 %(low)d–%(high)d 个月，那天宝宝 %(months)d 个月"),
        _("这一场适合 %(low)d–%(high)d 个月，那天孩子不在这个月龄"),
    )
    return words % {
        "low": t.facts["low"],
        "high": t.facts["high"],
        "months": t.facts["months"],
    }


def programme(t: RuleFacts) -> str:
    return _("这一场不属于心愿里的项目")


def choices(t: RuleFacts) -> str:
    return _("这一场不在约好的备选时间里")


def reserved(t: RuleFacts) -> str:
    return _("这一场留给了约好的家庭")


def family_availability(t: RuleFacts) -> str:
    return t.say(_("不在你们填的空闲时间里"), _("不在这家填的空闲时间里"))


def family_reach(t: RuleFacts) -> str:
    words = t.say(
        _("路上要 %(way)d 分钟，超过你们填的 %(limit)d 分钟"),
        _("路上要 %(way)d 分钟，超过这家填的 %(limit)d 分钟"),
    )
    return words % {"way": t.facts["way"], "limit": t.facts["limit"]}


def per_week(t: RuleFacts) -> str:
    words = t.say(
        _("这一周已经约满你们想要的 %(limit)d 次"), _("这一周已经约满这家想要的 %(limit)d 次")
    )
    return words % {"limit": t.facts["limit"]}


def wants(t: RuleFacts) -> str:
    words = t.say(_("已经约满你们想要的 %(limit)d 次"), _("已经约满这家想要的 %(limit)d 次"))
    return words % {"limit": t.facts["limit"]}


def seat_twice(t: RuleFacts) -> str:
    return t.say(_("这一场你们已经约过了"), _("这一场这家已经约过了"))


def family_overlap(t: RuleFacts) -> str:
    words = t.say(
        _("跟你们 %(time)s 约好的那一场时间重叠"), _("跟这家 %(time)s 约好的那一场时间重叠")
    )
    return words % {"time": _when(t.facts["other_at"], t.facts["asked_at"])}


RULES: Mapping[str, Callable[[RuleFacts], str]] = {
    rule.__name__: rule
    for rule in (
        qualification,
        availability,
        reach,
        overlap,
        max_per_day,
        max_per_week,
        max_total,
        max_open,
        rest,
        rest_block,
        limits,
        weekends,
        runs,
        max_children,
        together,
        supervision,
        one_place,
        ban,
        head_count,
        unknown,
        pin,
        open_without_staff,
        open_without_families,
        mix,
        alternatives,
        groups,
        seats,
        no_seats,
        age,
        programme,
        choices,
        reserved,
        family_availability,
        family_reach,
        per_week,
        wants,
        seat_twice,
        family_overlap,
        needs,
        party,
    )
} | {"apart": not_together, "avoid": not_together, "alone": not_together}
