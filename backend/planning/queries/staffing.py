"""One session as its coordinator sees it: every shift with its people, the families by number, who
could be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

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

from backend.bookings.models import Booking
from backend.outbox.models import Event
from backend.planning.models import Proposal
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.snapshot.rows import Rows
from backend.volunteers.models import Volunteer

ASSIGNED, OFFERED, PROPOSED = range(3)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Face:
    """One person of a shift. state: assigned, pending, new (proposed), declined, expired,
    withdrawn; of a session that was called off: knows, unaware.

    `row`: assignment or offer.
    """

    volunteer: int
    name: str
    state: str
    row: int = 0
    until: datetime | None = None


@dataclass
class Crew:
    """One shift and its people, those who come first.

    `idle`: of a session that was called off, or that need not take place and has nobody yet.
    """

    shift: Shift
    people: list[Face] = field(default_factory=list)
    idle: bool = False

    @property
    def missing(self) -> int:
        """People without whom it cannot be held, those counted whom the open proposal would add."""
        if self.idle:
            return 0
        return max(0, self.shift.minimum - self.filled)

    @property
    def filled(self) -> int:
        """Who is there, was asked, or would be asked."""
        return self.shift.taken + self.shift.held + sum(face.state == "new" for face in self.people)


@dataclass(frozen=True)
class Attendance:
    """Bookings of a session: how many families and children, by state; called_off: those that ended
    because the session does not take place."""

    families: dict[str, int]
    children: dict[str, int]


def crews(session: Session, proposal: Proposal | None = None) -> list[Crew]:
    """Everybody once, as she stands now. Two statements."""
    found = {
        shift.pk: Crew(shift) for shift in session.shifts.select_related("role").order_by("pk")
    }
    if session.state == "cancelled":
        _called_off(session, found)
        for crew in found.values():
            crew.idle = True
        return list(found.values())
    seen: set[int] = set()
    for rank, row, shift, volunteer, name, state, until in _people(session, proposal):
        if shift in found and volunteer not in seen:
            said = "assigned" if rank == ASSIGNED and state in ("active", "done") else state
            found[shift].people.append(
                Face(volunteer, name, said, 0 if rank == PROPOSED else row, until)
            )
            seen.add(volunteer)
    idle = not session.required and not any(crew.filled for crew in found.values())
    for crew in found.values():
        crew.idle = idle
    return list(found.values())


def _people(
    session: Session, proposal: Proposal | None
) -> list[tuple[int, int, int, int, str, str, datetime | None]]:
    """Everybody who is, was asked, or is proposed here:

    (rank, row, shift, volunteer, name, state, answer by), those who come first. One statement.
    """
    never = Value(None, output_field=DateTimeField())
    columns = ("rank", "pk", "shift_id", "volunteer_id", "name", "state", "until", "at", "key")
    hers = {"name": F("volunteer__name"), "at": F("made_at"), "key": Value("")}
    assigned = Assignment.objects.filter(
        session=session, state__in=("active", "done", "withdrawn")
    ).annotate(rank=Value(ASSIGNED), until=never, **hers)
    offered = Offer.objects.filter(
        session=session, state__in=("pending", "declined", "expired")
    ).annotate(rank=Value(OFFERED), until=F("answer_by"), **hers)
    everybody = assigned.values_list(*columns).union(offered.values_list(*columns), all=True)
    if proposal:
        her = Volunteer.objects.filter(pk=OuterRef("volunteer_id"))
        lines = proposal.lines.filter(
            session_id=session.pk, change="new", volunteer_id__isnull=False
        ).annotate(
            rank=Value(PROPOSED),
            name=Subquery(her.values("name")),
            state=F("change"),
            until=never,
            at=never,
            key=Subquery(her.values("sort_key")),
        )
        everybody = everybody.union(lines.values_list(*columns), all=True)
    return [row[:7] for row in sorted(everybody, key=_standing)]


def _standing(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Who has a place, who is asked, who is proposed; then those who said no, the last word
    first."""
    rank, pk, _shift, _her, _name, state, _until, at, key = row
    made = (at or NEVER).timestamp() if at else 0.0
    if state in ("declined", "expired", "withdrawn"):
        return (PROPOSED + 1, "", -made, -pk)
    return (rank, key, made, pk)


def _called_off(session: Session, found: dict[int, Crew]) -> None:
    """Who was to come, and whether she knows that nobody need come any more."""
    told = Notice.objects.filter(session=session, kind="cancelled").order_by("-promised", "pk")
    crew_of = {crew.shift.role.name: crew for crew in found.values()}
    for notice in told.select_related("volunteer"):
        crew = crew_of.get(notice.role)
        if crew:
            state = "knows" if notice.seen_at else "unaware"
            crew.people.append(Face(notice.volunteer_id, notice.volunteer.name, state, notice.pk))


def people_in(session: Session) -> int:
    """Who has a place in it or was asked, whatever her role. One statement."""
    counted = session.shifts.aggregate(n=Sum(F("taken") + F("held")))
    return counted["n"] or 0


def with_attendance(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The sessions, each with what attendance() reads, in the same statement."""
    said = Case(When(end_reason="called_off", then=Value("called_off")), default=F("state"))
    bookings = (
        Booking.objects.filter(session=OuterRef("pk")).order_by().annotate(said=said).values("said")
    )
    return sessions.annotate(
        booked=Rows(bookings.annotate(families=Count("pk"), children=Sum("seats")))
    )


def attendance(session: Session) -> Attendance:
    """Numbers only: a coordinator does not see children here.

    Of a session that was read with_attendance().
    """
    rows = session.booked  # type: ignore[attr-defined]  # annotated
    return Attendance(
        {row["said"]: row["families"] for row in rows},
        {row["said"]: row["children"] for row in rows},
    )


def last_editor(session_id: int) -> int | None:
    """Who changed the session last, from the event log (kept for a day); None if nobody is
    known."""
    change = (
        Event.objects.filter(kind="session_changed", streams__contains=[f"session.{session_id}"])
        .order_by("-pk")
        .first()
    )
    return change.actor_id if change else None
