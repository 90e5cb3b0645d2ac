"""What is told of cases: a number, and nothing else."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.cases.states import HelperState
from backend.words.moments import deadline
from backend.words.saying import About, Said, Things, first_of, listed, sentences


def case_asked(things: Things, now: datetime) -> Said:
    lines = []
    for one in things:
        assert one.answer_by is not None
        by = _("请在 %(by)s 前回复") % {"by": deadline(one.answer_by, now)}
        lines.append(_case(one, _("想请你来办，愿不愿意都可以"), by))
    return _said(_("有一件个案想请你办"), lines)


def case_answered(things: Things, now: datetime) -> Said:
    return _said(_("个案有回复了"), [_case(one, _became(one)) for one in things])


def case_over(things: Things, now: datetime) -> Said:
    lines = [_case(one, _("不用再办了，谢谢你")) for one in things]
    return _said(_("个案有变化"), lines)


def _became(one: About) -> str:
    if one.state == HelperState.HELPING:
        return _("她答应了")
    if one.state == HelperState.BARRED:
        return _("她要回避，请另外推荐")
    if one.state == HelperState.LEFT:
        return _("她交出来了，请另外推荐")
    return _("她没有答应，请另外推荐")


def _case(one: About, *what: str) -> str:
    return sentences(_("个案 %(n)d") % {"n": one.number}, *what)


def _said(title: str, lines: list[str]) -> Said:
    return Said(title, listed(first_of(lines)), {"n": str(len(lines))})


OF_CASES = (case_asked, case_answered, case_over)
