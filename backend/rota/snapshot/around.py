"""One session, whoever could be asked for it, and what those people have in the rota: the part of
the whole problem that a question about the session needs.

A person is here what she is in whole.py, so the rules and the prices answer as they would on the
whole rota. The rest of a city (thousands who live too far away, sessions of people whom nobody asks
about) is left out, which makes the answer a matter of a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, FloatField, Q
from django.db.models.functions import Cast

import matching
from backend.common.bulk import among
from backend.common.clock import local_day
from backend.families.models import Avoid, Knows, Request
from backend.places.squares import KM_A_DEGREE, kilometres_in, widening
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import takes_place
from backend.rota.snapshot import families, many, people, sessions
from backend.rota.snapshot.facts import PersonFacts
from backend.rota.snapshot.horizon import Horizon, horizon_of
from backend.rota.snapshot.ids import family_id, number, session_id, shift_id, volunteer_id
from backend.rota.snapshot.promises import Promises, promises_in
from backend.rota.snapshot.shunned import shunned
from backend.rota.snapshot.whole import guests, members
from backend.rota.states import HELD
from backend.volunteers.models import Apart, Volunteer
from matching import DAY, Plan, Problem

Pair = tuple[int, int]


@dataclass(frozen=True)
class Change:
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
    """`problem` and `plan`; `facts` of everybody in it by key."""

    problem: Problem
    plan: Plan
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


def around(session: Session, volunteers: Sequence[int], change: Change, now: datetime) -> Around:
    """The problem and the plan round a session (with its rota and programme), as they stand with
    `change`. `volunteers` are those whom the question is about."""
    horizon = horizon_of(session.rota)
    group = _group(session)
    shifts = list(
        sessions.with_requirements(Shift.objects.filter(session__in=group)).order_by("pk")
    )
    days = _days_of(group, horizon)
    facts = _facts(volunteers, group, shifts, horizon, days)
    promised = _promised(group)
    mine = [h for h in shifts if h.session_id == session.pk and h.carries_seats]
    if change.settled(session, sum(promised.heads[h.pk] for h in mine)):
        change = replace(change, seated=frozenset(), offered={})
    plan = _plan(facts, session.rota_id, promised, change)
    told = _told(facts, session.rota_id)
    seats = _seats(session, change, horizon)
    persons = _persons(facts, session.rota_id, horizon, now, shifts, days)
    asked = [
        _asked(one, [h for h in shifts if h.session_id == one.pk], horizon, promised)
        for one in group
    ]
    elsewhere = _elsewhere(facts, session, {s.pk for s in group}, change, horizon)
    movable = {(request, session.pk) for request in change.offered}
    avoided = [
        (volunteer_id(her), session_id(there)) for her, there in shunned([session.pk], movable)
    ]
    problem = _assembled(
        session, horizon, persons, (*asked, *elsewhere), seats, promised, told, avoided
    )
    known = problem.shift_of
    return Around(
        problem,
        Plan(
            tuple((volunteer_id(v), shift_id(h)) for v, h in sorted(plan) if shift_id(h) in known),
            tuple((q.id, session_id(session.pk)) for q in seats),
        ),
        facts,
        horizon,
    )


def _facts(
    volunteers: Sequence[int],
    group: Collection[Session],
    shifts: Collection[Shift],
    horizon: Horizon,
    days: Collection[int],
) -> dict[int, PersonFacts]:
    """Key → what these sessions need to know of her."""
    question = many.Question(
        horizon,
        frozenset(days),
        frozenset(kind["code"] for shift in shifts for kind in shift.requires),
        frozenset(one.programme_id for one in group),
    )
    return {row["pk"]: row for row in many.facts_of(volunteers, question)}


def _persons(
    facts: Mapping[int, PersonFacts],
    rota: int,
    horizon: Horizon,
    now: datetime,
    shifts: Iterable[Shift],
    days: Collection[int],
) -> list[matching.Volunteer]:
    vetting = sessions.vetting_codes(shifts)
    today = local_day(now)
    return [
        people.person_from(row, horizon, today, vetting, people.elsewhere(row, rota, horizon), days)
        for row in facts.values()
    ]


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
    rows = others.exclude(Q(pk=session.pk) | Q(state=Session.State.CANCELLED)).select_related(
        "programme"
    )
    return [session, *rows.order_by("pk")]


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


def _told(facts: Mapping[int, PersonFacts], rota: int) -> set[Pair]:
    """(volunteer, shift) that these people hold, or are asked for, in this rota."""
    return {
        (pk, c["shift"])
        for pk, row in facts.items()
        for c in (*row["commitments"], *row["asked"])
        if c["rota"] == rota
    }


def _plan(
    facts: Mapping[int, PersonFacts], rota: int, promised: Promises, change: Change
) -> set[Pair]:
    new = {pair for pair in change.new if pair[0] in facts}
    return (_told(facts, rota) | new) - change.gone


def _asked(
    session: Session, shifts: list[Shift], horizon: Horizon, promised: Promises
) -> matching.Session:
    required = takes_place(
        session.required,
        people=session.pk in promised.staffed,
        children=session.seats_taken,
    )
    # the question is who serves; how many fit is not asked
    seats = sessions.ROOM if session.seats_max is not None else None
    return sessions.session_from(session, shifts, horizon, required=required, seats=seats)


def _elsewhere(
    facts: Mapping[int, PersonFacts],
    session: Session,
    group: set[int],
    change: Change,
    horizon: Horizon,
) -> list[matching.Session]:
    """The other sessions of the rota in which these people have, or would have, something."""
    hers = {
        c["session"]
        for row in facts.values()
        for c in (*row["commitments"], *row["asked"])
        if c["rota"] == session.rota_id
    }
    hers |= {at for (volunteer, _), at in change.new.items() if volunteer in facts}
    if not hers - group:
        return []
    rows = Session.objects.filter(among("pk", hers - group)).exclude(state=Session.State.CANCELLED)
    places = Shift.objects.filter(among("session", hers - group)).values_list("session_id", "pk")
    shifts: dict[int, list[matching.Shift]] = {}
    for at, pk in places:
        shifts.setdefault(at, []).append(sessions.bare_shift(pk))
    return [
        matching.Session(
            session_id(row.pk),
            row.programme.code,
            horizon.minute(row.starts_at),
            horizon.minute(row.ends_at),
            (row.latitude, row.longitude),
            required=True,
            shifts=tuple(shifts.get(row.pk, ())),
        )
        for row in rows.select_related("programme").order_by("pk")
    ]


def _seats(session: Session, change: Change, horizon: Horizon) -> list[matching.Request]:
    """The families' wishes that sit in the session."""
    if session.seats_max is None or not change.seated:
        return []
    wishes = Request.objects.filter(among("pk", change.seated)).order_by("pk")
    return [
        families.wish_from(row, horizon, {session_id(session.pk): 0}, (), ())
        for row in families.rows_of(wishes, horizon)
    ]


