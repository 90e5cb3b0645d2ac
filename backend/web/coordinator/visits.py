"""上门: the families that ask for a visit at home, a time for each, and whoever is missed."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.access import queries as access
from backend.accounts.access import note_again
from backend.common import clock
from backend.common.clock import LOCAL, local_day
from backend.common.fields import DayField, LineField
from backend.common.reading import whole_number
from backend.common.refusal import Refusal
from backend.harm.queries import is_officer
from backend.organisations.queries import own_lists
from backend.programmes.models import Engagement
from backend.programmes.queries import kinds_at_home
from backend.rota.models import Rota
from backend.rota.operations.session_values import LONGEST_RISK
from backend.visits import queries
from backend.visits.models import VisitRequest
from backend.visits.operations import (
    CouldGo,
    PlannedVisit,
    VisitMoved,
    VisitPlan,
    decline_visit,
    effect_of_plan,
    hear_safe,
    note_visited,
    plan_visit,
)
from backend.visits.policy import nobody_opened, suits
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.visit_lists import (
    at_homes,
    going_line,
    how_far,
    last_unheard,
    waiting_lines,
)
from backend.web.methods import filled_in
from backend.web.own_fields import chooser
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import terms
from backend.words.at_homes import whereabouts_in_words
from backend.words.moments import age_band_in_words
from backend.words.visits import NO, TOPICS, parts_in_words
from matching import months_completed

NAMED = 6  # of those who could go, by name
MINUTES = (
    (45, gettext_lazy("45 分钟")),
    (60, gettext_lazy("1 小时")),
    (90, gettext_lazy("1 个半小时")),
)


class PlanForm(forms.Form):
    """A time, who goes, and what they read before they say yes."""

    rota = forms.ChoiceField(label=gettext_lazy("放进哪张排班表"))
    engagement = forms.ChoiceField(label=gettext_lazy("活动类型"))
    day = DayField(label=gettext_lazy("哪天"))
    at = forms.TimeField(
        label=gettext_lazy("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(label=gettext_lazy("多久"), coerce=int, choices=MINUTES)
    risk_note = LineField(label=gettext_lazy("要留意什么"), max_length=LONGEST_RISK)
    escorted = forms.BooleanField(
        label=gettext_lazy("社区工作者同行，只找一位志愿者"), required=False
    )
    outside = forms.BooleanField(
        label=gettext_lazy("不在这一家说的时间里，已经说好"), required=False
    )

    def __init__(
        self, *args: Any, rotas: list[Rota], kinds: list[Engagement], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(row.pk), f"{row.organisation.name} {row.name}") for row in rotas]
        chooser(self, "rota").choices = named
        of_kind = [(str(row.pk), f"{row.programme.name} {row.name}") for row in kinds]
        chooser(self, "engagement").choices = of_kind

    def plan(self) -> VisitPlan:
        given = self.cleaned_data
        return VisitPlan(
            rota_id=int(given["rota"]),
            engagement_id=int(given["engagement"]),
            starts_at=datetime.combine(given["day"], given["at"], LOCAL),
            minutes=given["minutes"],
            risk_note=given["risk_note"],
            escorted=given["escorted"],
            outside=given["outside"],
        )


@coordinator
def visits(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/visits.html", _desk(request))


@coordinator
def visits_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The lists alone, for a page that has been told of a change."""
    return render(request, "coordinator/_visits.html", _desk(request))


