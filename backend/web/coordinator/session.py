"""One session: its shifts and people, its families by number, who could be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend import words
from backend.access import queries as access
from backend.access.refusals import NotHers
from backend.bookings.queries import stay_said
from backend.common import clock
from backend.common.reading import keys
from backend.organisations.queries import can_coordinate
from backend.planning.queries import candidates, log, runs, staffing
from backend.planning.queries.bringing import ToBring, to_bring
from backend.planning.queries.series import of_series
from backend.planning.queries.telephone import can_be_telephoned
from backend.planning.queries.unmet import unmet_in
from backend.programmes.queries import credential_names
from backend.records.policy import can_be_training
from backend.records.queries import training_read, with_training
from backend.rota.agreed import Agreed
from backend.rota.models import Session, Shift
from backend.rota.operations import OffersRefused, make_offers, place_all
from backend.rota.policy import (
    can_be_asked_for,
    can_be_changed,
    can_be_staffed,
    has_begun,
    is_at_home,
    is_over,
)
from backend.rota.queries.minors import minors_alone, with_ages
from backend.visits.queries import visit_read, with_visit
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.visit_lists import GoingLine, going_line
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.undo import done
from backend.words import terms
from backend.words.changes import parts_in_words
from backend.words.log import said
from backend.words.trainings import gives


@coordinator
def session(request: CoordinatorRequest, pk: int) -> HttpResponse:
    return render(
        request,
        "coordinator/session.html",
        {"place": "rota", **_about(request, _shown(request, pk))},
    )


@coordinator
def lineups_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The session alone: fetched again when it, its people or its seats change, or its rota is
    planned, published or closed."""
    return render(
        request,
        "coordinator/_session.html",
        _about(request, _shown(request, pk)),
    )


def _shown(request: CoordinatorRequest, pk: int) -> Session:
    rows = with_visit(with_training(with_ages(staffing.sessions_with_attendance())))
    return access.session_seen(request.user, pk, rows)


def _about(request: CoordinatorRequest, row: Session) -> dict[str, Any]:
    now = clock.now()
    hers = access.may_change(request.user, row)
    lineups = _with_lacks(staffing.lineups(row, runs.open_proposal(row.rota), now=now), row, now)
    return {
        "session": row,
        "state": terms.session_state(row, now),
        "agreed": Agreed.of(row),
        "stream": f"session.{row.pk} rota.{row.rota_id}",
        "lineups": lineups,
        "readable": access.volunteers_readable(
            request.user, [face.volunteer for lineup in lineups for face in lineup.people]
        ),
        "attendance": staffing.attendance(row),
        "over": is_over(row, now),
        "staying": stay_said(row, now),
        "hers": hers,
        "series": _series(request, row),
        "own": parts_in_words(row.own or ()),
        "keeps": row.starts_at is not None
        and not row.engagement.at_home
        and can_coordinate(request.user, row.rota.organisation),
        "changes": hers and can_be_changed(row, now),
        "alone": minors_alone(row),
        "trains": hers and can_be_training(row, now),
        "gives": gives(training_read(row)),
        "home": _at_home(row, now),
        "telephones": hers and can_be_telephoned(row, now),
        "reopens": hers and row.is_cancelled and not (is_at_home(row) or has_begun(row, now)),
        "asks": hers and can_be_staffed(row, now),
        "log": [(line, said(line)) for line in log.log_of(row, request.user, now)],
    }


def _at_home(row: Session, now: datetime) -> GoingLine | None:
    """How far those are who go to the home, until somebody has said that they are out."""
    visit = visit_read(row)
    if visit is None:
        return None
    return going_line(visit, now)


def _with_lacks(
    lineups: list[staffing.Lineup], row: Session, now: datetime
) -> list[staffing.Lineup]:
    """Whoever has promised to come and lacks something by then is marked where her name stands."""
    promises = unmet_in(row, now)
    if not promises:
        return lineups
    names = credential_names()
    lacks = {
        one.volunteer: _("；").join(words.reasons(one.lacks, names=names, you=False))
        for one in promises
    }
    for lineup in lineups:
        lineup.people = [
            replace(face, lacks=lacks.get(face.volunteer, "")) for face in lineup.people
        ]
    return lineups


def _series(request: CoordinatorRequest, row: Session) -> list[Session]:
    """The sessions of its weekly series that she may read. One statement more."""
    if row.series_id is None:
        return []
    seen = access.sessions_seen(request.user, row.rota)
    return list(seen.filter(pk__in=of_series(row).values("pk")).order_by("starts_at", "pk"))


