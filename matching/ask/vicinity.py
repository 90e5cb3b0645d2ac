"""A few sessions and everybody whom they could concern, cut out of a large problem so that they are
solved in a blink.

Inside the cut, `free` sessions may change. All other sessions in it are there because someone
concerned has something in them; they keep their people and families as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from matching.agreements import Group
from matching.arrays.people import Families, Volunteers
from matching.plan import Plan
from matching.problem import Problem, Request, Session, Volunteer
from matching.rules.pairs import SEATS, TAKES
from matching.rules.party import moment

Record = TypeVar("Record", Volunteer, Session, Request)


@dataclass(frozen=True)
class Vicinity:
    """`problem` and `plan` are the cut, `rest` the lines of the plan that lie outside it."""

    problem: Problem
    plan: Plan
    rest: Plan
    free: frozenset[str]

    def inside(self, plan: Plan) -> Plan:
        """The lines of a plan of everything that lie in the cut."""
        shifts = self.problem.shift_of
        sessions = self.problem.session_of
        return Plan(
            tuple(a for a in plan.assignments if a[1] in shifts),
            tuple(y for y in plan.seats if y[1] in sessions),
        )

    def whole(self, plan: Plan) -> Plan:
        """A plan of the cut → a plan of everything."""
        return Plan((*self.rest.assignments, *plan.assignments), (*self.rest.seats, *plan.seats))


class Surroundings:
    """A problem and a plan from which cuts are made; the arrays over everybody are made once."""

    def __init__(self, problem: Problem, plan: Plan, volunteers: Volunteers | None = None) -> None:
        self.problem = problem
        self.plan = plan
        self.volunteers = volunteers or Volunteers(problem)
        self.families = Families(problem)
        self.of_volunteer = _grouped((v, problem.shift_of[h][0].id) for v, h in plan.assignments)
        self.in_session = _grouped((problem.shift_of[h][0].id, v) for v, h in plan.assignments)
        self.of_request = _grouped(plan.seats)
        self.seated = _grouped((s, q) for q, s in plan.seats)

    def cut(self, sessions: Iterable[str]) -> Vicinity:
        """Everyone who could serve in these sessions or have seats in them, and whatever else those
        people have."""
        free = self._with_alternatives(self._at_one_time(set(sessions)))
        people = {v for s in free for v in (*self.in_session[s], *self._could_serve(s))}
        requests = {q for s in free for q in (*self.seated[s], *self._could_sit(s))}
        inside = (
            free
            | {s for v in people for s in self.of_volunteer[v]}
            | {s for q in requests for s in self.of_request[q]}
        )
        people |= {v for s in inside for v in self.in_session[s]}
        requests |= {q for s in inside for q in self.seated[s]}
        people |= self._companions(people)
        requests |= self._parties(requests)
        return self._vicinity(frozenset(free), inside, people, requests)

    def elsewhere(self, sessions: Iterable[str], most: int) -> set[str]:
        """Other sessions of the people who could serve in these, the nearest at hand first, at most
        so many."""
        found: dict[str, None] = {}
        for s in sorted(sessions):
            for v in sorted(self._could_serve(s)):
                found |= dict.fromkeys(self.of_volunteer[v])
                if len(found) > most:
                    return set(list(found)[:most])
        return set(found)

    def chances(self, who: Collection[str]) -> set[str]:
        """Sessions in which these volunteers could serve or these requests could have seats, by the
        rules about them alone."""
        problem = self.problem
        people = tuple(v for v in problem.volunteers if v.id in who)
        wishes = tuple(q for q in problem.requests if q.id in who)
        few = Surroundings(replace(problem, volunteers=people, requests=wishes), Plan())
        return {s.id for s in problem.sessions if few._could_serve(s.id) or few._could_sit(s.id)}

    def _at_one_time(self, sessions: set[str]) -> set[str]:
        """These, and those at the same time and place where families come in parties: one of a
        party moves only if the others do."""
        if not any(q.party for q in self.problem.requests):
            return sessions
        times = {moment(self.problem.session_of[s]) for s in sessions}
        return sessions | {s.id for s in self.problem.sessions if moment(s) in times}

    def _companions(self, people: set[str]) -> set[str]:
        """Those without whom some of these people do not come."""
        pairs = [(a, b) for a, b, strength in self.problem.together if strength is None]
        found = {b for a, b in pairs if a in people} | {a for a, b in pairs if b in people}
        return found & self.problem.volunteer_of.keys()

    def _parties(self, requests: set[str]) -> set[str]:
        parties = {self.problem.request_of[q].party for q in requests} - {None}
        return {q.id for q in self.problem.requests if q.party in parties}

    def _with_alternatives(self, sessions: set[str]) -> set[str]:
        groups = {self.problem.session_of[s].alternatives for s in sessions} - {None}
        if not groups:
            return sessions
        return sessions | {s.id for s in self.problem.sessions if s.alternatives in groups}

    def _could_serve(self, session_id: str) -> list[str]:
        session = self.problem.session_of[session_id]
        found = set[int]()
        for shift in session.shifts:
            left = self.volunteers.everyone
            for takes in TAKES:
                left = left & takes(self.volunteers, session, shift)
            found |= set(np.flatnonzero(left).tolist())
        return [self.problem.volunteers[k].id for k in sorted(found)]

    def _could_sit(self, session_id: str) -> list[str]:
        session = self.problem.session_of[session_id]
        if session.seats is None:
            return []
        left = self.families.everyone
        for seats in SEATS:
            left = left & seats(self.families, session)
        return [self.problem.requests[k].id for k in np.flatnonzero(left).tolist()]

    def _vicinity(
        self, free: frozenset[str], inside: set[str], people: set[str], requests: set[str]
    ) -> Vicinity:
        problem = _part(self.problem, inside, people, requests)
        shifts = problem.shift_of
        assignments = self.plan.assignments
        seats = self.plan.seats
        mine = Plan(
            tuple(a for a in assignments if a[1] in shifts),
            tuple(y for y in seats if y[1] in inside),
        )
        rest = Plan(
            tuple(a for a in assignments if a[1] not in shifts),
            tuple(y for y in seats if y[1] not in inside),
        )
        return Vicinity(replace(problem, groups=self._groups(inside)), mine, rest, free)

    def _groups(self, inside: set[str]) -> dict[str, Group]:
        """What the sessions outside leave of each group."""
        left = dict(self.problem.groups)
        for s in self.problem.sessions if left else ():
            if s.id in inside or not (s.required or self.in_session[s.id] or self.seated[s.id]):
                continue
            for name in left.keys() & set(s.groups):
                most = left[name].max
                budget = left[name].budget
                left[name] = Group(
                    None if most is None else most - 1,
                    None if budget is None else budget - s.price,
                )
        return left


def _part(whole: Problem, inside: set[str], people: set[str], requests: set[str]) -> Problem:
    """The problem of these sessions, volunteers and requests, with what there is between them."""
    families = {whole.request_of[q].family for q in requests}
    shifts = {h.id for s in inside for h in whole.session_of[s].shifts}
    told = whole.current or Plan()
    return replace(
        whole,
        volunteers=_only(whole.volunteers, people),
        sessions=_only(whole.sessions, inside),
        requests=_only(whole.requests, requests),
        together=tuple(row for row in whole.together if people.issuperset(row[:2])),
        apart=tuple(pair for pair in whole.apart if people.issuperset(pair)),
        avoid=tuple((f, v) for f, v in whole.avoid if f in families and v in people),
        knows=tuple((f, v, k) for f, v, k in whole.knows if f in families and v in people),
        pins=tuple((v, h) for v, h in whole.pins if h in shifts),
        bans=tuple((v, s) for v, s in whole.bans if v in people and s in inside),
        current=Plan(
            tuple(a for a in told.assignments if a[1] in shifts and a[0] in people),
            tuple(y for y in told.seats if y[1] in inside and y[0] in requests),
        ),
    )


def _only(rows: Sequence[Record], ids: set[str]) -> tuple[Record, ...]:
    return tuple(row for row in rows if row.id in ids)


def _grouped(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, list[str]]:
    out: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        out[key].append(value)
    return out
