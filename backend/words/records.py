"""What is said when a sign-in, or hours of service, cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backend.words.moments import until, when

Facts = Mapping[str, Any]


def not_expected(facts: Facts) -> str:
    return _("这一场没有排这个人，或者不办了，不用签到")


def not_the_time(facts: Facts) -> str:
    """Too early says from when; too late, where to turn."""
    if facts["opens_at"] is None:
        return _("长期的结对没有签到")
    return _("%(from)s 到 %(to)s 之间才可以；过了请在「我的时长」里补说一句") % {
        "from": when(_moment(facts["opens_at"])),
        "to": when(_moment(facts["ends_at"])),
    }


def wrong_code(facts: Facts) -> str:
    return _("签到码不对，或者刚换过。请看现在的码，再填一次")


def too_many_tries(facts: Facts) -> str:
    if not facts["minutes"]:
        return _("今天试了太多次，请带队代签")
    return _("试了太多次，请等 %(minutes)d 分钟，或者请带队代签") % {"minutes": facts["minutes"]}


def not_there_yet(facts: Facts) -> str:
    return _("还没有签到，不用签退")


def already_decided(facts: Facts) -> str:
    return _("这一场已经核对过了。不对的话，请在「我的时长」里说一声")


def bad_times(facts: Facts) -> str:
    return _("时间对不上：来的时间要比走的时间早，都要在这一场前后")


def own_hours(facts: Facts) -> str:
    return _("自己的时长要请别人来核对")


def one_word_only(facts: Facts) -> str:
    return _("除了你还没有人说她来过：请她在「我的时长」里补一句，或者补录，由另一位来批")


def bad_minutes(facts: Facts) -> str:
    return _("分钟数要在 %(low)d 到 %(high)d 之间") % {"low": facts["low"], "high": facts["high"]}


def time_counts(facts: Facts) -> str:
    words = _("同一段时间只算一次：%(time)s 她已经记着另一场，这一场最多还能记 %(most)d 分钟")
    begins, ends = _moment(facts["begins"]), _moment(facts["ends"])
    return words % {"time": until(begins, ends), "most": facts["most"]}


def report_too_early(facts: Facts) -> str:
    return _("这一场还没有开始，开始以后再说")


def report_moved(facts: Facts) -> str:
    text = _("%(who)s刚说过：%(children)d 个孩子，%(adults)d 位大人。再点一次，就换成你写的")
    return text % {
        "who": facts["who"] or _("有人"),
        "children": facts["children"],
        "adults": facts["adults"],
    }


def bad_count(facts: Facts) -> str:
    return _("人数要在 0 到 %(most)d 之间") % {"most": facts["most"]}


def feedback_closed(facts: Facts) -> str:
    return _("结束以后 %(days)d 天里，有位子的家庭可以说说这一场") % {"days": facts["days"]}


def nothing_to_correct(facts: Facts) -> str:
    return _("这一场还没有核对，请先核对")


def already_asked(facts: Facts) -> str:
    return _("已经提过了，正在等答复")


def already_answered_it(facts: Facts) -> str:
    return _("别人已经答复了，请看一看现在的情况")


def second_person(facts: Facts) -> str:
    return _("补录要由另一位来批，提的人自己不能批")


def answered_meanwhile(facts: Facts) -> str:
    return _("别人已经处理了，请看一看现在的情况")


def own_statement(facts: Facts) -> str:
    return _("自己的记录单要请别人来开")


def not_lawful_issuer(facts: Facts) -> str:
    return _("这个妇联没有说自己可以开证明。可以开平台服务记录")


def nothing_to_report(facts: Facts) -> str:
    return _("核对过的时长都在批次里了，没有要上报的")


def star_refused(facts: Facts) -> str:
    return {
        "hours": _("时长还不到，或者已经评过了"),
        "level": _("这一级由上级妇联来评"),
    }[facts["why"]]


def period_refused(facts: Facts) -> str:
    return _("日期对不上：从前一天到后一天，最晚到今天")


def nothing_served(facts: Facts) -> str:
    return _("这段时间里，这个妇联没有核对过的时长，开不了。换一段时间试试")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


RECORDS: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        not_expected,
        not_the_time,
        wrong_code,
        too_many_tries,
        not_there_yet,
        already_decided,
        bad_times,
        own_hours,
        one_word_only,
        bad_minutes,
        time_counts,
        report_too_early,
        report_moved,
        bad_count,
        feedback_closed,
        nothing_to_correct,
        already_asked,
        already_answered_it,
        second_person,
        answered_meanwhile,
        own_statement,
        not_lawful_issuer,
        nothing_to_report,
        star_refused,
        period_refused,
        nothing_served,
    )
}
