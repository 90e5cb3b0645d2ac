"""One session as its coordinator sees it: every shift with its people, the families by number, who
could be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import NamedTuple

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from backend.bookings.models import HAS_SEAT, Booking
from backend.outbox.kinds import SessionChanged
from backend.outbox.models import Event
from backend.planning.models import Proposal, ProposalLine
from backend.planning.queries.heads import Head, children, live_lines
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.policy import can_be_staffed, capacity, capacity_with, takes_place
from backend.rota.snapshot.rows import JsonRows
from backend.volunteers.models import Volunteer

ASSIGNED, OFFERED, PROPOSED = range(3)
CALLED_OFF = (Booking.EndReason.CALLED_OFF, Booking.EndReason.OFF_WAITING)


class Standing(StrEnum):
    """How somebody stands to a shift."""

    ASSIGNED = auto()
    ASKED = auto()
    LEAVING = auto()  # asked, and the open proposal would take it back
    NEW = auto()  # the open proposal would ask her
    REFUSED = auto()
    SILENT = auto()
    CAME = auto()  # it is over, and two people say that she was there
    AWAY = auto()
    KNOWS = auto()  # the session was called off, and she has seen it
    UNAWARE = auto()


STANDING: dict[str, Standing] = {
    Assignment.State.ACTIVE: Standing.ASSIGNED,
    Assignment.State.DONE: Standing.ASSIGNED,
    Assignment.State.WITHDRAWN: Standing.REFUSED,
    Standing.CAME: Standing.CAME,
    Standing.AWAY: Standing.AWAY,
    Offer.State.PENDING: Standing.ASKED,
    Offer.State.DECLINED: Standing.REFUSED,
    Offer.State.EXPIRED: Standing.SILENT,
    ProposalLine.Change.NEW: Standing.NEW,
}


@dataclass(frozen=True)
class Face:
    """One person of a shift. `row`: assignment or offer; `lacks`: what she has not on that day, in
    words."""

    volunteer: int
    name: str
    state: Standing
    row: int = 0
    until: datetime | None = None
    lacks: str = ""

    @property
    def is_asked(self) -> bool:
        return self.state == Standing.ASKED

    @property
    def is_expected(self) -> bool:
        """She comes, or has been asked."""
        return self.state in (Standing.ASSIGNED, Standing.ASKED)


@dataclass
class Lineup:
    """One shift, its numbers and its people, those who come first.

    `staffed`: people are looked for, so that who lacks is missing; not in a session that was called
    off or has begun, nor in one that need not take place and has nobody yet (`idle`).
    """

    shift: Shift
    head: Head
    people: list[Face] = field(default_factory=list)
    staffed: bool = True
    idle: bool = False

    def has(self, volunteer: int) -> bool:
        return any(face.volunteer == volunteer for face in self.people)

    @property
    def missing(self) -> int:
        """People without whom it cannot be held, those counted whom the open proposal would add."""
        if self.staffed:
            return self.head.short
        return 0


@dataclass(frozen=True)
class SeatCounts:
    """Bookings of a session: how many families and children, by state; called_off and off_waiting:
    those that ended because the session does not take place, with a seat and without.

    `taken` of `room` seats are given: to families who come, are asked again, or have not answered
    yet. `most`: how many there would be if everybody came who is wanted."""

    families: dict[str, int]
    children: dict[str, int]
    taken: int
    room: int
    most: int

    @property
    def over(self) -> int:
        """Children who have seats beyond those whom the people who are there can look after, as
        when one of them gave her place back."""
        return max(0, self.taken - self.room)

    @property
    def nobody_minds(self) -> bool:
        """Children have seats, and nobody is there to look after any of them."""
        return self.taken > 0 and self.room == 0

    @property
    def came(self) -> tuple[int, int]:
        """Of a session that was called off: families and children who had seats. The task that ends
        their bookings may not have come by."""
        had = (Booking.EndReason.CALLED_OFF, *HAS_SEAT)
        families = sum(self.families.get(said, 0) for said in had)
        return families, sum(self.children.get(said, 0) for said in had)

    @property
    def waited(self) -> int:
        """Of a session that was called off: families that waited for a seat or for their word."""
        waiting = (Booking.EndReason.OFF_WAITING, Booking.State.WAITING, Booking.State.OFFERED)
        return sum(self.families.get(said, 0) for said in waiting)


def lineups(session: Session, proposal: Proposal | None = None, *, now: datetime) -> list[Lineup]:
    """Everybody once, as she stands now. Two statements."""
    sitting = children(proposal, "session__seats_taken", "session_id")
    shifts = session.shifts.select_related("role").annotate(sitting=sitting).order_by("pk")
    seats = max((shift.sitting for shift in shifts), default=0)  # the same in all of them
    found = {shift.pk: Lineup(shift, Head.of(shift)) for shift in shifts}
    if session.state == Session.State.CANCELLED:
        _called_off(session, found)
    else:
        _fill(found, _people(session, proposal))
    people = sum(lineup.head.arranged for lineup in found.values())
    going = takes_place(session.required, people=people, children=seats)
    can_be_found = can_be_staffed(session, now)
    for lineup in found.values():
        lineup.idle = can_be_found and not going
        lineup.staffed = can_be_found and going
    return [lineup for lineup in found.values() if lineup.shift.target or lineup.people]


def _fill(found: dict[int, Lineup], people: Sequence[Placing]) -> None:
    """The faces of each shift, and what the open proposal adds to its number."""
    gone = {(row.volunteer, row.shift) for row in people if row.state == ProposalLine.Change.GONE}
    seen: set[int] = set()
    for row in people:
        lineup = found.get(row.shift)
        if lineup is None:
            continue
        if row.rank == PROPOSED:
            lineup.head.new += row.state == ProposalLine.Change.NEW
            lineup.head.gone += row.state == ProposalLine.Change.GONE
        if row.volunteer in seen or row.state == ProposalLine.Change.GONE:
            continue
        face = row.face(leaves=(row.volunteer, row.shift) in gone)
        lineup.people.append(face)
        if face.state != Standing.LEAVING:  # she may be moved to another role of the session
            seen.add(row.volunteer)


class Placing(NamedTuple):
    """Somebody in a shift: she is, was asked, or is proposed there (`rank`)."""

    rank: int
    pk: int
    shift: int
    volunteer: int
    name: str
    state: str
    until: datetime | None
    at: datetime | None
    key: str

    def face(self, *, leaves: bool) -> Face:
        """`leaves`: the open proposal would take her offer back."""
        standing = STANDING[self.state]
        if leaves and standing == Standing.ASKED:
            standing = Standing.LEAVING
        row = 0
        if self.rank != PROPOSED:
            row = self.pk
        return Face(self.volunteer, self.name, standing, row, self.until)


def _people(session: Session, proposal: Proposal | None) -> list[Placing]:
    """Everybody who is, was asked, or is proposed here, those who come first; who said no and has
    erased her data since is nobody. One statement."""
    never = Value(None, output_field=DateTimeField())
    columns = ("rank", "pk", "shift_id", "volunteer_id", "name", "state", "until", "at", "key")
    hers = {"name": F("volunteer__name"), "at": F("made_at"), "key": Value("")}
    nobody = {"volunteer__erased_at__isnull": False}
    assigned = Assignment.objects.filter(
        session=session,
        state__in=(Assignment.State.ACTIVE, Assignment.State.DONE, Assignment.State.WITHDRAWN),
    ).annotate(rank=Value(ASSIGNED), until=never, said=_there(), **hers)
    assigned = assigned.exclude(state=Assignment.State.WITHDRAWN, **nobody)
    offered = Offer.objects.filter(
        session=session, state__in=(Offer.State.PENDING, Offer.State.DECLINED, Offer.State.EXPIRED)
    ).annotate(rank=Value(OFFERED), until=F("answer_by"), **hers)
    offered = offered.exclude(**nobody)
    of_places = ["said" if column == "state" else column for column in columns]
    everybody = assigned.values_list(*of_places).union(offered.values_list(*columns), all=True)
    if proposal:
        everybody = everybody.union(_proposed(session, proposal).values_list(*columns), all=True)
    return sorted((Placing(*row) for row in everybody), key=_standing)


def _proposed(session: Session, proposal: Proposal) -> QuerySet[ProposalLine]:
    """What the open proposal would change here, with the columns of a Placing."""
    never = Value(None, output_field=DateTimeField())
    her = Volunteer.objects.filter(pk=OuterRef("volunteer_id"))
    return live_lines(proposal, Session.objects.filter(pk=session.pk)).annotate(
        rank=Value(PROPOSED),
        name=Subquery(her.values("name")),
        state=F("change"),
        until=never,
        at=never,
        key=Subquery(her.values("sort_key")),
    )


def _there() -> Case:
    """Of an assignment: its state, or whether she was there once that is known."""
    return Case(
        When(attended=True, then=Value(Standing.CAME.value)),
        When(attended=False, then=Value(Standing.AWAY.value)),
        default=F("state"),
    )


def _standing(row: Placing) -> tuple[object, ...]:
    """Who has a place, who is asked, who is proposed; then those who said no, the last word
    first."""
    made = 0.0
    if row.at:
        made = row.at.timestamp()
    if row.state in (Offer.State.DECLINED, Offer.State.EXPIRED, Offer.State.WITHDRAWN):
        return (PROPOSED + 1, "", -made, -row.pk)
    return (row.rank, row.key, made, row.pk)


def _called_off(session: Session, found: dict[int, Lineup]) -> None:
    """Who was to come, and whether she knows that nobody need come any more."""
    told = Notice.objects.filter(session=session, kind=Notice.Kind.CANCELLED).order_by(
        "-promised", "pk"
    )
    lineup_of = {lineup.shift.role.name: lineup for lineup in found.values()}
    for notice in told.select_related("volunteer"):
        lineup = lineup_of.get(notice.role)
        if lineup:
            state = Standing.KNOWS if notice.seen_at else Standing.UNAWARE
            lineup.people.append(Face(notice.volunteer_id, notice.volunteer.name, state, notice.pk))


def people_in(session: Session) -> int:
    """Who has a place in it or was asked, whatever her role. One statement."""
    counted = session.shifts.aggregate(n=Sum(F("taken") + F("held")))
    return counted["n"] or 0


def sessions_with_attendance() -> QuerySet[Session]:
    """All of them, each with what attendance() reads."""
    return with_attendance(Session.objects.all())


def with_attendance(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The sessions, each with what attendance() reads, in the same statement."""
    said = Case(
        When(end_reason__in=CALLED_OFF, then=F("end_reason")),
        default=F("state"),
    )
    bookings = (
        Booking.objects.filter(session=OuterRef("pk")).order_by().annotate(said=said).values("said")
    )
    minding = Shift.objects.filter(session=OuterRef("pk"), carries_seats=True).order_by()
    wanted = minding.values("session").annotate(n=Sum("target")).values("n")
    return sessions.annotate(
        booked=JsonRows(bookings.annotate(families=Count("pk"), children=Sum("seats"))),
        minders=Coalesce(Subquery(wanted), 0),
    )


def attendance(session: Session) -> SeatCounts:
    """Numbers only: a coordinator does not see children here.

    Of a session that was read with_attendance().
    """
    rows = session.booked  # type: ignore[attr-defined]  # annotated
    minders: int = session.minders  # type: ignore[attr-defined]  # annotated
    return SeatCounts(
        {row["said"]: row["families"] for row in rows},
        {row["said"]: row["children"] for row in rows},
        session.seats_taken,
        capacity(session),
        capacity_with(session, max(minders, session.staff)),
    )


def last_editor(session_id: int) -> int | None:
    """Who changed the session last, from the event log (kept for a day); None if nobody is
    known."""
    change = (
        Event.objects.filter(kind=SessionChanged.kind, streams__contains=[f"session.{session_id}"])
        .order_by("-pk")
        .first()
    )
    if change:
        return change.actor_id
    return None


def shifts_to_fill(session: Session) -> QuerySet[Shift]:
    """The shifts of a session that anybody is wanted for, with role, rota and programme, in their
    order. One statement."""
    rows = session.shifts.filter(target__gt=0).order_by("pk")
    return rows.select_related("role", "session__rota__organisation", "session__programme")
