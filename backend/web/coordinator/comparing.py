"""What runs came to, and two plans of a rota side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.access import queries as access
from backend.common import clock
from backend.common.reading import key
from backend.organisations.queries import can_coordinate
from backend.planning.models import Proposal, Run
from backend.planning.policy import can_plan
from backend.planning.queries import comparing, history, runs
from backend.planning.queries.comparing import PlanFigures, PlanLines
from backend.planning.what_if import what_if_of
from backend.rota.models import Rota
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import page_number, pager
from backend.web.own_fields import chooser
from backend.words import terms
from backend.words.moments import when
from backend.words.plans import made_for, plan_state, run_state, what_if_in_words

PAGE = 20
NOW = "now"
WAYS = ("person", "session")


class TwoPlansForm(forms.Form):
    """Which two; what makes no sense is what the address would have been without it."""

    a = forms.ChoiceField(label=gettext_lazy("先看"))
    b = forms.ChoiceField(label=gettext_lazy("再看"))

    def __init__(self, plans: Sequence[Proposal], a: str, b: str) -> None:
        super().__init__(initial={"a": a, "b": b})
        choices = [(NOW, _("现在的安排")), *((str(one.pk), plan_name(one)) for one in plans)]
        chooser(self, "a").choices = choices
        chooser(self, "b").choices = choices


@dataclass(frozen=True)
class FigureRow:
    """A figure of both, and by how much the second differs."""

    label: str
    a: str
    b: str
    difference: str


@dataclass(frozen=True)
class RunRow:
    """A run in words: the plan it came to, what a what-if asked, what has become of it; `before`:
    how many wait for the solver before it; `adopts`: of a what-if about aims, the question by which
    their page shows them filled in; `aims`: what the others looked to."""

    run: Run
    plan: Proposal | None
    asked: str
    state: str
    trouble: str
    before: int | None
    adopts: str
    aims: str


def plan_name(proposal: Proposal) -> str:
    """11 月 28 日 周六 9:00 排的，待发布; of a what-if what it asks."""
    asked = what_if_of(proposal.run)
    if asked:
        return _("%(when)s %(what)s") % {
            "when": when(proposal.made_at),
            "what": what_if_in_words(asked),
        }
    said = {"when": when(proposal.made_at), "state": plan_state(proposal)}
    return _("%(when)s 排的，%(state)s") % said


@coordinator
def run_history(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The runs of a rota, the newest first, with the way to compare what they came to."""
    return render(request, "coordinator/runs.html", _history(request, pk))


@coordinator
def runs_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The runs alone: fetched again when one starts or ends, or its plan is published."""
    return render(request, "coordinator/_runs.html", _history(request, pk))


def _history(request: CoordinatorRequest, pk: int) -> dict[str, Any]:
    rota = access.rota_seen(request.user, pk)
    page = page_number(request)
    rows = list(history.runs_of(rota)[(page - 1) * PAGE : page * PAGE + 1])
    plans = history.plans_of(rota)
    before = dict(runs.waiting()) if any(run.is_queued for run in rows) else {}
    here = reverse("coordinator:runs_fragment", args=[pk])
    return {
        "place": "rota",
        "rota": rota,
        "stream": " ".join([f"rota.{pk}", *(f"run.{run.pk}" for run in rows if run.is_queued)]),
        "here": f"{here}?page={page}",
        "runs": [_run_row(run, before.get(run.pk)) for run in rows[:PAGE]],
        "asks": can_coordinate(request.user, rota.organisation) and can_plan(rota, clock.now()),
        "whole": access.sees_whole(request.user, rota.organisation),
        "newest": next((plan for plan in plans if not plan.is_what_if), None),
        "form": TwoPlansForm(plans, NOW, str(plans[0].pk)) if plans else None,
        "pager": pager(page, page + (len(rows) > PAGE)),
    }


def _run_row(run: Run, before: int | None) -> RunRow:
    return RunRow(
        run=run,
        plan=_plan(run),
        asked=_asked(run),
        state=_state(run),
        trouble=_trouble(run),
        before=before,
        adopts=_adopts(run),
        aims=_aims(run),
    )


def _plan(run: Run) -> Proposal | None:
    return getattr(run, "proposal", None)


def _state(run: Run) -> str:
    plan = _plan(run)
    return plan_state(plan) if plan else run_state(run)


def _asked(run: Run) -> str:
    asked = what_if_of(run)
    return what_if_in_words(asked) if asked else ""


def _aims(run: Run) -> str:
    """Nothing where what it asks says so."""
    if _adopts(run):
        return ""
    return made_for(run)


def _adopts(run: Run) -> str:
    asked = what_if_of(run)
    if asked is None or asked.aims is None:
        return ""
    stated = asked.aims.as_json().items()
    return urlencode({name: value for name, value in stated if value is not None})


def _trouble(run: Run) -> str:
    if run.trouble and run.has_failed:
        return terms.trouble(run.trouble)
    return ""


@coordinator
def compare(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Two plans side by side: figures, then what each has that the other has not, by person or by
    session."""
    rota = access.rota_seen(request.user, pk)
    plans = {str(one.pk): one for one in history.plans_of(rota)}
    newest = next(iter(plans), NOW)
    a = _chosen(request, "a", plans, NOW)
    b = _chosen(request, "b", plans, newest)
    seen = access.sessions_seen(request.user, rota)
    found = comparing.compare(_lines(rota, plans, a), _lines(rota, plans, b), seen)
    way = request.GET.get("by", "")
    by = way if way in WAYS else WAYS[0]
    page = page_number(request)
    turns = comparing.by_person if by == "person" else comparing.by_session
    rows, pages = turns(found, page)
    context = {
        "place": "rota",
        "rota": rota,
        "form": TwoPlansForm(list(plans.values()), a, b),
        "imagined": _imagined(plans, a, b),
        "names": [_name(plans, a), _name(plans, b)],
        "made_for": _made_for(plans, a, b),
        "figures": figure_rows(found.a, found.b),
        "found": found,
        "only": [len(only) for only in (*found.posts, *found.seats)],
        "by": by,
        "rows": rows,
        "readable": access.volunteers_readable(request.user, _named(rows)),
        "ways": _ways(a, b),
        "pager": pager(page, pages, f"?a={a}&b={b}&by={by}&page={{page}}"),
    }
    return render(request, "coordinator/compare.html", context)