def _assembled(
    session: Session,
    horizon: Horizon,
    persons: list[matching.Volunteer],
    activities: tuple[matching.Session, ...],
    wishes: list[matching.Request],
    promised: Promises,
    told: set[Pair],
    shunned: Iterable[tuple[str, str]],
) -> Problem:
    known = {person.id for person in persons}
    homes = {wish.family for wish in wishes}
    shifts = {h.id for activity in activities for h in activity.shifts}
    here = {activity.id for activity in activities}
    bans = {pair for pair in (*promised.bans, *shunned) if pair[1] in here}
    current = ((volunteer_id(v), shift_id(h)) for v, h in sorted(told))
    return Problem(
        name=session.rota.name,
        start=session.rota.starts_on,
        horizon=horizon.minutes,
        volunteers=tuple(persons),
        sessions=activities,
        requests=tuple(wishes),
        apart=tuple(pair for pair in _apart() if set(pair) <= known),
        avoid=tuple(pair for pair in _avoid(homes) if pair[1] in known),
        knows=tuple(row for row in _knows(homes) if row[1] in known),
        bans=tuple(sorted(bans)),
        current=Plan(tuple(pair for pair in current if pair[1] in shifts)),
    )


def _apart() -> Iterable[tuple[str, str]]:
    for one, other in Apart.objects.order_by("pk").values_list("first_id", "second_id"):
        yield volunteer_id(one), volunteer_id(other)


def _avoid(homes: set[str]) -> Iterable[tuple[str, str]]:
    if not homes:
        return
    rows = Avoid.objects.filter(among("family", [number(home) for home in homes]))
    for family, volunteer in rows.order_by("pk").values_list("family_id", "volunteer_id"):
        yield family_id(family), volunteer_id(volunteer)


def _knows(homes: set[str]) -> Iterable[tuple[str, str, int]]:
    if not homes:
        return
    rows = Knows.objects.filter(among("family", [number(home) for home in homes]))
    for family, volunteer, strength in rows.order_by("pk").values_list(
        "family_id", "volunteer_id", "strength"
    ):
        yield family_id(family), volunteer_id(volunteer), strength
