"""What a proposal changes for whom, what it leaves empty and why, and how people answer once it is
published."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window

from backend.families.models import Request
from backend.planning.models import Proposal, ProposalLine
from backend.planning.queries.candidates import telling
from backend.planning.queries.counting import how_many
from backend.planning.queries.heads import short_sessions, short_shifts
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import OFFER_ERASED, YES_STANDS
from backend.rota.states import TO_COME
from backend.volunteers.models import Volunteer

PEOPLE = 40  # on one page
LEAST_SURE = 8  # sessions that are named
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PlannedMove:
    """One line in words: a session that she is newly asked for, or that she would be let go
    from."""

    change: str
    session: Session
    role: str

    @property
    def is_new(self) -> bool:
        return self.change == ProposalLine.Change.NEW


@dataclass
class PersonMoves:
    volunteer: int
    name: str
    moves: list[PlannedMove] = field(default_factory=list)


@dataclass(frozen=True)
class SeatLeft:
    """A seat on offer that a proposal takes back: the family's number, and of which session."""

    family: str
    session: Session


@dataclass(frozen=True)
class Counts:
    """Lines by change, for people and for families; `placed`: people who would have a place."""

    asked: int
    asked_people: int
    placed: int
    kept: int
    gone: int
    seats: int
    seats_gone: int


@dataclass(frozen=True)
class ProposalHole:
    """A shift that lacks people: how many, how many were asked so far, and how many people each
    rule left over when the plan was made (empty where it was made before this hole)."""

    session: Session
    shift: Shift
    missing: int
    asked: int
    funnel: list[tuple[str, int]]

    @property
    def steps(self) -> list[tuple[str, int]]:
        return telling(self.funnel)


@dataclass(frozen=True)
class Since:
    """What has happened to the rota since the run read it: sessions added, changed and called off,
    and people who answered, took or gave back a place."""

    added: int = 0
    changed: int = 0
    cancelled: int = 0
    people: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.cancelled or self.people)


def lines_seen(proposal: Proposal, sessions: QuerySet[Session] | None) -> QuerySet[ProposalLine]:
    """All lines, or those of the sessions that the reader sees."""
    if sessions is None:
        return proposal.lines.all()
    return proposal.lines.filter(session_id__in=sessions.values("pk"))


def counts(lines: QuerySet[ProposalLine]) -> Counts:
    person = Q(shift_id__isnull=False)
    family = Q(request_id__isnull=False)
    return Counts(
        **lines.aggregate(
            asked=Count("pk", filter=person & Q(change=ProposalLine.Change.NEW)),
            asked_people=Count(
                "volunteer_id", filter=Q(change=ProposalLine.Change.NEW), distinct=True
            ),
            placed=Count(
                "volunteer_id",
                filter=person & Q(change__in=(ProposalLine.Change.NEW, ProposalLine.Change.KEPT)),
                distinct=True,
            ),
            kept=Count("pk", filter=person & Q(change=ProposalLine.Change.KEPT)),
            gone=Count("pk", filter=person & Q(change=ProposalLine.Change.GONE)),
            seats=Count("pk", filter=family & Q(change=ProposalLine.Change.NEW)),
            seats_gone=Count("pk", filter=family & Q(change=ProposalLine.Change.GONE)),
        )
    )


def _when(move: PlannedMove) -> float:
    """What is open-ended comes first."""
    starts_at = move.session.starts_at
    if starts_at is None:
        return 0
    return starts_at.timestamp()


