"""One session, whoever could be asked for it, and what those people have in the rota: the part of
the whole problem that a question about the session needs.

A person is here what she is in whole.py, so the rules and the prices answer as they would on the
whole rota. The rest of a city (thousands who live too far away, sessions of people whom nobody asks
about) is left out, which makes the answer a matter of a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, FloatField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

import matching
from backend.common.bulk import among
from backend.common.clock import local_day
from backend.families.models import Request
from backend.places.squares import KM_A_DEGREE, kilometres_in, widening
from backend.rota.aims import aims_of
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import takes_place
from backend.rota.snapshot import families, many, minors, people, sessions
from backend.rota.snapshot.facts import PersonFacts
from backend.rota.snapshot.horizon import Horizon, horizon_of
from backend.rota.snapshot.ids import session_id, shift_id, volunteer_id
from backend.rota.snapshot.promises import Promises, promises_in
from backend.rota.snapshot.relations import avoided, kept_apart, known_by
from backend.rota.snapshot.shunned import shunned
from backend.rota.snapshot.whole import guests, members
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer
from matching import DAY, Plan, Problem

Pair = tuple[int, int]


@dataclass(frozen=True)
class ProposedChange:
    """What an open proposal would change: (volunteer, shift) → session of new lines, the pairs that
    it takes back, and the requests that would sit in the session (`seated`). Beside it what is
    there now: request id → children of seats that nobody has confirmed (`offered`), and the
    children in the waiting line."""

    new: Mapping[Pair, int]
    gone: frozenset[Pair] = frozenset()
    seated: frozenset[int] = frozenset()
    offered: Mapping[int, int] = field(default_factory=dict)
    waiting: int = 0

    def settled(self, session: Session, carriers: int) -> bool:
        """As the planner sees it: whether the seats of the session are the plan's to move."""
        given = sum(self.offered.values())
        sitting = sessions.Sitting(session.seats_taken - given, given, self.waiting, carriers)
        return sessions.is_settled(session, sitting)


@dataclass(frozen=True)
class Around:
    """`problem` and `plan`; `shifts` of the session with what they ask for; the other sessions of
    its rota in which these people have something; `facts` of everybody in it by key."""

    problem: Problem
    plan: Plan
    shifts: Sequence[Shift]
    elsewhere: Sequence[Session]
    facts: Mapping[int, PersonFacts]
    horizon: Horizon


@dataclass(frozen=True)
class Pool:
    """`near`: whom the rule `reach` might let pass, and whoever has a part in the session or would
    get one; nobody who is paused and has none. `everyone`: how many people a plan of the rota may
    name."""

    near: list[int]
    everyone: int


def pool_of(session: Session, proposed: Iterable[int] = ()) -> Pool:
    """Three statements."""
    rota = session.rota
    outside = guests(rota)
    found = members(rota).aggregate(
        everyone=Count("pk"),
        near=ArrayAgg("pk", filter=_near(session.latitude, session.longitude), default=[]),
    )
    able = (pk for pk, state in outside.items() if state == Volunteer.State.ACTIVE)
    near = {*found["near"], *able, *proposed, *_with_part(session)}
    return Pool(sorted(near), found["everyone"] + len(outside))


def _with_part(session: Session) -> Iterable[int]:
    assigned = Assignment.objects.filter(session=session, state__in=HELD)
    asked = Offer.objects.filter(session=session, state=Offer.State.PENDING)
    rows = assigned.order_by().values("volunteer").union(asked.order_by().values("volunteer"))
    return (row["volunteer"] for row in rows)


def around(
    session: Session, volunteers: Sequence[int], change: ProposedChange, now: datetime
) -> Around:
    """The problem and the plan round a session (with its rota and programme), as they stand with
    `change`. `volunteers` are those whom the question is about."""
    reading = _read(session, volunteers)
    mine = [shift for shift in reading.shifts_of(session) if shift.carries_seats]
    if change.settled(session, sum(reading.promised.heads[shift.pk] for shift in mine)):
        change = replace(change, seated=frozenset(), offered={})
    seats = reading.seats(change)
    elsewhere = reading.elsewhere(change)
    problem = reading.problem(change, seats, elsewhere, now)
    plan = tuple(pair for pair in reading.pairs(change) if pair[1] in problem.shift_of)
    return Around(
        problem,
        Plan(plan, tuple((wish.id, session_id(session.pk)) for wish in seats)),
        reading.shifts_of(session),
        [*reading.group[1:], *elsewhere],
        reading.facts,
        reading.horizon,
    )


