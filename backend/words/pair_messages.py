"""What is told of pairs: nothing about the child, and nobody's name."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.pairs.states import PairState
from backend.words.moments import deadline, long_day
from backend.words.pairs import ENDS
from backend.words.saying import About, Said, Things, first_of, listed, sentences


def pair_asked(things: Things, now: datetime) -> Said:
    lines = [
        sentences(_("有一个孩子想请你长期陪伴，点开看年龄和多久一次"), _by(one, now))
        for one in things
    ]
    return _said(_("想请你和一个孩子结对"), lines)


def pair_handing(things: Things, now: datetime) -> Said:
    lines = [
        sentences(_("想请你把陪的孩子交给另一位志愿者，你们都说好才交接"), _by(one, now))
        for one in things
    ]
    return _said(_("想跟你商量交接"), lines)


def pair_news(things: Things, now: datetime) -> Said:
    return _said(_("结对有变化"), [_hers(one) for one in things])


def pair_at_desk(things: Things, now: datetime) -> Said:
    return _said(_("结对有消息"), [_child(one, _became(one)) for one in things])


def pair_help(things: Things, now: datetime) -> Said:
    plea = _("志愿者去过以后想请调度员帮忙，请给她打个电话")
    return _said(_("结对的志愿者想请你帮忙"), [_child(one, plea) for one in things])


def pair_late(things: Things, now: datetime) -> Said:
    lines = [
        sentences(
            _("说好 %(day)s 前去陪孩子，还没有记录") % {"day": _day(one)},
            _("去过了就记一下，没去成就另选个时间"),
        )
        for one in things
    ]
    return _said(_("去看过孩子了吗"), lines)


def pair_lagging(things: Things, now: datetime) -> Said:
    late = [
        _child(one, _("该 %(day)s 前去，还没有去过的记录，请问问志愿者") % {"day": _day(one)})
        for one in things
    ]
    return _said(_("有孩子该去没去"), late)


def _day(one: About) -> str:
    assert one.day is not None  # of a pair that stands
    return long_day(one.day)


def _said(title: str, lines: list[str]) -> Said:
    return Said(title, listed(first_of(lines)), {"n": str(len(lines))})


def _by(one: About, now: datetime) -> str:
    assert one.answer_by is not None
    return _("请在 %(by)s 前回复") % {"by": deadline(one.answer_by, now)}


def _child(one: About, what: str) -> str:
    return sentences(_("孩子 %(n)d：%(what)s") % {"n": one.number, "what": what})


def _hers(one: About) -> str:
    if one.state == PairState.STANDING:
        return sentences(_("结对中：时间你定，点开选一个"))
    if one.state == PairState.PAUSED:
        return sentences(_("先停一停，这阵子不用去"))
    if one.hindered:
        return sentences(_("上次问你的结对不用回复了"), str(ENDS.get(one.why, "")))
    return sentences(_("结对结束了：%(why)s") % {"why": ENDS.get(one.why, "")}, _("谢谢你"))


def _became(one: About) -> str:
    if one.state == PairState.ENDED:
        return str(ENDS.get(one.why, ""))
    return _("她答应了，结对了")


OF_PAIRS = (
    pair_asked,
    pair_handing,
    pair_news,
    pair_late,
    pair_at_desk,
    pair_lagging,
    pair_help,
)