@coordinator
def ask(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Whom to ask for one shift of the session; a POST asks those who were ticked."""
    row = access.session_seen(request.user, pk)
    if not access.may_change(request.user, row):
        if request.method == "POST":
            raise NotHers
        # her lists of holes lead here; she may look, not ask
        return redirect("coordinator:session", pk)
    if not can_be_staffed(row, clock.now()):
        messages.warning(request, terms.cannot_be_asked_for(row, clock.now()))
        return see_other("coordinator:session", pk)
    shifts = _shifts(row)
    shift = _shift(shifts, request.POST.get("shift") or request.GET.get("shift") or "")
    if request.method == "POST":
        if str(shift.pk) != request.POST.get("shift"):  # it went while she looked: not another one
            messages.warning(request, _("这个岗位没有了，没有问任何人，请看最新的"))
            return see_other("coordinator:session", row.pk)
        ticked = keys(request.POST.getlist("volunteer"))
        hers = access.volunteers_named(request.user, row).filter(pk__in=ticked).order_by("pk")
        people = dict(hers.values_list("pk", "name"))
        act = _place if "word" in request.POST else _ask
        if act(request, row, shift, people):
            return see_other("coordinator:session", row.pk)
        return _whom(request, row, shifts, shift, frozenset(people), status=422)
    return _whom(request, row, shifts, shift)


def _place(
    request: CoordinatorRequest, row: Session, shift: Shift, people: Mapping[int, str]
) -> bool:
    """Whether everybody who was ticked has a place, with her word by telephone; otherwise nobody
    has, and the page says why."""
    with refusals_said(request, you=False) as tried:
        act = place_all(
            volunteer_ids=people, shift_id=shift.pk, actor=request.user, now=clock.now()
        )
    if tried.refused:
        return False
    if act is None:
        messages.success(request, _("还没有选人。"))
        return True
    said = _("按电话里说好的排上了 %(n)d 位，一分钟后告诉她们，她们还可以说去不了")
    undo = reverse("coordinator:undo_act", args=[act.pk])
    done(request, said % {"n": len(people)}, undo)
    return True


def _whom(
    request: CoordinatorRequest,
    row: Session,
    shifts: list[Shift],
    shift: Shift,
    ticked: frozenset[int] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    """Who could be asked for this shift; `ticked` are chosen already."""
    proposal = runs.open_proposal(row.rota)
    search = candidates.candidates(shift, proposal, clock.now()).among(request.user, row)
    names = credential_names()
    context: dict[str, Any] = {
        "place": "rota",
        "session": row,
        "shift": shift,
        "asks": can_be_asked_for(row, clock.now()),
        "search": search,
        "proposal": proposal,
        "shifts": shifts,
        "able": [(c, [terms.part(p) for p in c.parts if p.points]) for c in search.able],
        "ticked": ticked,
        "bring": _to_bring(request, search) if can_be_asked_for(row, clock.now()) else [],
        "nearly": [(n, terms.lacking(n, names)) for n in search.nearly],
        "funnel": [(terms.step(code), n) for code, n in search.funnel],
    }
    return render(request, "coordinator/ask.html", context, status=status)


def _to_bring(request: CoordinatorRequest, search: candidates.Candidates) -> list[ToBring]:
    """From sessions that are hers to change."""
    found = to_bring(search.freeing, clock.now())
    hers = access.changed_by(request.user, {one.part.session_id for one in found}) if found else ()
    return [one for one in found if one.part.session_id in hers]


def _shifts(row: Session) -> list[Shift]:
    """Raises Http404 when there are none."""
    shifts = list(staffing.shifts_to_fill(row))
    if not shifts:
        raise Http404
    return shifts


def _shift(shifts: list[Shift], text: str) -> Shift:
    """The shift that was asked for, or the first that still needs someone."""
    wanted = [shift for shift in shifts if str(shift.pk) == text]
    return (wanted or sorted(shifts, key=lambda shift: shift.free <= 0))[0]


def _ask(
    request: CoordinatorRequest, row: Session, shift: Shift, people: Mapping[int, str]
) -> bool:
    """Whether everybody who was ticked is asked; otherwise nobody is, and the page says why."""
    with refusals_said(request, you=False) as tried:
        try:
            pairs = [(pk, shift.pk) for pk in people]
            offers = make_offers(pairs=pairs, actor=request.user, now=clock.now())
        except OffersRefused as refusal:
            said = terms.refused_pairs(refusal.public(), credential_names())
            for pk, why in said:
                messages.warning(request, _("%(name)s：%(why)s") % {"name": people[pk], "why": why})
            return False
    if tried.refused:
        return False
    messages.success(
        request,
        _("问了 %(n)d 位，等她们回复。") % {"n": len(offers)} if offers else _("还没有选人。"),
    )
    return True
