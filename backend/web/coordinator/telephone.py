"""Whom to telephone about a session, with the numbers; that they were shown is written down. And a
session that was called off, opened again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.access.refusals import NotHers
from backend.accounts.access import note_many
from backend.common import clock
from backend.common.reading import key
from backend.planning.operations import Reopening, effect_of_reopening, reopen_session
from backend.planning.queries import telephone as queries
from backend.programmes.queries import credential_names
from backend.rota.models import Session
from backend.rota.operations import note_call
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import terms


@coordinator
def telephone(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """GET shows the numbers; POST notes that one of them was reached (field `volunteer` or
    `family`)."""
    session = access.session_seen(request.user, pk)
    if not access.may_change(request.user, session):
        if request.method == "POST":
            raise NotHers
        # her lists lead here; the numbers are for whoever acts
        return redirect("coordinator:session", pk)
    if not queries.can_be_telephoned(session, clock.now()):
        messages.warning(request, _("这一场过去两天多了，不再显示电话"))
        return see_other("coordinator:session", pk)
    volunteers = queries.volunteers_to_call(session)
    families = queries.families_to_call(session)
    if request.method == "POST":
        who = {
            "volunteer_id": _among(volunteers, request.POST.get("volunteer")),
            "family_id": _among(families, request.POST.get("family")),
        }
        if not any(who.values()):
            raise Http404
        note_call(session_id=pk, actor=request.user, now=clock.now(), **who)
        messages.success(request, _("记下了"))
        return see_other("coordinator:telephone", pk)
    shown = [f"volunteer:{one.key}" for one in volunteers if one.phone]
    shown += [f"family:{one.key}" for one in families if one.phone]
    note_many(request.user, "read", shown, f"telephone session:{pk}")
    context = {
        "place": "rota",
        "session": session,
        "volunteers": volunteers,
        "families": families,
    }
    return render(request, "coordinator/telephone.html", context)


def _among(people: list[queries.Callee], text: str | None) -> int | None:
    wanted = key(text)
    return wanted if any(one.key == wanted for one in people) else None


@coordinator
def reopen(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """GET shows whom it would ask again; POST opens the session."""
    session = access.session_to_change(request.user, pk)
    now = clock.now()
    posts = request.method == "POST"
    act = reopen_session if posts else effect_of_reopening
    with refusals_said(request, you=False) as tried:
        effect = act(session_id=pk, actor=request.user, now=now)
    if tried.refused:
        return (
            see_other("coordinator:session", pk) if posts else redirect("coordinator:session", pk)
        )
    if not posts:
        return _confirm(request, session, effect)
    messages.success(request, _done(effect))
    return see_other("coordinator:session", pk)


def _done(effect: Reopening) -> str:
    counts = [
        (len(effect.asked), _("问了 %(n)d 位志愿者还来不来。")),
        (effect.offered, _("给 %(n)d 家留了位子，等她们回复。")),
        (effect.waiting, _("%(n)d 家排在候补里。")),
    ]
    return _("又开了。") + "".join(sentence % {"n": n} for n, sentence in counts if n)


def _left(effect: Reopening) -> list[str]:
    """The families that are not asked, and why."""
    counts = [
        (effect.elsewhere, _("%(n)d 家那时已经约了别的课。")),
        (effect.of_no_age, _("%(n)d 家孩子的月龄不合了。")),
        (effect.left, _("%(n)d 家照现在的登记来不了。")),
    ]
    return [sentence % {"n": n} for n, sentence in counts if n]


def _confirm(request: CoordinatorRequest, session: Session, effect: Reopening) -> HttpResponse:
    names = credential_names() if effect.barred else {}
    context: dict[str, Any] = {
        "place": "rota",
        "session": session,
        "effect": effect,
        "left": _left(effect),
        "barred": [(name, terms.why_not(pair, names)) for name, pair in effect.barred],
    }
    return render(request, "coordinator/reopen.html", context)
