"""May this family have seats in this session? The rules of `matching` are asked about her own
bookings; nothing is decided here.

What she picks herself is not held against her weekly availability or travel limit: those guide the
solver. The age of each child, overlaps, sessions reserved for those who named them and people she
avoids are rules for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import matching
from backend.common.clock import local_day, local_midnight, monday_of
from backend.families.models import Child, Family
from backend.rota.models import Session
from matching import (
    Plan,
    Problem,
    Request,
    Seats,
    Shift,
    Violation,
    Volunteer,
    may_seat,
    may_seat_all,
)

FAR = 10**6  # no limit, in minutes or seats


def broken_rules(
    family: Family,
    children: Sequence[Child],
    session: Session,
    *,
    beside: Iterable[Session] = (),
    avoided: Iterable[int] = (),
    named: bool = False,
) -> tuple[Violation, ...]:
    """Rules that these seats would break, beside the sessions that the family has already; empty
    if there are none.

    `avoided` are ids of people in the session whom the family never meets; `named`: her wish names
    this session as one of its alternatives. How many still fit is not asked here: the session's
    counters know that (`policy.free_seats`).
    """
    problem, plan = _problem(family, children, session, list(beside), list(avoided), named)
    broken = may_seat(problem, plan, f"f{family.pk}", f"s{session.pk}")
    return tuple(violation for violation in broken if violation.rule != "seats")


@dataclass(frozen=True)
class Party:
    """A family with the children that come, the sessions that it has already, and those that it is
    to have."""

    family: Family
    children: Sequence[Child]
    beside: Sequence[Session]
    wanted: Sequence[Session]


def in_doubt(parties: Sequence[Party]) -> set[int]:
    """Families (ids) of whom broken_rules() must be asked line by line; all seats of the others
    pass, which one question shows.

    Whom a family never meets, and sessions reserved for those who named them, are in no such
    question: those stay in doubt.
    """
    sessions = {
        s.pk: s
        for party in parties
        for s in (*party.beside, *party.wanted)
        if s.starts_at is not None
    }
    if not sessions:
        return set()
    zero = _zero(sessions.values())
    problem = _assembled(
        "parties",
        zero,
        [_request(p.family, p.children, None) for p in parties],
        [_session(s, zero, False) for s in sessions.values()],
    )
    had, wanted = (
        tuple((f"f{p.family.pk}", f"s{s.pk}") for p in parties for s in getattr(p, which))
        for which in ("beside", "wanted")
    )
    return {
        int(violation.facts["request"][1:])
        for violation in may_seat_all(problem, Plan((), had), wanted)
    }


def _problem(
    family: Family,
    children: Sequence[Child],
    session: Session,
    beside: list[Session],
    avoided: list[int],
    named: bool,
) -> tuple[Problem, Plan]:
    """The smallest problem that holds the question: one family as one request, her sessions, the
    people she avoids."""
    timed = [s for s in [session, *beside] if s.starts_at is not None]
    zero = _zero(timed)
    sessions = [_session(s, zero, s is session and bool(avoided)) for s in timed]
    request = _request(family, children, {f"s{session.pk}": 0} if named else None)
    people = tuple(
        Volunteer(f"v{pk}", (family.latitude, family.longitude), FAR, {}, ((-FAR, FAR),))
        for pk in avoided
    )
    problem = _assembled(f"family {family.pk}", zero, [request], sessions)
    problem = replace(problem, volunteers=people, avoid=tuple((request.id, v.id) for v in people))
    plan = Plan(
        tuple((v.id, f"h{session.pk}") for v in people),
        tuple((request.id, f"s{s.pk}") for s in beside),
    )
    return problem, plan


def _assembled(
    name: str, zero: datetime, requests: Sequence[Request], sessions: Sequence[matching.Session]
) -> Problem:
    return Problem(
        name=name,
        start=local_day(zero),
        horizon=max(s.end or 0 for s in sessions),
        sessions=tuple(sessions),
        requests=tuple(requests),
    )


def _zero(timed: Iterable[Session]) -> datetime:
    first = min(s.starts_at for s in timed if s.starts_at is not None)
    return local_midnight(monday_of(local_day(first)))


def _request(family: Family, children: Sequence[Child], choices: dict[str, int] | None) -> Request:
    return Request(
        id=f"f{family.pk}",
        family=f"f{family.pk}",
        children=tuple(c.birth_month for c in children),
        home=(family.latitude, family.longitude),
        max_travel=FAR,
        available=((-FAR, FAR),),
        wants=FAR,
        choices=choices,
    )


def _session(session: Session, zero: datetime, with_shift: bool) -> matching.Session:
    shift = (Shift(f"h{session.pk}", "", (), 0, FAR),) if with_shift else ()
    months = None if session.months_low is None else (session.months_low, session.months_high)
    return matching.Session(
        id=f"s{session.pk}",
        programme=str(session.programme_id),
        start=_minute(session.starts_at, zero),
        end=_minute(session.ends_at, zero),
        place=(session.latitude, session.longitude),
        required=True,
        shifts=shift,
        seats=None if session.seats_max is None else Seats(0, FAR, FAR),
        months=months,  # type: ignore[arg-type]
        alternatives=session.group or None,
    )


def _minute(moment: datetime | None, zero: datetime) -> int | None:
    return None if moment is None else (moment - zero) // timedelta(minutes=1)
