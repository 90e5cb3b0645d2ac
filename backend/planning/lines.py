"""What a plan changes against what people hold now: the lines of a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Sum

from backend.bookings.models import LIVE, Booking
from backend.planning.models import Proposal, ProposalLine
from backend.rota.models import Assignment, Offer, Rota
from backend.rota.snapshot import number, problem_of
from backend.rota.states import HELD
from matching import Plan, Problem

Pair = tuple[int, int]
PROMISED = (Booking.State.CONFIRMED, Booking.State.ASKED)  # seats that no proposal takes back


@dataclass(frozen=True)
class Present:
    """What people of one rota hold: (volunteer, shift) and (request, session) as row ids."""

    assigned: frozenset[Pair] = frozenset()  # of sessions that are over as well
    offered: frozenset[Pair] = frozenset()  # pending
    promised: frozenset[Pair] = frozenset()  # of those: she had said yes before it was changed
    seats_confirmed: frozenset[Pair] = frozenset()
    seats_offered: frozenset[Pair] = frozenset()
    waited: dict[int, int] = field(default_factory=dict)  # session → children in its waiting line

    @property
    def seats(self) -> frozenset[Pair]:
        return self.seats_confirmed | self.seats_offered


def present(rota_id: int) -> Present:
    """Read it in four statements, whatever the size of the rota."""
    assigned = Assignment.objects.filter(session__rota_id=rota_id, state__in=HELD).values_list(
        "volunteer_id", "shift_id"
    )
    offered = list(
        Offer.objects.filter(session__rota_id=rota_id, state=Offer.State.PENDING).values_list(
            "volunteer_id", "shift_id", "before__promised"
        )
    )
    waiting = Booking.objects.filter(
        session__rota_id=rota_id, state=Booking.State.WAITING
    ).order_by()
    bookings = list(
        Booking.objects.filter(session__rota_id=rota_id, state__in=LIVE, request__isnull=False)
        .exclude(state=Booking.State.WAITING)
        .values_list("request_id", "session_id", "state")
    )
    return Present(
        frozenset(assigned),
        frozenset((v, h) for v, h, _ in offered),
        frozenset((v, h) for v, h, promised in offered if promised),
        frozenset((q, s) for q, s, state in bookings if state in PROMISED),
        frozenset((q, s) for q, s, state in bookings if state == Booking.State.OFFERED),
        dict(waiting.values_list("session").annotate(n=Sum("seats"))),
    )


def problem_now(rota: Rota, held: Present, now: datetime) -> Problem:
    """The rota as a problem from `now` on, with what people of it hold."""
    offered = sorted(held.seats_offered)
    confirmed = sorted(held.seats_confirmed)
    return problem_of(rota, seated=offered, kept=confirmed, waited=held.waited, now=now)


def lines_of(proposal: Proposal, problem: Problem, plan: Plan, held: Present) -> list[ProposalLine]:
    """One unsaved line per volunteer and shift, and per request and session.

    Who has said yes stays, whatever the plan says: a confirmed assignment or seat, or one that she
    is asked about again, is never "gone" by a proposal. Of the seats on offer only those are that
    were the plan's to move and that it could not keep.
    """
    asked = {(number(v), number(h)) for v, h in plan.assignments}
    asked |= held.assigned | held.promised
    movable = problem.current.seats if problem.current else ()
    settled = held.seats_offered - {(number(q), number(s)) for q, s in movable}
    seats = {(number(q), number(s)) for q, s in plan.seats} | held.seats_confirmed | settled
    session_of = {number(h.id): number(s.id) for s in problem.sessions for h in s.shifts}
    session_of.update(_sessions_of_held(held, session_of))
    lines = [
        ProposalLine(
            proposal=proposal,
            volunteer_id=v,
            shift_id=h,
            session_id=session_of[h],
            change=_change((v, h), asked, told),
        )
        for told in [held.assigned | held.offered]
        for v, h in sorted(asked | told)
    ]
    lines += [
        ProposalLine(
            proposal=proposal, request_id=q, session_id=s, change=_change((q, s), seats, held.seats)
        )
        for q, s in sorted(seats | held.seats)
    ]
    return lines


def wishes_of(problem: Problem, lines: Iterable[ProposalLine]) -> dict[str, int]:
    """Facts of a proposal: how many wishes have a session in it, of how many.

    The check knows the plan's own seats alone; a seat that a family has said yes to, or that is on
    offer and not the plan's to move, is one, too.
    """
    seated = {
        line.request_id
        for line in lines
        if line.request_id is not None and line.change != ProposalLine.Change.GONE
    }
    asked = {number(q.id) for q in problem.requests}
    return {"families_served": len(seated), "families": len(asked | seated)}


def _change(pair: Pair, wanted: set[Pair], told: frozenset[Pair]) -> str:
    if pair not in told:
        return "new"
    if pair in wanted:
        return ProposalLine.Change.KEPT
    return ProposalLine.Change.GONE


def _sessions_of_held(held: Present, known: dict[int, int]) -> dict[int, int]:
    """Sessions of shifts that people hold but the problem does not show (a session that has begun
    meanwhile)."""
    missing = {h for _, h in held.assigned | held.offered} - known.keys()
    if not missing:
        return {}
    rows = Assignment.objects.filter(shift_id__in=missing).values_list("shift_id", "session_id")
    offers = Offer.objects.filter(shift_id__in=missing).values_list("shift_id", "session_id")
    return dict(rows) | dict(offers)
