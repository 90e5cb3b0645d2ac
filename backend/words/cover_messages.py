"""What is told of a place that may pass to somebody else."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.rota.states import CoverState
from backend.words.moments import when
from backend.words.saying import Said, Things, listed, sentences, what_of


def cover_asked(things: Things, now: datetime) -> Said:
    lines = [
        sentences(
            what_of(one),
            _("有人去不了，谁先答应就归谁"),
            _("请在 %(by)s 前回复") % {"by": when(one.answer_by)} if one.answer_by else "",
        )
        for one in things
    ]
    return Said(_("有人想请你替她去一场"), listed(lines), {"n": str(len(things))})


def cover_over(things: Things, now: datetime) -> Said:
    lines = [
        sentences(
            what_of(one),
            _("已经有人替她去了，谢谢你")
            if one.state == CoverState.TAKEN
            else _("不用替了，不用再回复"),
        )
        for one in things
    ]
    return Said(_("替班的事不用再回复了"), listed(lines), {"n": str(len(things))})


def cover_taken(things: Things, now: datetime) -> Said:
    lines = [sentences(what_of(one), _("有人替你去，不用你来了")) for one in things]
    return Said(_("有人接了你的班"), listed(lines), {"n": str(len(things))})


def cover_failed(things: Things, now: datetime) -> Said:
    lines = [
        sentences(
            what_of(one),
            _("问过的人都来不了，这一场还是你的"),
            _("真去不了，请在「我的班表」里说一声，好找人接"),
        )
        for one in things
    ]
    return Said(_("没有人能替你去"), listed(lines), {"n": str(len(things))})


OF_COVERS = (cover_asked, cover_over, cover_taken, cover_failed)