def _imagined(plans: dict[str, Proposal], *chosen: str) -> list[str]:
    """What those that are only imagined ask."""
    asked = [plans[one] for one in chosen if one != NOW]
    return [_asked(plan.run) for plan in asked if plan.is_what_if]


def _made_for(plans: dict[str, Proposal], *chosen: str) -> list[tuple[str, str]]:
    """What each of these looked to, where that was kept."""
    kept = [one for one in dict.fromkeys(chosen) if one != NOW and plans[one].run.aims]
    return [(_name(plans, one), made_for(plans[one].run)) for one in kept]


def _named(rows: Sequence[comparing.HerTurn | comparing.SessionTurn]) -> set[int]:
    """The volunteers whom these rows name."""
    named: set[int] = set()
    for row in rows:
        if isinstance(row, comparing.HerTurn):
            named.add(row.volunteer)
        else:
            named.update(volunteer for volunteer, _name, _role in (*row.lost, *row.gained))
    return named


def _chosen(request: CoordinatorRequest, name: str, plans: dict[str, Proposal], usual: str) -> str:
    asked = request.GET.get(name, "")
    if asked == NOW:
        return NOW
    found = str(key(asked) or "")
    return found if found in plans else usual


def _lines(rota: Rota, plans: dict[str, Proposal], chosen: str) -> PlanLines:
    if chosen == NOW:
        return comparing.lines_now(rota)
    return comparing.lines_of_proposal(plans[chosen])


def _name(plans: dict[str, Proposal], chosen: str) -> str:
    if chosen == NOW:
        return _("现在的安排")
    return plan_name(plans[chosen])


def _ways(a: str, b: str) -> list[tuple[str, str, str]]:
    words = {"person": _("按人看"), "session": _("按场次看")}
    return [(way, words[way], f"?a={a}&b={b}&by={way}") for way in WAYS]


def figure_rows(a: PlanFigures, b: PlanFigures) -> list[FigureRow]:
    """The figures that one chooses by, in the order in which one asks for them."""
    return [
        _row(_("排上的班"), a.places, b.places),
        _row(_("还缺的人"), a.missing, b.missing),
        _row(_("有班的志愿者"), a.people, b.people),
        _row(_("班最多的一位有几场"), a.most, b.most),
        _row(_("单程平均几分钟"), a.minutes, b.minutes),
        _row(_("最远的一位几分钟"), a.farthest, b.farthest),
        _row(_("有场次的心愿"), a.families, b.families),
    ]


def _row(label: str, a: int | None, b: int | None) -> FigureRow:
    difference = ""
    if a is not None and b is not None and a != b:
        difference = f"+{b - a:,}" if b > a else f"−{a - b:,}"
    return FigureRow(label, _shown(a), _shown(b), difference)


def _shown(value: int | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}"
