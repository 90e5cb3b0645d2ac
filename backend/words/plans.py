"""What has become of a run and of its plan, and what a what-if asks, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.planning.models import Proposal, Run
from backend.planning.what_if import WhatIf
from backend.rota.aims import Aims, aims_of
from backend.rota.models import Rota
from backend.words.aims import aims_in_words


def plan_state(plan: Proposal) -> str:
    return {
        Proposal.State.OPEN: _("待发布"),
        Proposal.State.PUBLISHING: _("正在发布"),
        Proposal.State.PUBLISHED: _("已发布"),
        Proposal.State.DISCARDED: _("没有用"),
        Proposal.State.WHAT_IF: _("只是假设"),
    }[Proposal.State(plan.state)]


def made_for(run: Run) -> str:
    """What its plan looks to, as it was set when the run read the rota; "" where that was not
    kept."""
    if run.aims is None:
        return ""
    return aims_in_words(Aims.from_json(run.aims))


def looks_elsewhere(run: Run, rota: Rota) -> str:
    """What the rota looks to by now, where that is something else."""
    now = aims_of(rota)
    if run.aims is None or Aims.from_json(run.aims) == now:
        return ""
    return aims_in_words(now)


def run_state(run: Run) -> str:
    """Of one without a plan."""
    return {
        Run.State.QUEUED: _("排队中"),
        Run.State.RUNNING: _("正在排"),
        Run.State.FINISHED: _("排好了"),
        Run.State.FAILED: _("没有排成"),
        Run.State.CANCELLED: _("取消了"),
    }[Run.State(run.state)]


def what_if_in_words(asked: WhatIf) -> str:
    """假如：多 3 位主讲（鼓楼区），每人每周多 1 场."""
    said = []
    if asked.more:
        facts = {"n": asked.more, "role": asked.role, "county": asked.county}
        said.append(_("多 %(n)d 位%(role)s（%(county)s）") % facts)
    if asked.week:
        said.append(_("每人每周多 %(n)d 场") % {"n": asked.week})
    if asked.minutes:
        said.append(_("每人路上多 %(n)d 分钟") % {"n": asked.minutes})
    if asked.sessions:
        said.append(
            _("%(venue)s不能用（%(n)d 场）") % {"venue": asked.venue, "n": len(asked.sessions)}
        )
    if asked.aims:
        said.append(aims_in_words(asked.aims))
    return _("假如：%(what)s") % {"what": _("，").join(said)}
