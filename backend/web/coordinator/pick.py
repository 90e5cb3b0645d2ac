"""The session that was picked on the board, beside it; with one of its people picked, why her."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backend.access import queries as access
from backend.common import clock
from backend.planning.models import Proposal
from backend.planning.queries import candidates, reasons, runs, staffing
from backend.planning.queries.staffing import Lineup, SeatCounts
from backend.programmes.queries import credential_names
from backend.rota.models import Rota, Session, Shift
from backend.rota.policy import can_be_asked_for, can_be_staffed
from backend.web.components import Contribution, Contributions
from backend.web.coordinator.choice import Choice, chosen
from backend.web.coordinator.door import coordinator
from backend.words import terms

ABLE = 3  # people shown beside her, who could go
NEARLY = 2  # and who lack something


@dataclass(frozen=True)
class Picked:
    """What the panel shows. `why` only when a person is picked.

    asks: she may look for somebody else. readable: the people whose page she may open.
    """

    session: Session
    lineups: list[Lineup]
    attendance: SeatCounts
    asks: bool
    readable: frozenset[int]
    why: reasons.Why | None = None
    contributions: Contributions | None = None

    @property
    def idle(self) -> bool:
        return all(lineup.idle for lineup in self.lineups)


def picked(user: Any, row: Rota, choice: Choice, proposal: Proposal | None) -> Picked | None:
    """None when nothing, or something that is not hers to see, is picked."""
    if not choice.pick:
        return None
    seen = staffing.with_attendance(access.sessions_seen(user, row).filter(pk=choice.pick))
    session = seen.select_related("rota__organisation", "venue__street", "engagement").first()
    if session is None:
        return None
    lineups = staffing.lineups(session, proposal, now=clock.now())
    people = {face.volunteer for lineup in lineups for face in lineup.people}
    why = None
    if choice.who in people:
        shift = next(c.shift for c in lineups if c.has(choice.who))
        why = reasons.why(session, shift, choice.who, proposal, clock.now())
    return Picked(
        session,
        lineups,
        staffing.attendance(session),
        access.may_change(user, session) and can_be_staffed(session, clock.now()),
        access.volunteers_readable(user, people),
        why,
        _contributions(why) if why else None,
    )


def _contributions(why: reasons.Why) -> Contributions:
    """What counts for or against her, in words; a rule that gives no points says nothing."""
    return Contributions(
        parts=tuple(
            Contribution(label=terms.part(part), points=part.points)
            for part in why.parts
            if part.points
        )
    )


@coordinator
def others_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else could have her place: the best few, and those who lack least. Asked for after the
    panel is there, because it takes a look at everyone who lives near."""
    row = access.rota_seen(request.user, pk)
    choice = chosen(request, row)
    session = access.session_to_change(request.user, choice.pick)
    proposal = runs.open_proposal(row)
    shift = _shift_of(session, choice.who, proposal)
    search = candidates.candidates(shift, proposal, clock.now(), instead_of=choice.who)
    search = search.among(request.user, session)
    names = credential_names()
    hers = sum(part.points for part in search.her)
    best = search.able[:ABLE]
    context: dict[str, Any] = {
        "session": session,
        "shift": shift,
        "free": shift.free > 0 and can_be_asked_for(session, clock.now()),
        "able": [(c, c.score - hers, abs(c.score - hers)) for c in best],
        "nearly": [(n, terms.lacking(n, names)) for n in search.nearly[:NEARLY]],
    }
    return render(request, "coordinator/_others.html", context)


def _shift_of(session: Session, volunteer: int, proposal: Proposal | None) -> Shift:
    """The shift that she has, is asked for or would get; otherwise the first that needs someone."""
    shifts = list(staffing.shifts_to_fill(session))
    if not shifts:
        raise Http404
    lineups = staffing.lineups(session, proposal, now=clock.now())
    hers = {lineup.shift.pk for lineup in lineups if lineup.has(volunteer)}
    return next(
        (shift for shift in shifts if shift.pk in hers),
        sorted(shifts, key=lambda shift: shift.free <= 0)[0],
    )


@coordinator
def pick_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel alone: fetched again when its session changes."""
    row = access.rota_seen(request.user, pk)
    choice = chosen(request, row)
    return render(
        request,
        "coordinator/_pick.html",
        {
            "picked": picked(request.user, row, choice, runs.open_proposal(row)),
            "choice": choice,
            "rota": row,
        },
    )
