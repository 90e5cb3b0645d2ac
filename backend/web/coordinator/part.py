"""Somebody's part in a session, changed by hand: taken out, replaced, exchanged, asked no more,
given more time, placed with her word. What it means for whom stands beside each button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.access.refusals import NotHers
from backend.accounts.access import note
from backend.common import clock
from backend.common.reading import key, line
from backend.organisations.queries import can_coordinate
from backend.planning.queries import candidates, parts, runs
from backend.planning.queries.log import sessions_beside, undoable
from backend.planning.queries.parts import HerPart
from backend.rota.models import Act, Assignment, Offer, Session, Shift
from backend.rota.operations import (
    pin_offer,
    place,
    prolong_offer,
    replace,
    swap,
    take_back_offer,
    take_out,
    undo_act,
)
from backend.rota.policy import can_be_staffed
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import own_path, see_other
from backend.web.undo import done
from backend.words import terms


@dataclass(frozen=True)
class ChangeWanted:
    """What the form says: `because` she reads, `who` comes in her place, `place` is exchanged for
    hers."""

    because: str
    who: int
    place: int

    @classmethod
    def of(cls, request: CoordinatorRequest) -> ChangeWanted:
        sent = request.POST
        return cls(
            line(sent.get("because", "")), key(sent.get("who")) or 0, key(sent.get("place")) or 0
        )

    def names_for(self, act: str) -> bool:
        """Whether it names whom that act needs."""
        return bool({"ask": self.who, "replace": self.who, "swap": self.place}.get(act, True))


@coordinator
def part(request: CoordinatorRequest, pk: int, who: int) -> HttpResponse:
    """GET shows what may be done about her; POST does it (field `act`)."""
    session = access.session_seen(request.user, pk)
    if not access.may_change(request.user, session):
        if request.method == "POST":
            raise NotHers
        # her lists lead here; she may look, not act
        return redirect("coordinator:session", pk)
    now = clock.now()
    hers = parts.part_of(session, who, now)
    if hers is None or not can_be_staffed(session, now):
        messages.warning(request, _("她现在不在这一场，或者这一场不能再改了，请看最新的"))
        return _back(request, session)
    wanted = ChangeWanted.of(request)
    status = 200
    if request.method == "POST":
        own = OF_A_PLACE if hers.has_place else OF_A_QUESTION
        act = (OF_BOTH | own).get(request.POST.get("act", ""))
        if not wanted.names_for(request.POST.get("act", "")):
            messages.warning(request, _("请在名单里点一位"))
        elif act is not None and _may(request, session, hers, wanted):
            with refusals_said(request, you=False):
                _said(request, *act(request, hers, wanted))
                return _back(request, session)
        status = 422
        hers = parts.part_of(session, who, now)  # what was refused may be because she has gone
        if hers is None:
            return _back(request, session)
    note(request.user, "read", f"volunteer:{who}", f"part session:{pk}")
    return _page(request, session, hers, wanted, status)


def _said(request: CoordinatorRequest, made: Act | None, text: str) -> None:
    """With a way back, where there is something to undo."""
    if made is None:
        messages.info(request, text)
    else:
        done(request, text, reverse("coordinator:undo_act", args=[made.pk]))


def _back(request: CoordinatorRequest, session: Session) -> HttpResponse:
    """Where she came from, or the session."""
    home = reverse("coordinator:session", args=[session.pk])
    to = own_path(request.POST.get("next") or request.GET.get("next") or "", home)
    return see_other(to) if request.method == "POST" else redirect(to)


def _may(
    request: CoordinatorRequest, session: Session, hers: HerPart, wanted: ChangeWanted
) -> bool:
    """She may name whom the form names, and the place is of the same rota."""
    people = access.volunteers_named(request.user, session)
    if wanted.who and not people.filter(pk=wanted.who).exists():
        return False
    if wanted.place:
        return any(row.pk == wanted.place for row in _swaps(request, session, hers))
    return True


def _swaps(request: CoordinatorRequest, session: Session, hers: HerPart) -> list[Assignment]:
    """Places that she may exchange for this one: both sessions are hers to change."""
    if not isinstance(hers.row, Assignment):
        return []
    found = parts.to_swap_with(session, hers.row)
    if can_coordinate(request.user, session.rota.organisation):
        return found
    counties = access.counties_hers(request.user, session.rota)
    return [row for row in found if row.session.county_code in counties]


def _page(
    request: CoordinatorRequest, session: Session, hers: HerPart, wanted: ChangeWanted, status: int
) -> HttpResponse:
    rows = Shift.objects.filter(pk=hers.row.shift_id)
    shift = rows.select_related("role", "session__rota__organisation", "session__programme").get()
    proposal = runs.open_proposal(session.rota)
    now = clock.now()
    search = candidates.candidates(shift, proposal, now, instead_of=hers.row.volunteer_id)
    search = search.among(request.user, session)
    context: dict[str, Any] = {
        "place": "rota",
        "session": session,
        "part": hers,
        "her": hers.row.volunteer,
        "readable": access.volunteers_readable(request.user, [hers.row.volunteer_id]),
        "able": [(c, [terms.part(p) for p in c.parts if p.points]) for c in search.able],
        "swaps": _swaps(request, session, hers),
        "wanted": wanted,
        "back": own_path(request.POST.get("next") or request.GET.get("next") or "", ""),
    }
    return render(request, "coordinator/part.html", context, status=status)


def _take_out(request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted) -> tuple[Act, str]:
    act = take_out(
        assignment_id=hers.row.pk, because=wanted.because, actor=request.user, now=clock.now()
    )
    return act, _("请%(who)s不用来了，一分钟后告诉她") % {"who": hers.row.volunteer.name}


def _take_back(request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted) -> tuple[Act, str]:
    act = take_back_offer(offer_id=hers.row.pk, actor=request.user, now=clock.now())
    return act, _("收回了，一分钟后告诉%(who)s") % {"who": hers.row.volunteer.name}


def _prolong(request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted) -> tuple[Act, str]:
    act = prolong_offer(offer_id=hers.row.pk, actor=request.user, now=clock.now())
    return act, _("延长了，一分钟后告诉%(who)s") % {"who": hers.row.volunteer.name}


def _place(
    request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted
) -> tuple[Act | None, str]:
    now = clock.now()
    placed = place(
        volunteer_id=hers.row.volunteer_id,
        shift_id=hers.row.shift_id,
        actor=request.user,
        now=now,
    )
    if placed.made_at != now:  # she, or a colleague, was a moment faster
        return None, _("%(who)s已经有这个位子了，什么都没有变") % {"who": hers.row.volunteer.name}
    said = _("按电话里说好的排上了，一分钟后告诉%(who)s，她还可以说去不了")
    return undoable(placed), said % {"who": hers.row.volunteer.name}


def _pin(request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted) -> tuple[Act, str]:
    assert isinstance(hers.row, Offer)
    pinned = not hers.row.pinned
    act = pin_offer(offer_id=hers.row.pk, pinned=pinned, actor=request.user, now=clock.now())
    return act, _("钉住了，下次自动排班不动她") if pinned else _("不再钉住她")


def _ask_another(
    request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted
) -> tuple[Act, str]:
    return _replace(request, hers, wanted, agreed=False), _("问了，等她回复；原来的一分钟后知道")


def _place_another(
    request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted
) -> tuple[Act, str]:
    return _replace(request, hers, wanted, agreed=True), _("换好了，一分钟后告诉她们")


def _replace(
    request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted, *, agreed: bool
) -> Act:
    return replace(
        part=hers.row,
        volunteer_id=wanted.who,
        agreed=agreed,
        because=wanted.because,
        actor=request.user,
        now=clock.now(),
    )


def _swap(request: CoordinatorRequest, hers: HerPart, wanted: ChangeWanted) -> tuple[Act, str]:
    act = swap(
        one_id=hers.row.pk,
        other_id=wanted.place,
        because=wanted.because,
        actor=request.user,
        now=clock.now(),
    )
    return act, _("对调好了，一分钟后告诉她们")


Doing = Callable[[CoordinatorRequest, HerPart, ChangeWanted], tuple[Act | None, str]]
OF_A_PLACE: dict[str, Doing] = {"out": _take_out, "swap": _swap}
OF_A_QUESTION: dict[str, Doing] = {
    "back": _take_back,
    "longer": _prolong,
    "word": _place,
    "pin": _pin,
}
OF_BOTH: dict[str, Doing] = {"ask": _ask_another, "replace": _place_another}


@coordinator
@require_POST
def undo(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Take back what she did by hand a moment ago."""
    act = Act.objects.filter(pk=pk).first()
    session = access.session_to_change(request.user, act.session_id if act else 0)
    for other in sessions_beside(act) if act else ():
        access.session_to_change(request.user, other)
    with refusals_said(request, you=False):
        undo_act(act_id=pk, actor=request.user, now=clock.now())
        messages.success(request, _("撤销了，和原来一样"))
    return _back(request, session)
