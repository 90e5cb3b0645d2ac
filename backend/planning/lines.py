"""What a plan changes against what people hold now: the lines of a proposal."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Arranged:
    """Who would be where when a plan is published: what it asks for, and what stays whatever it
    says. Every figure of a plan counts these, while it is being made as when it is done.

    Who has said yes stays: a confirmed assignment or seat, or one that she is asked about again. Of
    the seats on offer only those go that were the plan's to move and that it could not keep.
    """

    posts: frozenset[Pair]
    seats: frozenset[Pair]

    def figures(self, problem: Problem) -> dict[str, int]:
        """`families`: the wishes that it is about, of which so many have a session."""
        served = {request for request, _ in self.seats}
        asked = {number(q.id) for q in problem.requests}
        return {
            "assignments": len(self.posts),
            "volunteers": len({volunteer for volunteer, _ in self.posts}),
            "families_served": len(served),
            "families": len(asked | served),
        }


def arranged_by(problem: Problem, plan: Plan, held: Present) -> Arranged:
    asked = {(number(v), number(h)) for v, h in plan.assignments}
    movable = problem.current.seats if problem.current else ()
    settled = held.seats_offered - {(number(q), number(s)) for q, s in movable}
    seats = {(number(q), number(s)) for q, s in plan.seats}
    return Arranged(
        frozenset(asked | held.assigned | held.promised),
        frozenset(seats | held.seats_confirmed | settled),
    )


def lines_of(
    proposal: Proposal, problem: Problem, arranged: Arranged, held: Present
) -> list[ProposalLine]:
    """One unsaved line per volunteer and shift, and per request and session; who keeps what she has
    (Arranged) is never "gone"."""
    session_of = {number(h.id): number(s.id) for s in problem.sessions for h in s.shifts}
    session_of.update(_sessions_of_held(held, session_of))
    lines = [
        ProposalLine(
            proposal=proposal,
            volunteer_id=v,
            shift_id=h,
            session_id=session_of[h],
            change=_change((v, h), arranged.posts, told),
        )
        for told in [held.assigned | held.offered]
        for v, h in sorted(arranged.posts | told)
    ]
    lines += [
        ProposalLine(
            proposal=proposal,
            request_id=q,
            session_id=s,
            change=_change((q, s), arranged.seats, held.seats),
        )
        for q, s in sorted(arranged.seats | held.seats)
    ]
    return lines


def _change(pair: Pair, wanted: frozenset[Pair], told: frozenset[Pair]) -> str:
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
