"""May this family have seats in this session? The rules of `matching` are asked about her own
bookings, in the snapshot's words; nothing is decided or translated here.

What she picks herself is not held against her weekly availability or travel limit: those guide the
solver. The age of each child, overlaps, sessions reserved for those who named them and people she
avoids are rules for everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from backend.families.models import Child, Family
from backend.rota.models import Session
from backend.rota.snapshot import Party, number, problem_of_parties
from backend.rota.snapshot.ids import family_id, session_id
from matching import Violation, may_seat, may_seat_all


def broken_rules(
    family: Family,
    children: Sequence[Child],
    session: Session,
    *,
    beside: Sequence[Session] = (),
    avoided: Collection[int] = (),
    named: bool = False,
) -> tuple[Violation, ...]:
    """Rules that these seats would break, beside the sessions that the family has already; empty
    if there are none.

    `avoided` are ids of people in the session whom the family never meets; `named`: her wish names
    this session as one of its alternatives. How many still fit is not asked here: the session's
    counters know that (`policy.free_seats`).
    """
    party = Party(family, children, beside, [session], avoided, named)
    problem, plan = problem_of_parties([party])
    broken = may_seat(problem, plan, family_id(family.pk), session_id(session.pk))
    return tuple(violation for violation in broken if violation.rule != "seats")


def in_doubt(parties: Sequence[Party]) -> set[int]:
    """Families (ids) of whom broken_rules() must be asked line by line; all seats of the others
    pass, which one question shows.

    Whom a family never meets, and sessions reserved for those who named them, are in no such
    question: those stay in doubt.
    """
    wanted = [(party.family.pk, s) for party in parties for s in party.wanted]
    seats = [(family_id(pk), session_id(s.pk)) for pk, s in wanted if s.starts_at is not None]
    if not seats:
        return set()
    problem, plan = problem_of_parties(parties)
    broken = may_seat_all(problem, plan, seats)
    return {number(violation.named("request")) for violation in broken}
