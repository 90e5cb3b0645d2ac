"""How many people a shift has, asks, would get and lacks: the one definition of these numbers.

Every page of the desk asks it, so that no two of them differ about the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from backend.bookings.models import Booking
from backend.planning.models import Proposal, ProposalLine
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import TAKES_PLACE, not_begun, takes_place
from backend.rota.states import TO_COME


@dataclass
class Head:
    """One shift in numbers. `taken`: people who have said yes. `held`: places kept for people who
    were asked and have not answered. `new`: places that the open proposal would give, `gone`: those
    of `held` that it would take back.

    `asked`: people who were asked for it so far, whatever they answered; with board.with_asked().
    """

    pk: int
    role: str
    minimum: int
    target: int
    taken: int
    held: int
    new: int = 0
    gone: int = 0
    asked: int = 0

    @classmethod
    def of(cls, shift: Shift) -> Head:
        """Of a shift that was read with its role, without a proposal."""
        return cls(shift.pk, shift.role.name, shift.minimum, shift.target, shift.taken, shift.held)

    @property
    def waiting(self) -> int:
        """People whose answer is waited for, also if the open proposal is published."""
        return self.held - self.gone

    @property
    def arranged(self) -> int:
        """Places that somebody has, is asked for or would get: what stands before the slash, with
        the target behind it."""
        return self.taken + self.waiting + self.new

    @property
    def short(self) -> int:
        """Below its minimum by how many; they are missing where its session is still to be
        staffed."""
        return max(0, self.minimum - self.arranged)


class Short(NamedTuple):
    """A session that cannot be held as it is: how many people it misses, in how many shifts."""

    session: int
    people: int
    shifts: int


def live_lines(proposal: Proposal | None, sessions: QuerySet[Session]) -> QuerySet[ProposalLine]:
    """What an open proposal would still change in these sessions: new places for people who have
    not come into the session otherwise meanwhile, offers taken back that still wait. None without a
    proposal."""
    if proposal is None:
        return ProposalLine.objects.none()
    hers = {"session": OuterRef("session_id"), "volunteer": OuterRef("volunteer_id")}
    waiting = Offer.objects.filter(**hers, state=Offer.State.PENDING)
    there = Exists(Assignment.objects.filter(**hers, state=Assignment.State.ACTIVE))
    lines = ProposalLine.objects.filter(proposal=proposal, shift_id__isnull=False)
    takes_back = Exists(
        ProposalLine.objects.filter(
            proposal=proposal,
            change=ProposalLine.Change.GONE,
            session_id=OuterRef("session_id"),
            volunteer_id=OuterRef("volunteer_id"),
        )
    )
    comes = Q(change=ProposalLine.Change.NEW) & ~there & (~Exists(waiting) | takes_back)
    leaves = Q(change=ProposalLine.Change.GONE) & Exists(waiting.filter(shift=OuterRef("shift_id")))
    return lines.filter(comes | leaves, session_id__in=sessions.values("pk"))


def arranged(proposal: Proposal | None, sessions: QuerySet[Session]) -> Combinable:
    """Head.arranged beside a shift of these sessions."""
    told = F("taken") + F("held")
    if proposal is None:
        return told
    # the session is named because lines are found by it, not by their shift
    of_shift = {"shift_id": OuterRef("pk"), "session_id": OuterRef("session_id")}
    lines = live_lines(proposal, sessions).filter(**of_shift).order_by()
    more = Sum(Case(When(change=ProposalLine.Change.NEW, then=1), default=-1))
    return told + Coalesce(Subquery(lines.values("shift_id").annotate(n=more).values("n")), 0)


def children(proposal: Proposal | None, taken: str = "seats_taken", of: str = "pk") -> Combinable:
    """Children who have seats in a session, as rota.policy.takes_place asks: those whom an open
    proposal would seat counted (one for each family), and not those whose offered seats it would
    take back. `taken` and `of`: where a row finds the session's seats and its key."""
    if proposal is None:
        return F(taken)
    families = ProposalLine.objects.filter(proposal=proposal, request_id__isnull=False)
    seated = families.filter(change=ProposalLine.Change.NEW, session_id=OuterRef(of)).order_by()
    leaves = families.filter(
        change=ProposalLine.Change.GONE,
        session_id=OuterRef("session_id"),
        request_id=OuterRef("request_id"),
    )
    back = Booking.objects.filter(
        Exists(leaves), session=OuterRef(of), state=Booking.State.OFFERED
    ).order_by()
    more = Subquery(seated.values("session_id").annotate(n=Count("pk")).values("n"))
    less = Subquery(back.values("session").annotate(n=Sum("seats")).values("n"))
    return F(taken) + Coalesce(more, 0) - Coalesce(less, 0)


