"""What a proposal changes for whom, what it leaves empty and why, and how people answer once it is
published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from backend.planning.models import Proposal, ProposalLine
from backend.rota.models import Offer, Session, Shift
from backend.volunteers.models import Volunteer

PEOPLE = 40  # on one page


@dataclass(frozen=True)
class Move:
    """One line in words: a session that she is newly asked for, or that she would be let go
    from."""

    change: str
    session: Session
    role: str


@dataclass
class PersonMoves:
    volunteer: int
    name: str
    moves: list[Move] = field(default_factory=list)


@dataclass(frozen=True)
class Counts:
    """Lines by change, for people and for families."""

    asked: int
    asked_people: int
    kept: int
    gone: int
    seats: int
    seats_gone: int


@dataclass(frozen=True)
class Hole:
    """A shift that stays empty: how many are missing, and how many people each rule leaves over."""

    session: Session
    shift: Shift
    missing: int
    funnel: list[tuple[str, int]]

    @property
    def steps(self) -> list[tuple[str, int]]:
        """The start, and the rules that leave fewer than the one before."""
        return [
            step for n, step in enumerate(self.funnel) if n == 0 or step[1] < self.funnel[n - 1][1]
        ]


def lines_seen(proposal: Proposal, sessions: QuerySet[Session] | None) -> QuerySet[ProposalLine]:
    """All lines, or those of the sessions that the reader sees."""
    return (
        proposal.lines.all()
        if sessions is None
        else proposal.lines.filter(session_id__in=sessions.values("pk"))
    )


def counts(lines: QuerySet[ProposalLine]) -> Counts:
    person, family = Q(shift_id__isnull=False), Q(request_id__isnull=False)
    return Counts(
        **lines.aggregate(
            asked=Count("pk", filter=person & Q(change="new")),
            asked_people=Count("volunteer_id", filter=Q(change="new"), distinct=True),
            kept=Count("pk", filter=person & Q(change="kept")),
            gone=Count("pk", filter=person & Q(change="gone")),
            seats=Count("pk", filter=family & Q(change="new")),
            seats_gone=Count("pk", filter=family & Q(change="gone")),
        )
    )


def by_person(lines: QuerySet[ProposalLine], page: int) -> tuple[list[PersonMoves], int]:
    """One page of the people for whom something changes, by name, and how many pages there are.

    Five statements.
    """
    changed = lines.filter(volunteer_id__isnull=False).exclude(change="kept")
    people = Volunteer.objects.filter(pk__in=changed.values("volunteer_id")).order_by(
        "sort_key", "pk"
    )
    pages = max(1, -(-people.count() // PEOPLE))
    start = (min(page, pages) - 1) * PEOPLE
    shown = {
        pk: PersonMoves(pk, name)
        for pk, name in people.values_list("pk", "name")[start : start + PEOPLE]
    }
    rows = list(changed.filter(volunteer_id__in=shown))
    sessions, roles = _places(rows)
    for row in rows:
        if row.session_id in sessions and row.volunteer_id is not None:
            shown[row.volunteer_id].moves.append(
                Move(row.change, sessions[row.session_id], roles.get(row.shift_id, ""))
            )
    for person in shown.values():
        person.moves.sort(
            key=lambda move: move.session.starts_at.timestamp() if move.session.starts_at else 0
        )
    return list(shown.values()), pages


def holes(proposal: Proposal, sessions: QuerySet[Session] | None = None) -> list[Hole]:
    """As the run left them. Two statements."""
    entries: list[dict[str, Any]] = proposal.facts.get("holes", [])
    shifts = Shift.objects.select_related("role", "session__venue").filter(
        pk__in=[entry["shift"] for entry in entries]
    )
    if sessions is not None:
        shifts = shifts.filter(session__in=sessions)
    found = {shift.pk: shift for shift in shifts}
    known = [entry for entry in entries if entry["shift"] in found]
    known.sort(key=lambda e: (at := found[e["shift"]].session.starts_at) is None or at.timestamp())
    return [
        Hole(
            found[e["shift"]].session,
            found[e["shift"]],
            e["missing"],
            [(code, n) for code, n in e["funnel"]],
        )
        for e in known
    ]


def _offers(proposal: Proposal, sessions: QuerySet[Session] | None) -> QuerySet[Offer]:
    offers = Offer.objects.filter(proposal_id=proposal.pk)
    return offers if sessions is None else offers.filter(session__in=sessions)


def answers(proposal: Proposal, sessions: QuerySet[Session] | None = None) -> dict[str, int]:
    """How many offers of a published proposal are in which state, all or those of the sessions that
    the reader sees. One statement."""
    rows = _offers(proposal, sessions).values("state").annotate(n=Count("pk"))
    found: dict[str, int] = defaultdict(int, {row["state"]: row["n"] for row in rows})
    return {
        state: found[state] for state in ("accepted", "declined", "pending", "expired", "withdrawn")
    } | {"all": sum(found.values())}


def latest_answers(
    proposal: Proposal, sessions: QuerySet[Session] | None = None, limit: int = 12
) -> list[Offer]:
    """The newest answers first. One statement."""
    answered = _offers(proposal, sessions).filter(state__in=("accepted", "declined", "expired"))
    return list(
        answered.select_related("volunteer", "session", "shift__role").order_by(
            "-answered_at", "-pk"
        )[:limit]
    )


def _places(rows: Iterable[ProposalLine]) -> tuple[dict[int, Session], dict[int | None, str]]:
    rows = list(rows)
    sessions = Session.objects.select_related("venue").in_bulk({row.session_id for row in rows})
    roles = Shift.objects.filter(pk__in={row.shift_id for row in rows}).values_list(
        "pk", "role__name"
    )
    return sessions, dict(roles)
