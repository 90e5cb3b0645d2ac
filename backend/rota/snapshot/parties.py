"""Families with the sessions that they have and want: the part of the problem that a question about
seats needs.

The whole problem holds a wish with its weekly availability and its way; what a family picks itself
is held against neither, so it is one request without limits, named after the family. When, where
and for whom a session is, both take from `sessions.bare_session`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import matching
from backend.common.clock import local_day, monday_of
from backend.families.models import Child, Family
from backend.rota.models import Session
from backend.rota.snapshot.horizon import Horizon, horizon_from
from backend.rota.snapshot.ids import family_id, session_id, shift_id, volunteer_id
from backend.rota.snapshot.sessions import ROOM, bare_session, bare_shift
from matching import Plan, Problem, Request, Volunteer

FAR = 10**6  # no limit, in minutes or sessions
ALWAYS = ((-FAR, FAR),)
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Party:
    """A family with the children that come, the sessions that it has already, and those that it is
    to have.

    `avoided`: keys of people who work in each wanted session and whom the family never meets;
    `named`: its wish names the wanted sessions among its alternatives.
    """

    family: Family
    children: Sequence[Child]
    beside: Sequence[Session]
    wanted: Sequence[Session]
    avoided: Collection[int] = ()
    named: bool = False


def problem_of_parties(parties: Sequence[Party]) -> tuple[Problem, Plan]:
    """The problem, and the plan in which each family has what it has.

    Sessions without a time meet nothing and are left out; at least one must have a time.
    """
    sessions = _timed(parties)
    horizon = _horizon(sessions.values())
    works = sorted({(pk, s.pk) for p in parties for s in p.wanted for pk in p.avoided})
    staffed = {session for _, session in works}
    problem = Problem(
        name="parties",
        start=horizon.starts_on,
        horizon=horizon.minutes,
        volunteers=tuple(_person(pk) for pk in sorted({pk for pk, _ in works})),
        sessions=tuple(
            _session_from(s, horizon, with_shift=s.pk in staffed) for s in sessions.values()
        ),
        requests=tuple(map(_request, parties)),
        avoid=tuple(
            (family_id(p.family.pk), volunteer_id(pk)) for p in parties for pk in p.avoided
        ),
    )
    seats = ((p.family.pk, s.pk) for p in parties for s in p.beside if s.pk in sessions)
    plan = Plan(
        tuple((volunteer_id(pk), shift_id(session)) for pk, session in works),
        tuple((family_id(family), session_id(session)) for family, session in seats),
    )
    return problem, plan


def _timed(parties: Iterable[Party]) -> dict[int, Session]:
    """Key → session; one that is wanted stands as the asker means it, also where it is had."""
    had = [s for party in parties for s in party.beside]
    wanted = [s for party in parties for s in party.wanted]
    return {s.pk: s for s in (*had, *wanted) if s.starts_at is not None}


def _horizon(timed: Iterable[Session]) -> Horizon:
    """Whole weeks around these sessions. Nobody's week is read on it, so the calendar's exceptions
    are not."""
    days = [local_day(s.starts_at) for s in timed if s.starts_at is not None]
    first = monday_of(min(days))
    weeks = (max(days) - first).days // DAYS_A_WEEK + 1
    return horizon_from(first, weeks, {})


def _session_from(session: Session, horizon: Horizon, *, with_shift: bool) -> matching.Session:
    shifts = (bare_shift(session.pk),) if with_shift else ()
    seats = None if session.seats_max is None else ROOM
    return bare_session(session, horizon, programme="", shifts=shifts, required=True, seats=seats)


def _request(party: Party) -> Request:
    choices = {session_id(s.pk): 0 for s in party.wanted} if party.named else None
    return Request(
        id=family_id(party.family.pk),
        family=family_id(party.family.pk),
        children=tuple(child.birth_month for child in party.children),
        home=(party.family.latitude, party.family.longitude),
        max_travel=FAR,
        available=ALWAYS,
        wants=FAR,
        choices=choices,
    )


def _person(pk: int) -> Volunteer:
    return Volunteer(volunteer_id(pk), (0.0, 0.0), FAR, {}, ALWAYS)
