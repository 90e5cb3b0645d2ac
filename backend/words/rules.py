"""A sentence for each rule of matching.rules. Who avoids whom, and why, is never told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.common.clock import local_midnight
from backend.words.moments import clock, short_day
from matching.problem import DAY, WEEK, Problem, Session, Volunteer
from matching.travel import travel_minutes


@dataclass(frozen=True)
class Told:
    """What a sentence is made from: the violation's facts, the problem that it was found in, the
    session asked about."""

    facts: Mapping[str, Any]
    given: Problem | None
    session_id: str
    names: Mapping[str, str]
    you: bool

    def say(self, you: str, her: str) -> str:
        return you if self.you else her

    @property
    def problem(self) -> Problem:
        if self.given is None:
            raise ValueError("this rule's sentence needs the problem that it was broken in")
        return self.given

    @property
    def her(self) -> Volunteer:
        return self.problem.volunteer_of[self.facts["volunteer"]]

    @property
    def session(self) -> Session:
        return self.problem.session_of[self.session_id]

    def moment(self, minute: int) -> datetime:
        return local_midnight(self.problem.start) + timedelta(minutes=minute)

    def in_same(self, span: int) -> int:
        """How many timed sessions she has already in the same day or week as the session asked
        about."""
        plan = self.problem.current
        theirs = (
            {
                self.problem.shift_of[h][0]
                for v, h in plan.assignments
                if v == self.facts["volunteer"]
            }
            if plan
            else set()
        )
        start = self.session.start
        return sum(
            s.start is not None and start is not None and s.start // span == start // span
            for s in theirs
            if s.id != self.session_id
        )


def qualification(t: Told) -> str:
    name = t.names.get(t.facts["code"], t.facts["code"])
    if t.facts["code"] in t.her.qualifications:
        return t.say(_("你的「%(name)s」到那天已经过期"), _("她的「%(name)s」到那天已经过期")) % {
            "name": name
        }
    return t.say(
        _("这个岗位要有「%(name)s」，你还没有"), _("这个岗位要有「%(name)s」，她还没有")
    ) % {"name": name}


def availability(t: Told) -> str:
    if not t.her.available:
        return t.say(_("你还没有填什么时候有空"), _("她还没有填什么时候有空"))
    return t.say(_("不在你填的空闲时间里"), _("不在她填的空闲时间里"))


def reach(t: Told) -> str:
    way = travel_minutes(t.problem.travel, t.her.home, t.session.place)
    words = t.say(
        _("路上要 %(way)d 分钟，超过你填的 %(limit)d 分钟"),
        _("路上要 %(way)d 分钟，超过她填的 %(limit)d 分钟"),
    )
    return words % {"way": way, "limit": t.her.max_travel}


def overlap(t: Told) -> str:
    first, second = (t.problem.session_of[s] for s in t.facts["sessions"])
    other = first if second.id == t.session_id else second
    at = t.moment(other.start or 0)
    same_day = (
        t.session_id in t.facts["sessions"]
        and (t.session.start or 0) // DAY == (other.start or 0) // DAY
    )
    shown = {"time": clock(at) if same_day else f"{short_day(at)} {clock(at)}"}
    gap = (second.start or 0) - (first.end or 0)
    if gap < 0:
        return t.say(_("跟你 %(time)s 的班时间重叠"), _("跟她 %(time)s 的班时间重叠")) % shown
    way = travel_minutes(t.problem.travel, first.place, second.place)
    words = t.say(
        _("跟你 %(time)s 的班只隔 %(gap)d 分钟，路上要 %(way)d 分钟"),
        _("跟她 %(time)s 的班只隔 %(gap)d 分钟，路上要 %(way)d 分钟"),
    )
    return words % {**shown, "gap": gap, "way": way}


def max_per_day(t: Told) -> str:
    words = t.say(
        _("这一天你已经有 %(had)d 场，你说过一天最多 %(limit)d 场"),
        _("这一天她已经有 %(had)d 场，她说过一天最多 %(limit)d 场"),
    )
    return words % {"had": t.in_same(DAY), "limit": t.her.max_per_day or 0}


def max_per_week(t: Told) -> str:
    words = t.say(
        _("这一周你已经有 %(had)d 场，你说过一周最多 %(limit)d 场"),
        _("这一周她已经有 %(had)d 场，她说过一周最多 %(limit)d 场"),
    )
    return words % {"had": t.in_same(WEEK), "limit": t.her.max_per_week or 0}


def max_total(t: Told) -> str:
    return t.say(_("这一期的场数到了你说的上限"), _("这一期的场数到了她说的上限"))


def max_open(t: Told) -> str:
    words = t.say(
        _("长期结对你最多同时接 %(limit)d 个，已经满了"),
        _("长期结对她最多同时接 %(limit)d 个，已经满了"),
    )
    return words % {"limit": t.her.max_open or 0}


def one_place(t: Told) -> str:
    return t.say(_("这一场你已经有岗位了"), _("这一场她已经有岗位了"))


def ban(t: Told) -> str:
    return t.say(_("这一场你回复过去不了"), _("这一场她回复过去不了"))


def not_together(t: Told) -> str:
    return t.say(_("这一场暂时不方便安排你，可以问一问调度员"), _("同场有不能排在一起的人或家庭"))


def head_count(t: Told) -> str:
    return _("这个岗位已经满了")


def unknown(t: Told) -> str:
    return _("这个人或这一场已经不在排班表里")


def pin(t: Told) -> str:
    return _("已经确认的班不能动")


def open_without_staff(t: Told) -> str:
    return _("人没到齐，这一场还开不了")


def open_without_families(t: Told) -> str:
    return _("报名的孩子太少，这一场还开不了")


def alternatives(t: Told) -> str:
    return _("几个备选时间里只能开一场")


def seats(t: Told) -> str:
    return _("位子不够")


def no_seats(t: Told) -> str:
    return _("这一场不接待家庭")


def age(t: Told) -> str:
    months = t.facts.get("months", 0)
    band = t.session.months if t.given and t.session_id in t.given.session_of else None
    if band is None:
        return ngettext(
            "那天宝宝 %(months)d 个月，不在这一场的月龄里",
            "那天宝宝 %(months)d 个月，不在这一场的月龄里",
            months,
        ) % {"months": months}
    return _("这一场适合 %(low)d–%(high)d 个月，那天宝宝 %(months)d 个月") % {
        "low": band[0],
        "high": band[1],
        "months": months,
    }


def programme(t: Told) -> str:
    return _("这一场不属于心愿里的项目")


def choices(t: Told) -> str:
    return _("这一场不在约好的备选时间里")


def reserved(t: Told) -> str:
    return _("这一场留给了约好的家庭")


def family_availability(t: Told) -> str:
    return t.say(_("不在你们填的空闲时间里"), _("不在这家填的空闲时间里"))


def family_reach(t: Told) -> str:
    return t.say(_("路太远，超过你们填的路程"), _("路太远，超过这家填的路程"))


def per_week(t: Told) -> str:
    return t.say(_("这一周已经约满你们想要的次数"), _("这一周已经约满这家想要的次数"))


def wants(t: Told) -> str:
    return t.say(_("已经约满你们想要的次数"), _("已经约满这家想要的次数"))


def seat_twice(t: Told) -> str:
    return t.say(_("这一场你们已经约过了"), _("这一场这家已经约过了"))


def family_overlap(t: Told) -> str:
    return t.say(_("跟你们约好的另一场时间重叠"), _("跟这家约好的另一场时间重叠"))


RULES: Mapping[str, Callable[[Told], str]] = {
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
        one_place,
        ban,
        head_count,
        unknown,
        pin,
        open_without_staff,
        open_without_families,
        alternatives,
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
    )
} | {"apart": not_together, "avoid": not_together}