@coordinator
def visit(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """One wish: what it is about, and a form for a time. A POST shows whom it would ask; with the
    mark of what was shown (`seen`) it asks them."""
    row = queries.request_seen(request.user, pk)
    now = clock.now()
    context = _page(request, row, now)
    if request.method == "POST" and not row.is_open:
        moved = VisitMoved(state=row.state, version=row.version)
        messages.warning(request, words.refused(moved, you=False))
        return see_other("coordinator:visit", row.pk)
    form = context.get("form")
    if form is None:
        return render(request, "coordinator/visit.html", context)
    effect: PlannedVisit | None = None
    if request.method == "POST" and form.is_valid():
        try:
            effect, done = _plan(request, row, form.plan(), now)
        except VisitMoved as refusal:
            messages.warning(request, words.refused(refusal, you=False))
            return see_other("coordinator:visit", row.pk)
        except Refusal as refusal:
            form.add_error(_field_of(refusal), words.refused(refusal, you=False))
        else:
            if done:
                messages.success(request, _("约出去了：这一家和志愿者都会看到"))
                return see_other("coordinator:session", effect.visit.session_id)
    if effect is not None:
        plan = form.plan()
        context |= {
            "effect": effect,
            "outside": not suits(row, plan.starts_at),
            "seen": _mark(row, plan),
            "whom": [_whom(one) for one in effect.could_go],
        }
    status = 422 if form.is_bound and effect is None else 200
    return render(request, "coordinator/visit.html", context, status=status)


def _plan(
    request: CoordinatorRequest, row: VisitRequest, plan: VisitPlan, now: datetime
) -> tuple[PlannedVisit, bool]:
    """What it means, and whether it is done: only what she was shown is."""
    done = request.POST.get("seen") == _mark(row, plan)
    act = plan_visit if done else effect_of_plan
    version = whole_number(request.POST.get("version"), low=0) or row.version
    return act(request=row, version=version, plan=plan, actor=request.user, now=now), done


def _mark(row: VisitRequest, plan: VisitPlan) -> str:
    """What she was shown: this plan, for what the family said then."""
    return f"{row.version}-{plan.mark}"


def _whom(one: CouldGo) -> dict[str, Any]:
    """The first of them by name, and where nobody is left, which rule left how many."""
    return {
        "role": one.role,
        "names": _("、").join(one.names[:NAMED]),
        "more": len(one.names[NAMED:]),
        "funnel": [] if one.names else [(terms.step(code), n) for code, n in one.funnel],
    }


@coordinator
def visit_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The wish and how far it is, for a page that has been told of a change; what she has begun to
    fill in stays."""
    row = queries.request_seen(request.user, pk)
    return render(request, "coordinator/_visit.html", _page(request, row, clock.now()))


@require_POST
@coordinator
def decline(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `because`: a sentence that the family reads."""
    row = queries.request_seen(request.user, pk)
    with refusals_said(request, you=False) as tried:
        decline_visit(
            request=row,
            version=whole_number(request.POST.get("version"), low=0) or 0,
            because=request.POST.get("because", ""),
            actor=request.user,
            now=clock.now(),
        )
    if tried.refused:
        return see_other("coordinator:visit", row.pk)
    messages.success(request, _("回复这一家了，会看到原因"))
    return see_other("coordinator:visits")


@require_POST
@coordinator
def visited(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """She has asked: they were there, though nobody had tapped so."""
    row = queries.request_seen(request.user, pk)
    with refusals_said(request, you=False) as tried:
        note_visited(
            family_id=row.family_id,
            request_id=row.pk,
            version=whole_number(request.POST.get("version"), low=0) or 0,
            actor=request.user,
            now=clock.now(),
        )
    if tried.refused:
        return see_other("coordinator:visit", row.pk)
    messages.success(request, _("记下了：去过了，不再另约"))
    return see_other("coordinator:visits")


@coordinator
def alarm(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Who has not come out of a home, with their numbers while they are missed: whoever looks
    after the street, or sent them there, calls them. Each look is written down."""
    return render(request, "coordinator/visit_alarm.html", _alarm(request, pk))


@coordinator
def alarm_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """That alone, for a page that has been told of a change."""
    return render(request, "coordinator/_visit_alarm.html", _alarm(request, pk))


def _alarm(request: CoordinatorRequest, pk: int) -> dict[str, Any]:
    row = queries.visit_seen(request.user, pk)
    now = clock.now()
    missed = row in queries.missed_by(request.user, now)
    people = queries.inside_of(row) if missed else []
    family = row.request.family
    if missed:
        for subject in (*(f"volunteer:{one.key}" for one in people), f"family:{family.pk}"):
            note_again(request.user, subject, f"alarm visit:{pk}")
    return {
        "place": "visits",
        "visit": row,
        "family": family,
        "missed": missed,
        "says": whereabouts_in_words(row, row.session, now),
        "unopened": row.finished_at is not None and nobody_opened(row, row.session),
        "people": people,
        "streams": " ".join(own_lists(request.user)),
    }


@require_POST
@coordinator
def safe(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """She has spoken to them: they are out."""
    row = queries.visit_seen(request.user, pk)
    with refusals_said(request, you=False):
        hear_safe(visit_id=row.pk, actor=request.user, now=clock.now())
        messages.success(request, _("记下了，都平安"))
    return see_other("coordinator:visits")


def _desk(request: CoordinatorRequest) -> dict[str, Any]:
    now = clock.now()
    arranged = queries.arranged_for(request.user, now)
    listed = [one.session_id for one in arranged]
    return {
        "place": "visits",
        "officer": is_officer(request.user),
        "alarms": at_homes(request.user, now)["alarms"],
        "rows": waiting_lines(queries.waiting_for(request.user), now),
        "arranged": [going_line(one, now) for one in arranged],
        "readable": access.sessions_readable(request.user, listed),
        "streams": " ".join(own_lists(request.user)),
    }


def _page(request: CoordinatorRequest, row: VisitRequest, now: datetime) -> dict[str, Any]:
    """What she reads of it, how far it is, and while it waits the form for a time."""
    context = _one(request, row, now)
    if not row.is_open:
        going = how_far(request.user, row, now)
        return context | {"going": going, "streams": f"{context['streams']} {going.streams}"}
    rotas = queries.rotas_for(request.user, row, now)
    kinds = list(kinds_at_home())
    initial = _habits(row, kinds, now)
    form = PlanForm(filled_in(request), initial=initial, rotas=rotas, kinds=kinds)
    return context | {"form": form, "rotas": rotas, "unheard": last_unheard(row, now)}


def _one(request: CoordinatorRequest, row: VisitRequest, now: datetime) -> dict[str, Any]:
    """What she reads of it, which the log has. The age is a band, on a day that stays the same: by
    looking again and again nobody sees the month in which it changes."""
    note_again(request.user, f"family:{row.family_id}")
    child = row.child
    age = ""
    if child is not None and row.is_open:
        note_again(request.user, f"child:{child.pk}")
        age = age_band_in_words(months_completed(child.birth_month, row.first_day))
    return {
        "place": "visits",
        "row": row,
        "topic": TOPICS.get(row.topic or "", ""),
        "age": age,
        "parts": parts_in_words(row.parts),
        "reasons": list(NO.items()),
        "today": local_day(now),
        "streams": " ".join(own_lists(request.user)),
    }


def _habits(row: VisitRequest, kinds: list[Engagement], now: datetime) -> dict[str, Any]:
    first = max(row.first_day, local_day(now))
    kind = kinds[0] if kinds else None
    return {
        "day": first,
        "at": time(9, 30),
        "minutes": kind.minutes if kind else 60,
        "engagement": kind.pk if kind else "",
        "risk_note": kind.risk_note if kind else "",
    }


def _field_of(refusal: Refusal) -> str | None:
    if refusal.code == "session_value":
        return {"starts_at": "day", "ends_at": "minutes"}.get(refusal.facts["field"])
    by_why = {"rota": "rota", "risk": "risk_note", "outside": "outside"}  # else: of the kind
    if refusal.code == "visit_plan_refused":
        return by_why.get(refusal.facts["why"], "engagement")
    return "day" if refusal.code == "seats_against_rules" else None