def _read(session: Session, volunteers: Sequence[int]) -> _Surroundings:
    horizon = horizon_of(session.rota)
    group = _group(session)
    shifts = list(
        sessions.with_requirements(Shift.objects.filter(session__in=group)).order_by("pk")
    )
    days = _days_of(group, horizon)
    question = many.FactsWanted(
        horizon,
        frozenset(days),
        frozenset(kind["code"] for shift in shifts for kind in shift.requires),
        frozenset(one.programme_id for one in group),
    )
    facts = {row["pk"]: row for row in many.facts_of(volunteers, question)}
    return _Surroundings(session, group, shifts, horizon, days, facts, _promised(group))


@dataclass(frozen=True)
class _Surroundings:
    """The session and those of which only one takes place (`group`) with their shifts, the days
    that they touch, and what they need to know of each person by her key."""

    session: Session
    group: list[Session]
    shifts: list[Shift]
    horizon: Horizon
    days: set[int]
    facts: dict[int, PersonFacts]
    promised: Promises

    def shifts_of(self, session: Session) -> list[Shift]:
        return [shift for shift in self.shifts if shift.session_id == session.pk]

    def told(self) -> set[Pair]:
        """(volunteer, shift) that these people hold, or are asked for, in this rota."""
        return {
            (pk, held["shift"])
            for pk, row in self.facts.items()
            for held in (*row["commitments"], *row["asked"])
            if held["rota"] == self.session.rota_id
        }

    def pairs(self, change: ProposedChange) -> list[tuple[str, str]]:
        """The places of the plan, with the change."""
        new = {pair for pair in change.new if pair[0] in self.facts}
        return _named((self.told() | new) - change.gone)

    def seats(self, change: ProposedChange) -> list[matching.Request]:
        """The families' wishes that sit in the session."""
        if self.session.seats_max is None or not change.seated:
            return []
        wishes = Request.objects.filter(among("pk", change.seated)).order_by("pk")
        here = {session_id(self.session.pk): 0}
        rows = families.rows_of(wishes, self.horizon)
        return [families.wish_from(row, self.horizon, here, (), ()) for row in rows]

    def problem(
        self,
        change: ProposedChange,
        wishes: list[matching.Request],
        elsewhere: list[Session],
        now: datetime,
    ) -> Problem:
        persons = self._persons(now)
        problem_sessions = (*map(self._asked, self.group), *self._elsewhere(elsewhere))
        known = {person.id for person in persons}
        homes = {wish.family for wish in wishes}
        shifts = {shift.id for one in problem_sessions for shift in one.shifts}
        current = tuple(pair for pair in _named(self.told()) if pair[1] in shifts)
        problem = Problem(
            name=self.session.rota.name,
            start=self.session.rota.starts_on,
            horizon=self.horizon.minutes,
            volunteers=tuple(persons),
            sessions=problem_sessions,
            requests=tuple(wishes),
            apart=kept_apart(known),
            avoid=avoided(homes, known),
            knows=known_by(homes, known),
            bans=self._bans(change, {one.id for one in problem_sessions}),
            current=Plan(current),
            supervision=minors.supervision(persons),
        )
        return aims_of(self.session.rota).over(problem)

    def _persons(self, now: datetime) -> list[matching.Volunteer]:
        vetting = sessions.vetting_codes(self.shifts)
        today = local_day(now)
        rota = self.session.rota_id
        return [
            people.person_from(
                row,
                self.horizon,
                today,
                vetting,
                people.elsewhere(row, rota, self.horizon),
                self.days,
            )
            for row in self.facts.values()
        ]

    def _asked(self, session: Session) -> matching.Session:
        required = takes_place(
            session.required,
            people=session.pk in self.promised.staffed,
            children=session.seats_taken,
        )
        # the question is who serves; how many fit is not asked
        seats = sessions.ROOM if session.seats_max is not None else None
        return sessions.session_from(
            session, self.shifts_of(session), self.horizon, required=required, seats=seats
        )

    def _others(self, change: ProposedChange) -> set[int]:
        """The other sessions of the rota in which these people have, or would have, something."""
        hers = {
            held["session"]
            for row in self.facts.values()
            for held in (*row["commitments"], *row["asked"])
            if held["rota"] == self.session.rota_id
        }
        hers |= {at for (volunteer, _), at in change.new.items() if volunteer in self.facts}
        return hers - {one.pk for one in self.group}

    def elsewhere(self, change: ProposedChange) -> list[Session]:
        """Each with `places`, the keys of its shifts. One statement, none where there are none."""
        others = self._others(change)
        if not others:
            return []
        places = Shift.objects.filter(session=OuterRef("pk")).order_by("pk").values("pk")
        rows: QuerySet[Any, Any] = Session.objects.filter(among("pk", others)).annotate(
            places=ArraySubquery(places)
        )
        rows = rows.exclude(state=Session.State.CANCELLED).select_related("rota", "programme")
        return list(rows.order_by("pk"))

    def _elsewhere(self, rows: Iterable[Any]) -> list[matching.Session]:
        return [
            matching.Session(
                session_id(row.pk),
                row.programme.code,
                self.horizon.minute(row.starts_at),
                self.horizon.minute(row.ends_at),
                (row.latitude, row.longitude),
                required=True,
                shifts=tuple(map(sessions.bare_shift, row.places)),
            )
            for row in rows
        ]

    def _bans(self, change: ProposedChange, here: set[str]) -> tuple[tuple[str, str], ...]:
        """Sessions that somebody refused, or where she would meet whom she must not."""
        movable = {(request, self.session.pk) for request in change.offered}
        away = shunned([self.session.pk], movable)
        named = {(volunteer_id(her), session_id(there)) for her, there in away}
        return tuple(sorted(pair for pair in named.union(self.promised.bans) if pair[1] in here))


