"""What can happen to a plan that people have been told: each is a small record that changes the
problem.

Each raises KeyError for somebody or something that is not in the problem."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from matching.plan import Plan
from matching.problem import Point, Problem, ProblemError, Request, Session, Shift
from matching.rules import may_take
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
        for volunteer, session in self.pairs:
            problem.volunteer_of[volunteer]
            problem.session_of[session]
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
    """A session gets another time or place; what is None stays.

    A pin on it goes where whoever is pinned could not take it as it is now. ProblemError for a time
    that no session of this problem could have.
    """

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
        _has_a_time(new, problem)
        sessions = {**problem.session_of, new.id: new}
        moved = replace(problem, sessions=tuple(sessions.values()))
        return replace(moved, pins=_still_to_be_kept(moved, new))

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        return [self.session]


def _has_a_time(session: Session, problem: Problem) -> None:
    """What holds of every session that is read, and that it lies within the horizon."""
    start = session.start
    end = session.end
    if start is None and end is None:
        return
    if start is None or end is None:
        raise ProblemError(session.id, "start and end must both be given")
    if not 0 <= start < end <= problem.horizon:
        raise ProblemError(
            session.id,
            f"must start before it ends, from minute 0 to {problem.horizon}, not {start}-{end}",
        )


def _still_to_be_kept(problem: Problem, moved: Session) -> tuple[tuple[str, str], ...]:
    """The pins but those on the session that the rules refuse now."""
    free = replace(problem, pins=())
    there = {h.id for h in moved.shifts}
    kept = Plan(tuple(pin for pin in problem.pins if pin[1] not in there))
    for volunteer, shift in problem.pins:
        if shift in there and not may_take(free, kept, volunteer, shift):
            kept = kept.with_assignment(volunteer, shift)
    return tuple(pin for pin in problem.pins if pin in kept.assignments)


@dataclass(frozen=True, slots=True)
class Lapse:
    """A credential of hers is valid only until this minute, or less long if it was; nothing
    changes if she does not hold it. KeyError for a code that nobody holds and no shift requires."""

    volunteer: str
    code: str
    until: int = -1

    def apply(self, problem: Problem, plan: Plan) -> Problem:
        her = problem.volunteer_of[self.volunteer]
        if self.code not in codes_of(problem):
            raise KeyError(self.code)
        if self.code not in her.qualifications:
            return problem
        held = {**her.qualifications, self.code: self._until(problem)}
        changed = replace(her, qualifications=held)
        pins = tuple(
            (v, h)
            for v, h in problem.pins
            if v != her.id or self._keeps(problem, *problem.shift_of[h])
        )
        volunteers = {**problem.volunteer_of, her.id: changed}
        return replace(problem, volunteers=tuple(volunteers.values()), pins=pins)

    def _until(self, problem: Problem) -> int:
        """A lapse never makes a credential last longer."""
        before = problem.volunteer_of[self.volunteer].qualifications.get(self.code)
        return self.until if before is None else min(before, self.until)

    def _keeps(self, problem: Problem, session: Session, shift: Shift) -> bool:
        return self.code not in shift.requires or self._until(problem) >= valid_until(
            problem, session
        )

    def sessions(self, problem: Problem, plan: Plan) -> Collection[str]:
        hers = [problem.shift_of[h] for v, h in plan.assignments if v == self.volunteer]
        return [s.id for s, h in hers if not self._keeps(problem, s, h)]


def codes_of(problem: Problem) -> set[str]:
    """Every code that somebody holds or a shift requires."""
    held = {code for v in problem.volunteers for code in v.qualifications}
    return held | {code for s in problem.sessions for h in s.shifts for code in h.requires}


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