def to_be_staffed(sessions: QuerySet[Session], now: datetime) -> QuerySet[Session]:
    """Those for which somebody can still be found: neither called off, nor over, nor begun."""
    return sessions.filter(not_begun(now), state__in=TO_COME)


def short_sessions(
    sessions: QuerySet[Session], proposal: Proposal | None = None, *, now: datetime
) -> list[Short]:
    """Wherever somebody is missing, by time: sessions to be staffed that take place
    (rota.policy.takes_place) with a shift below its minimum. One statement."""
    ahead = to_be_staffed(sessions, now)
    rows = Shift.objects.filter(session__in=ahead).order_by("session__starts_at", "session")
    # added up here: a database would ask for what is arranged once for every sum
    of_session: dict[int, list[tuple[int, int]]] = {}
    counts_on: dict[int, tuple[bool, int]] = {}
    sitting = children(proposal, "session__seats_taken", "session_id")
    for pk, required, seats, minimum, has in rows.values_list(
        "session", "session__required", sitting, "minimum", arranged(proposal, ahead)
    ):
        of_session.setdefault(pk, []).append((minimum, has))
        counts_on[pk] = (required, seats)
    found = []
    for pk, heads in of_session.items():
        required, seats = counts_on[pk]
        lacking = [minimum - has for minimum, has in heads if minimum > has]
        people = sum(has for _minimum, has in heads)
        if lacking and takes_place(required, people=people, children=seats):
            found.append(Short(pk, sum(lacking), len(lacking)))
    return found


def lacking_now(sessions: QuerySet[Session]) -> QuerySet[Shift]:
    """The shifts of short_sessions() of sessions to be staffed, as things stand without a proposal,
    by time, each with `missing` and with how many people were `asked` so far."""
    told = F("taken") + F("held")
    rows = Shift.objects.filter(session__in=sessions.filter(TAKES_PLACE), minimum__gt=told)
    counted = rows.annotate(missing=F("minimum") - told, asked=asked_so_far())
    shown = counted.select_related("role", "session__venue")
    return shown.order_by("session__starts_at", "session", "pk")


def short_shifts(short: Iterable[Short], proposal: Proposal | None = None) -> QuerySet[Shift]:
    """The shifts of these sessions that lack people, by time, each with `missing` and with how many
    people were `asked` so far. One statement."""
    sessions = Session.objects.filter(pk__in=[one.session for one in short])
    rows = Shift.objects.filter(session__in=sessions).annotate(
        missing=F("minimum") - arranged(proposal, sessions), asked=asked_so_far()
    )
    shown = rows.filter(missing__gt=0).select_related("role", "session__venue")
    return shown.order_by("session__starts_at", "session", "pk")


def asked_so_far() -> Coalesce:
    """Beside a shift: how many people were asked for it, whatever they answered."""
    offers = (
        Offer.objects.filter(shift=OuterRef("pk")).exclude(state=Offer.State.WITHDRAWN).order_by()
    )
    counted = offers.values("shift").annotate(n=Count("volunteer", distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0)
