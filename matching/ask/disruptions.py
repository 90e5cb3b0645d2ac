"""What can happen to a plan that people have been told: each is a small record that changes the
problem."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from matching.plan import Plan
from matching.problem import Point, Problem, Request, Session, Shift
from matching.rules.qualification import valid_until


class Disruption(Protocol):
    """`apply` gives the problem as it is now; `sessions` are those whose staffing or families it
    touches in this plan."""

    def apply(self, problem: Problem, plan: Plan) -> Problem: ...

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]: ...


def _sessions_of(problem: Problem, plan: Plan, volunteer: str, since: int) -> list[str]:
    """Sessions that she has in the plan and that begin at `since` or later; open-ended ones
    always."""
    hers = [problem.shift_of[h][0] for v, h in plan.assignments if v == volunteer]
    return [s.id for s in hers if s.start is None or s.start >= since]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """She cannot come to one session (`shift`), or to none that begins at `since` or later."""

    volunteer: str
    shift: str | None = None
    since: int = 0

    def apply(self, problem: Problem, plan: Plan) -> Problem:
        if self.shift:
            away = {problem.shift_of[self.shift][0].id}
        else:
            away = {s.id for s in problem.sessions if s.start is None or s.start >= self.since}
            away |= set(_sessions_of(problem, plan, self.volunteer, self.since))
        if self.volunteer not in problem.volunteer_of:
            raise KeyError(self.volunteer)
        bans = dict.fromkeys((*problem.bans, *((self.volunteer, s) for s in sorted(away))))
        pins = tuple(
            (v, h)
            for v, h in problem.pins
            if v != self.volunteer or problem.shift_of[h][0].id not in away
        )
        return replace(problem, bans=tuple(bans), pins=pins)

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        if self.shift:
            return [problem.shift_of[self.shift][0].id]
        return _sessions_of(problem, plan, self.volunteer, self.since)


@dataclass(frozen=True, slots=True)
class Decline:
    """A batch of offers that came back: (volunteer, session) pairs that must not be."""

    pairs: tuple[tuple[str, str], ...]

    def apply(self, problem: Problem, plan: Plan) -> Problem:
        no = set(self.pairs)
        pins = tuple((v, h) for v, h in problem.pins if (v, problem.shift_of[h][0].id) not in no)
        return replace(problem, bans=tuple(dict.fromkeys((*problem.bans, *self.pairs))), pins=pins)

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        return {s for _, s in self.pairs}


@dataclass(frozen=True, slots=True)
class Cancel:
    """A session does not take place."""

    session: str

    def apply(self, problem: Problem, plan: Plan) -> Problem:
        problem.session_of[self.session]
        return without_sessions(problem, {self.session})

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        return [self.session]


@dataclass(frozen=True, slots=True)
class CloseVenue:
    """Nothing that begins at `since` or later takes place at this point."""

    place: Point
    since: int = 0

    def apply(self, problem: Problem, plan: Plan) -> Problem:
        return without_sessions(problem, set(self.sessions(problem, plan)))

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        return [
            s.id
            for s in problem.sessions
            if s.place == self.place and (s.start is None or s.start >= self.since)
        ]


@dataclass(frozen=True, slots=True)
class Move:
    """A session gets another time or place; what is None stays."""

    session: str
    start: int | None = None
    end: int | None = None
    place: Point | None = None

    def apply(self, problem: Problem, plan: Plan) -> Problem:
        new = problem.session_of[self.session]
        if self.start is not None:
            new = replace(new, start=self.start)
        if self.end is not None:
            new = replace(new, end=self.end)
        if self.place:
            new = replace(new, place=self.place)
        sessions = {**problem.session_of, new.id: new}
        return replace(problem, sessions=tuple(sessions.values()))

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        return [self.session]


@dataclass(frozen=True, slots=True)
class Lapse:
    """A credential of hers is valid only until this minute."""

    volunteer: str
    code: str
    until: int = -1

    def apply(self, problem: Problem, plan: Plan) -> Problem:
        her = problem.volunteer_of[self.volunteer]
        held = {**her.qualifications, self.code: self.until}
        changed = replace(her, qualifications=held)
        pins = tuple(
            (v, h)
            for v, h in problem.pins
            if v != her.id or self._keeps(problem, *problem.shift_of[h])
        )
        volunteers = {**problem.volunteer_of, her.id: changed}
        return replace(problem, volunteers=tuple(volunteers.values()), pins=pins)

    def _keeps(self, problem: Problem, session: Session, shift: Shift) -> bool:
        return self.code not in shift.requires or self.until >= valid_until(problem, session)

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        hers = [problem.shift_of[h] for v, h in plan.assignments if v == self.volunteer]
        return [s.id for s, h in hers if not self._keeps(problem, s, h)]


def _without_choices(request: Request, gone: set[str]) -> Request:
    if request.choices is None or not gone & set(request.choices):
        return request
    return replace(request, choices={s: c for s, c in request.choices.items() if s not in gone})


def without_sessions(problem: Problem, gone: set[str]) -> Problem:
    """The problem without some sessions, and without what named them."""
    kept = {h.id for s in problem.sessions if s.id not in gone for h in s.shifts}
    requests = tuple(_without_choices(q, gone) for q in problem.requests)
    return replace(
        problem,
        sessions=tuple(s for s in problem.sessions if s.id not in gone),
        requests=requests,
        pins=tuple(pin for pin in problem.pins if pin[1] in kept),
        bans=tuple(ban for ban in problem.bans if ban[1] not in gone),
    )
