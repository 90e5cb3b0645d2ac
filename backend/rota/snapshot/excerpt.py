"""One volunteer's excerpt of a rota: herself, what she has promised, and the sessions that the
question is about.

The rules answer on it in well under a millisecond a shift, as they would on the whole rota. Her
commitments in other rotas stand beside it (people.elsewhere), there as here, so day and week limits
and the way between two places hold across rotas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

import matching
from backend.common.bulk import among
from backend.common.clock import local_day
from backend.common.prepared import Prepared
from backend.common.under_age import EVENING, under_age
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.snapshot import minors, people
from backend.rota.snapshot.facts import PersonFacts, Promised
from backend.rota.snapshot.horizon import Horizon, exceptions, horizon_from, moved_days, weeks_of
from backend.rota.snapshot.ids import (
    family_id,
    number,
    session_id,
    shift_id,
    volunteer_id,
)
from backend.rota.snapshot.rows import JsonRows
from backend.rota.snapshot.sessions import (
    ROOM,
    bare_shift,
    session_from,
    vetting_codes,
    with_requirements,
)
from backend.rota.snapshot.shunned import Whereabouts, whereabouts_of, with_shunned
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer
from matching import DAY, Plan, Problem, Request, Violation, may_take

ANY_AGE = (0, 1200)  # months: an excerpt says who meets whom, a household in it has no real child


@dataclass(frozen=True)
class Excerpt:
    """`problem.current` holds her commitments, and the people and families whom she must not meet,
    where they are."""

    volunteer_pk: int
    problem: Problem
    facts: PersonFacts
    horizon: Horizon

    def against(self, shift_pk: int) -> tuple[Violation, ...]:
        """The rules that she would break by taking this shift; empty when she may. Where she has
        taken the day off, the violation shows it (`away`), and whether her weekly hours hold the
        session all the same (`hours`)."""
        broken = may_take(
            self.problem,
            self.problem.current or Plan(),
            volunteer_id(self.volunteer_pk),
            shift_id(shift_pk),
        )
        return tuple(self._with_days_off(violation) for violation in broken)

    def _with_days_off(self, violation: Violation) -> Violation:
        """To the rules a day off is time that is not free; to her it is what she said of that
        day."""
        if violation.rule != "availability":
            return violation
        start, end = self.problem.shift_of[violation.named("shift")][0].span
        if self._too_late(start, end):
            return replace(violation, shown={**violation.shown, "late": True})
        if not minors.comes_on(self.facts, self.horizon.day_of(start)):
            return replace(violation, shown={**violation.shown, "other_week": True})
        off = people.taken_off(self.facts)
        if not off:
            return violation
        first = self.horizon.day_of(start)
        last = self.horizon.day_of(end - 1)
        if not any(a <= last and first <= z for a, z in off):
            return violation
        weekly = self.facts["weekly"]
        hours = any(a <= start and end <= z for a, z in self.horizon.spans(weekly))
        shown = {**violation.shown, "away": True, "hours": hours, "stated": bool(weekly)}
        return replace(violation, shown=shown)

    def _too_late(self, start: int, end: int) -> bool:
        """She is under age that day, and it ends after her evening."""
        if not minors.is_minor(self.facts, self.horizon.day_of(start)):
            return False
        return start % DAY + (end - start) > EVENING

    def among(self, others: Iterable[tuple[int, int]]) -> Excerpt:
        """The same excerpt of one under age: with the grown-ups of these sessions, (volunteer,
        shift), without whom she would be alone there."""
        known = set(self.problem.volunteer_of)
        pairs = [(volunteer_id(pk), shift_id(shift)) for pk, shift in others]
        there = dict.fromkeys(pk for pk, _ in pairs if pk not in known)
        told = self.problem.current or Plan()
        for pair in pairs:
            if pair[0] not in known and pair[1] in self.problem.shift_of:
                told = told.with_assignment(*pair)
        people = (*self.problem.volunteers, *(_stranger(number(pk)) for pk in there))
        return replace(
            self,
            problem=replace(
                self.problem, volunteers=people, current=told, supervision=minors.BESIDE
            ),
        )

    def with_promise(self, shift_pk: int) -> Excerpt:
        """The same excerpt when she has this shift as well."""
        told = (self.problem.current or Plan()).with_assignment(
            volunteer_id(self.volunteer_pk), shift_id(shift_pk)
        )
        return replace(self, problem=replace(self.problem, current=told))


Excerpts = dict[tuple[int, int], Excerpt]  # by (volunteer, rota)


def excerpts_of(
    wanted: Mapping[int, Sequence[Session]],
    *,
    now: datetime,
    shifts: Iterable[Shift] | None = None,
    asking: bool = False,
) -> Excerpts:
    """(volunteer, rota) → her excerpt round those sessions of `wanted` (volunteer's key → sessions,
    with rota and programme) that are of it.

    `shifts` (with_requirements, all of those sessions) spares their query; the rest is one, for one
    volunteer and for thousands, and one or two more when some of them must not meet somebody.
    `asking`: she is to be offered a place, so offers that she has not answered count as promised,
    and sessions that she declined or withdrew from are banned. When she acts herself neither holds:
    her word of today outweighs yesterday's.
    """
    reading = _read(wanted, now, shifts, asking)
    return reading.excerpts(asking) if reading else {}


def excerpts_both_ways(
    wanted: Mapping[int, Sequence[Session]], *, now: datetime, shifts: Iterable[Shift]
) -> tuple[Excerpts, Excerpts]:
    """What excerpts_of says when she acts herself, and the same when what waits for her answer
    counts as promised; nothing is banned in either. The second is empty when nothing waits for
    anybody. As many statements as for the first alone."""
    reading = _read(wanted, now, shifts, asking=False)
    if reading is None:
        return {}, {}
    waits = any(facts["asked"] for facts in reading.rows)
    return reading.excerpts(asking=False), reading.excerpts(asking=True) if waits else {}


@dataclass(frozen=True)
class _Reading:
    """`rows` of the people of `wanted`, and what they share."""

    wanted: Mapping[int, Sequence[Session]]
    rows: list[PersonFacts]
    frames: Mapping[int, _Frame]
    problem_sessions: Mapping[int, matching.Session]
    whereabouts: Whereabouts
    beside: Mapping[int, Sequence[tuple[int, int]]]  # session → (volunteer, shift) of grown-ups

    def excerpts(self, asking: bool) -> Excerpts:
        found: Excerpts = {}
        for facts in self.rows:
            hers: defaultdict[int, dict[int, matching.Session]] = defaultdict(dict)
            for session in self.wanted[facts["pk"]]:
                hers[session.rota_id][session.pk] = self.problem_sessions[session.pk]
            for rota, near in hers.items():
                frame = replace(self.frames[rota], asking=asking)
                excerpt = frame.excerpt(facts, near, self.whereabouts)
                if facts["of_age_on"] is not None and not asking:
                    excerpt = excerpt.among(pair for pk in near for pair in self.beside.get(pk, ()))
                found[facts["pk"], rota] = excerpt
        return found


def _read(
    wanted: Mapping[int, Sequence[Session]],
    now: datetime,
    shifts: Iterable[Shift] | None,
    asking: bool,
) -> _Reading | None:
    """None without sessions."""
    sessions = {s.pk: s for group in wanted.values() for s in group}
    if not sessions:
        return None
    if shifts is None:
        shifts = with_requirements(Shift.objects.filter(session__in=sessions)).order_by("pk")
    of_session: defaultdict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        of_session[shift.session_id].append(shift)
    rotas = {s.rota_id: s.rota for s in sessions.values()}
    rows = _facts(list(wanted), tuple(rotas), *weeks_of(rotas.values()), asking)
    moved = moved_days(rows[0]["moved"]) if rows else {}
    horizons = {pk: horizon_from(rota.starts_on, rota.weeks, moved) for pk, rota in rotas.items()}
    vetting = vetting_codes(h for group in of_session.values() for h in group)
    frames = {
        rota: _Frame(rota, horizon, local_day(now), vetting, asking)
        for rota, horizon in horizons.items()
    }
    problem_sessions = {
        pk: session_from(s, of_session[pk], horizons[s.rota_id], required=True, seats=None)
        for pk, s in sessions.items()
    }
    young = any(row["of_age_on"] is not None for row in rows)
    beside = _grown_ups(sessions) if young else {}
    return _Reading(wanted, rows, frames, problem_sessions, whereabouts_of(rows, sessions), beside)


def _grown_ups(sessions: Mapping[int, Session]) -> dict[int, list[tuple[int, int]]]:
    """Session → who has said yes to it and is of age that day. One statement."""
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    there = Assignment.objects.filter(among("session", sessions), state__in=HELD)
    for pk, volunteer, shift, of_age in there.order_by("pk").values_list(
        "session", "volunteer", "shift", "volunteer__of_age_on"
    ):
        day = sessions[pk].starts_at
        if of_age is None or (day is not None and not under_age(of_age, local_day(day))):
            found[pk].append((volunteer, shift))
    return found


def _facts(
    volunteers: Sequence[int], rotas: tuple[int, ...], first: date, last: date, asking: bool
) -> list[PersonFacts]:
    """One dict a volunteer.

    For a single one the statement is kept: writing and planning it took longer than all else that a
    sign-up does. For others it is kept, too: of a page about a few it was a fifth.
    """
    if len(volunteers) == 1:
        return _prepared(rotas, first, last, asking)(volunteers[0])
    return _prepared_of_many(rotas, first, last, asking)(list(volunteers))


@lru_cache(maxsize=256)
def _prepared(
    rotas: tuple[int, ...], first: date, last: date, asking: bool
) -> Prepared[PersonFacts]:
    return Prepared(lambda volunteer: _rows(Q(pk=volunteer), rotas, first, last, asking), 0)


@lru_cache(maxsize=256)
def _prepared_of_many(
    rotas: tuple[int, ...], first: date, last: date, asking: bool
) -> Prepared[PersonFacts]:
    return Prepared(lambda ids: _rows(among("pk", ids), rotas, first, last, asking), [0])


def _rows(
    who: people.Whose, rotas: tuple[int, ...], first: date, last: date, asking: bool
) -> QuerySet[Any, Any]:
    """What people.facts_of says, whom she must not meet, and the calendar: all in one query."""
    hers = {"volunteer": OuterRef("pk"), "session__rota__in": rotas}
    rows: QuerySet[Any, Any] = people.facts_of(Volunteer.objects.filter(who), first, last).annotate(
        moved=JsonRows(exceptions(first, last))
    )
    rows = with_shunned(rows)
    if asking:
        rows = rows.annotate(
            declined=JsonRows(
                Offer.objects.filter(**hers, state=Offer.State.DECLINED).values("session")
            ),
            withdrawn=JsonRows(
                Assignment.objects.filter(**hers, state=Assignment.State.WITHDRAWN).values(
                    "session"
                )
            ),
        )
    return rows


@dataclass(frozen=True)
class _Frame:
    """What the excerpts of one rota share."""

    rota: int
    horizon: Horizon
    today: date
    vetting: set[str]
    asking: bool

    def excerpt(
        self, facts: PersonFacts, wanted: Mapping[int, matching.Session], whereabouts: Whereabouts
    ) -> Excerpt:
        promised = self._promised(facts)
        meets = whereabouts.met_by(facts, wanted)
        shunned = whereabouts.served_by(facts, wanted)
        met = {m["volunteer"] for m in meets}
        served = {family for family, _ in shunned}
        her = volunteer_id(facts["pk"])
        problem = Problem(
            name=her,
            start=self.horizon.starts_on,
            horizon=self.horizon.minutes,
            volunteers=(
                self._person(facts),
                *map(_stranger, met),
            ),
            sessions=_sessions(wanted, promised, {session for _, session in shunned}),
            requests=tuple(map(_household, served)),
            apart=tuple(_in_order(her, volunteer_id(pk)) for pk in met),
            avoid=tuple((family_id(pk), her) for pk in served),
            bans=tuple(
                (her, session_id(b["session"]))
                for b in facts.get("declined", []) + facts.get("withdrawn", [])
            ),
            current=Plan(
                (
                    *((her, shift_id(c.shift)) for c in promised),
                    *((volunteer_id(m["volunteer"]), shift_id(m["shift"])) for m in meets),
                ),
                tuple((family_id(family), session_id(session)) for family, session in shunned),
            ),
        )
        return Excerpt(facts["pk"], problem, facts, self.horizon)

    def _promised(self, facts: PersonFacts) -> list[Promised]:
        """Her commitments in this rota with their minutes in its horizon; when she is asked, also
        the offers that wait for her answer."""
        horizon = self.horizon
        kept = [
            Promised.of(c, horizon.since(c["start"]), horizon.since(c["end"]))
            for c in facts["commitments"]
            if c["rota"] == self.rota
        ]
        if self.asking:
            kept += [
                Promised.of(o, horizon.minute_in(o["starts_at"]), horizon.minute_in(o["ends_at"]))
                for o in facts["asked"]
                if o["rota"] == self.rota
            ]
        return kept

    def _person(self, facts: PersonFacts) -> matching.Volunteer:
        commitments = people.elsewhere(facts, self.rota, self.horizon, asked=self.asking)
        return people.person_from(facts, self.horizon, self.today, self.vetting, commitments)


def _sessions(
    wanted: Mapping[int, matching.Session], promised: Iterable[Promised], shunned: set[int]
) -> tuple[matching.Session, ...]:
    others = {c.session: c for c in promised if c.session not in wanted}
    met = (
        replace(problem_session, seats=ROOM, months=ANY_AGE) if pk in shunned else problem_session
        for pk, problem_session in wanted.items()
    )
    return (*met, *(_elsewhere(c) for c in others.values()))


def _elsewhere(c: Promised) -> matching.Session:
    """A session of hers that is not asked about: when and where it is."""
    where = (c.latitude, c.longitude)
    return matching.Session(
        session_id(c.session),
        c.programme,
        c.start,
        c.end,
        where,
        required=True,
        shifts=(bare_shift(c.shift),),
    )


def _in_order(one: str, other: str) -> tuple[str, str]:
    """As the database keeps a pair: the lower number first."""
    if number(one) < number(other):
        return (one, other)
    return (other, one)


def _stranger(pk: int) -> matching.Volunteer:
    return matching.Volunteer(
        volunteer_id(pk), home=(0.0, 0.0), max_travel=0, qualifications={}, available=()
    )


def _household(pk: int) -> Request:
    return Request(
        family_id(pk),
        family_id(pk),
        children=("2000-01",),
        home=(0.0, 0.0),
        max_travel=0,
        available=(),
    )