def _named(pairs: Iterable[Pair]) -> list[tuple[str, str]]:
    return [(volunteer_id(volunteer), shift_id(shift)) for volunteer, shift in sorted(pairs)]


def _near(latitude: float, longitude: float) -> Q:
    """A square that holds everyone whom the rule `reach` can let pass: it spares the rules the far
    side of the city."""
    a_minute = kilometres_in(1) / KM_A_DEGREE
    # as floats: in PostgreSQL's decimals the sums took three quarters of the statement
    degrees = Cast("max_travel", FloatField()) * a_minute
    wide = widening(latitude)
    return Q(
        latitude__gte=latitude - degrees,
        latitude__lte=latitude + degrees,
        longitude__gte=longitude - degrees * wide,
        longitude__lte=longitude + degrees * wide,
    )


def _group(session: Session) -> list[Session]:
    """It, and the sessions of which only one takes place."""
    if not session.group:
        return [session]
    others = Session.objects.filter(rota=session.rota_id, group=session.group)
    rows = others.exclude(Q(pk=session.pk) | Q(state=Session.State.CANCELLED))
    return [session, *rows.select_related("rota", "programme").order_by("pk")]


def _days_of(group: list[Session], horizon: Horizon) -> set[int]:
    """The days of the horizon that these sessions touch."""
    spans = [(horizon.minute(s.starts_at), horizon.minute(s.ends_at)) for s in group]
    touched = {
        day
        for start, end in spans
        if start is not None and end is not None
        for day in range(start // DAY, (end - 1) // DAY + 1)
    }
    return touched & set(range(horizon.days))


def _promised(group: list[Session]) -> Promises:
    there = among("session", [s.pk for s in group])
    return promises_in(Assignment.objects.filter(there), Offer.objects.filter(there))