def by_person(lines: QuerySet[ProposalLine], page: int) -> tuple[list[PersonMoves], int]:
    """One page of the people for whom something changes, by name, and how many pages there are.

    Three statements, two more for a page behind the last, which is the last.
    """
    changed = lines.filter(volunteer_id__isnull=False).exclude(change=ProposalLine.Change.KEPT)
    people = Volunteer.objects.filter(pk__in=changed.values("volunteer_id")).order_by(
        "sort_key", "pk"
    )
    counted = people.values_list("pk", "name", Window(Count("pk")))
    found = list(counted[(page - 1) * PEOPLE : page * PEOPLE])
    if not found and page > 1:
        return by_person(lines, max(1, -(-people.count() // PEOPLE)))
    shown = {pk: PersonMoves(pk, name) for pk, name, _ in found}
    pages = -(-found[0][2] // PEOPLE) if found else 1
    role = Shift.objects.filter(pk=OuterRef("shift_id")).values("role__name")
    rows = list(changed.filter(volunteer_id__in=shown).annotate(role=Subquery(role)))
    sessions = Session.objects.select_related("venue").in_bulk({row.session_id for row in rows})
    for row in rows:
        if row.session_id in sessions and row.volunteer_id is not None:
            shown[row.volunteer_id].moves.append(
                PlannedMove(row.change, sessions[row.session_id], row.role or "")
            )
    for person in shown.values():
        person.moves.sort(key=_when)
    return list(shown.values()), pages


def families_left(lines: QuerySet[ProposalLine]) -> list[SeatLeft]:
    """Whose offered seats the proposal takes back, by time. Two statements, one where there are
    none."""
    gone = lines.filter(request_id__isnull=False, change=ProposalLine.Change.GONE)
    number = Request.objects.filter(pk=OuterRef("request_id")).values("family__number")
    rows = list(gone.annotate(number=Subquery(number)).values_list("number", "session_id"))
    sessions = Session.objects.in_bulk({session for _, session in rows}) if rows else {}
    found = [SeatLeft(number or "", sessions[pk]) for number, pk in rows if pk in sessions]
    return sorted(found, key=lambda seat: (seat.session.starts_at or NEVER, seat.family))


def holes(
    proposal: Proposal, sessions: QuerySet[Session], fresh: bool, now: datetime
) -> list[ProposalHole]:
    """What lacks people now, as the page of holes counts it: with an open proposal as it would be,
    otherwise as it is. `fresh`: the reasons that the run found still hold. Two statements."""
    counted = proposal if proposal.state in Proposal.WAITING else None
    empty = short_sessions(sessions, counted, now=now)
    found = {entry["shift"]: entry for entry in proposal.facts.get("holes", [])}
    funnels = {
        pk: [(code, n) for code, n in entry["funnel"]] for pk, entry in found.items() if fresh
    }
    rows: list[Any] = list(short_shifts(empty, counted))
    return [
        ProposalHole(row.session, row, row.missing, row.asked, funnels.get(row.pk, []))
        for row in rows
    ]


def least_sure(
    proposal: Proposal, sessions: QuerySet[Session] | None
) -> list[tuple[Session, float]] | None:
    """The sessions of which the plan was least sure that they have all their people, at most so
    many, all or those that the reader sees; None where nothing was estimated. One statement."""
    likely = proposal.facts.get("likely")
    if not likely:
        return None
    shares: dict[str, float] = likely["sessions"]
    if sessions is None:
        sessions = Session.objects.filter(rota=proposal.rota_id)
    rows = sessions.filter(pk__in=[int(pk) for pk in shares], state__in=TO_COME)
    found = [(row, shares[str(row.pk)]) for row in rows]
    return sorted(found, key=lambda one: (one[1], one[0].starts_at or NEVER, one[0].pk))[
        :LEAST_SURE
    ]


def since(proposal: Proposal) -> Since:
    """One statement. Without the versions that its run read (`facts`) only people are known."""
    versions: dict[str, int] = proposal.facts.get("versions", {})
    read_at = proposal.run.started_at
    if read_at is None:
        return Since()
    answered = Offer.objects.filter(session__rota=proposal.rota_id, answered_at__gt=read_at)
    moved = Assignment.objects.filter(
        Q(made_at__gt=read_at) | Q(ended_at__gt=read_at), session__rota=proposal.rota_id
    )
    said = answered.exclude(state=Offer.State.WITHDRAWN).values("volunteer")
    people = Volunteer.objects.filter(pk__in=said.union(moved.values("volunteer")))
    rows = list(
        Session.objects.filter(rota=proposal.rota_id).values_list(
            "pk", "version", "state", how_many(people)
        )
    )
    many = rows[0][3] if rows else 0
    if not versions:
        return Since(people=many)
    now_there = {
        str(pk): version for pk, version, state, _many in rows if state != Session.State.CANCELLED
    }
    shared = versions.keys() & now_there.keys()
    return Since(
        added=len(now_there.keys() - versions.keys()),
        changed=sum(versions[pk] != now_there[pk] for pk in shared),
        cancelled=len(versions.keys() - now_there.keys()),
        people=many,
    )


def _offers(proposal: Proposal, sessions: QuerySet[Session] | None) -> QuerySet[Offer]:
    offers = Offer.objects.filter(proposal_id=proposal.pk)
    if sessions is None:
        return offers
    return offers.filter(session__in=sessions)


def answers(proposal: Proposal, sessions: QuerySet[Session] | None = None) -> dict[str, int]:
    """How many offers of a published proposal are in which state, all or those of the sessions that
    the reader sees; `all` is their sum. A yes that stands no more is a lapsed one. One
    statement."""
    gone = (~YES_STANDS & Q(state=Offer.State.ACCEPTED)) | OFFER_ERASED
    said = Case(When(gone, then=Value(Offer.State.LAPSED)), default=F("state"))
    rows = _offers(proposal, sessions).order_by().annotate(said=said).values("said")
    found: dict[str, int] = defaultdict(int)
    for row in rows.annotate(n=Count("pk")):
        found[row["said"]] += row["n"]
    return {state.value: found[state] for state in Offer.State} | {"all": sum(found.values())}


def latest_answers(
    proposal: Proposal, sessions: QuerySet[Session] | None = None, limit: int = 12
) -> list[Offer]:
    """The newest answers first, without a yes that stands no more. One statement."""
    said = Q(state__in=(Offer.State.DECLINED, Offer.State.EXPIRED))
    answered = _offers(proposal, sessions).filter(said | YES_STANDS)
    return list(
        answered.select_related("volunteer", "session", "shift__role").order_by(
            "-answered_at", "-pk"
        )[:limit]
    )
