"""What is to be matched: volunteers, sessions with their shifts, families' requests, and what must
or must not be.

All records are frozen and hold tuples, so a problem can be shared between threads and kept beside a
plan. Times are whole minutes since 00:00 of `Problem.start`, a Monday. `matching.problem_from_json`
validates everything and names what is wrong; a record constructed directly is trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from matching.agreements import (
    Group,
    Limit,
    Mix,
    PastService,
    Rest,
    RestBlock,
    Supervision,
    Which,
)
from matching.plan import Plan

DAY = 1440
WEEK = 7 * DAY

Interval = tuple[int, int]
Point = tuple[float, float]


class ProblemError(ValueError):
    """A problem that cannot be read:

    `path` names the field (and the id it belongs to), `message` says what it must be.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class Travel:
    """How distance becomes time: kilometres of great circle times `detour`, at `kmh`."""

    detour: float = 1.35
    kmh: float = 25


@dataclass(frozen=True, slots=True)
class Weights:
    """The price of each thing that a plan may lack or cost (see the table of cost parts in
    `matching.cost`). `change_seat`: of a seat that a family was told of and that is gone; None: as
    `change`.

    `load_minutes`: the load counts every so many minutes begun, not services. `kinds`: the rising
    price of each further service of a kind. `idle`: of a service that is missing to `min_total`;
    `under`: of a child that is missing to `seats.min` of a required session. `fall`: of a needed
    person of an optional session who is expected to be missing; `surplus`: of a person who is asked
    beyond the target of a shift.
    """

    short: int = 10000
    serve: tuple[int, ...] = (600, 300, 150, 75)
    target: int = 200
    open: int = 50
    load: int = 4
    travel: int = 1
    wish: int = 10
    know: int = 40
    change: int = 60
    change_seat: int | None = None
    load_minutes: int | None = None
    kinds: Mapping[str, int] | None = None
    idle: int = 200
    under: int = 0
    fall: int = 400
    surplus: int = 400

    @property
    def seat_gone(self) -> int:
        """The price of a seat that a family was told of and that is gone."""
        return self.change if self.change_seat is None else self.change_seat


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a volunteer has promised beside this problem: no plan can move it, and it costs nothing.

    It takes her time and the way to it, counts in its own day and week, and without a time among
    her open-ended engagements; not in `max_total`, which is about this problem alone. It may lie
    before minute 0.
    """

    id: str
    start: int | None
    end: int | None
    place: Point
    programme: str | None = None
    kinds: tuple[str, ...] = ()

    @property
    def span(self) -> Interval:
        """Start and end of one that has a time; ValueError for an open-ended one."""
        if self.start is None or self.end is None:
            raise ValueError(f"commitment {self.id} is open-ended")
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Volunteer:
    """One person: where she lives, what she holds and until when, when she can, how much she may be
    asked for, and what she has promised elsewhere (`commitments`).

    A limit of `None` is no limit. `qualifications` maps a code to the minute it lapses, or to None
    for never. `min_days_on` and `min_days_off` are the fewest days in a row that she serves, or is
    free between services; `weekend_gap` is how many weekends are free between two that are not.
    `min_total` is how many services she would like at least, `choices` what a session costs beyond
    everything else if she has it (a wish is below 0), `load_before_of` what she gave of each kind.
    `asks` is how likely she comes if she is asked, `asks_of` the same for single shifts.
    """

    id: str
    home: Point
    max_travel: int
    qualifications: Mapping[str, int | None]
    available: tuple[Interval, ...]
    max_per_day: int | None = None
    max_per_week: int | None = None
    max_total: int | None = None
    max_open: int | None = None
    load_before: int = 0
    likes: Mapping[str, int] | None = None
    commitments: tuple[Commitment, ...] = ()
    min_rest: int = 0
    rests: tuple[Rest, ...] = ()
    rest_block: RestBlock | None = None
    limits: tuple[Limit, ...] = ()
    history: tuple[PastService, ...] = ()
    max_weekends: int | None = None
    weekend_gap: int = 0
    min_days_on: int = 0
    min_days_off: int = 0
    min_total: int = 0
    max_children: int | None = None
    choices: Mapping[str, int] | None = None
    alone: bool = False
    load_before_of: Mapping[str, int] | None = None
    asks: float = 1
    asks_of: Mapping[str, float] | None = None

    @property
    def agrees(self) -> bool:
        """True if any rest, limit or run of days is agreed with her, or that she is alone."""
        several = self.min_rest or self.rests or self.limits or self.weekend_gap
        runs = self.min_days_on > 1 or self.min_days_off > 1
        capped = self.max_weekends is not None or self.max_children is not None
        return bool(several or runs or capped or self.rest_block or self.alone)

    def liking(self, programme: str) -> int:
        """How much she likes a programme, -3 to 3; 0 when she has not said."""
        return self.likes.get(programme, 0) if self.likes else 0


@dataclass(frozen=True, slots=True)
class Shift:
    """A role in a session: the codes it requires, the fewest people it can do with and the most it
    takes.

    Only the people of roles that carry seats count when children are looked after; a hand who sets
    out chairs does not make room for a family. `prefers` is what somebody costs who does not hold a
    code that would be welcome. `spare` is how many may be asked beyond the target, to stand by.
    """

    id: str
    role: str
    requires: tuple[str, ...]
    min: int
    target: int
    carries_seats: bool = True
    prefers: Mapping[str, int] | None = None
    spare: int = 0

    @property
    def most(self) -> int:
        """How many may be asked: those it takes and those who stand by."""
        return self.target + self.spare


@dataclass(frozen=True, slots=True)
class Seats:
    """Room for children: the fewest worth opening for, the most that fit, and how many one
    volunteer whose role carries seats can look after."""

    min: int
    max: int
    per_volunteer: int


@dataclass(frozen=True, slots=True)
class Session:
    """One activity at a place and time; without `start` and `end` it is open-ended (a pairing, a
    case).

    `kinds` are labels that limits and fairness count by (a night, a weekend); `priority` multiplies
    what a missing person costs; `price` is what it takes from the budget of its `groups`.
    """

    id: str
    programme: str
    start: int | None
    end: int | None
    place: Point
    required: bool
    shifts: tuple[Shift, ...]
    seats: Seats | None = None
    months: tuple[int, int] | None = None
    alternatives: str | None = None
    kinds: tuple[str, ...] = ()
    priority: int = 1
    mix: tuple[Mix, ...] = ()
    groups: tuple[str, ...] = ()
    price: int = 0

    @property
    def span(self) -> Interval:
        """Start and end of a session that has a time; ValueError for an open-ended one."""
        if self.start is None or self.end is None:
            raise ValueError(f"session {self.id} is open-ended")
        return (self.start, self.end)


def of_sort(which: Which, session: Session, shift: Shift) -> bool:
    """True if a service on this shift of the session is of the sort that is counted."""
    return which.counts(session.programme, shift.role, shift.requires, session.kinds)


@dataclass(frozen=True, slots=True)
class Request:
    """A family's wish: up to `wants` sessions, at most `per_week` of them in a week; `choices`
    reserves named sessions.

    `had` are the starts of sessions that it has for sure beside this problem: each counts in its
    week, none in `wants`, which is how many it still wants. `needs` are codes that somebody in the
    session must hold; the requests of one `party` have seats at the same time and place, or none.
    """

    id: str
    family: str
    children: tuple[str, ...]
    home: Point
    max_travel: int
    available: tuple[Interval, ...]
    programmes: tuple[str, ...] | None = None
    choices: Mapping[str, int] | None = None
    wants: int = 1
    per_week: int | None = None
    priority: int = 1
    had: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()
    party: str | None = None


@dataclass(frozen=True)
class Problem:
    """Everything a solver, a checker or a page needs to know about one month of one organisation.

    `together` are two volunteers who come both or not at all (None), or who like to meet (how
    much); `supervision` holds in every session, `groups` are those that sessions name.
    """

    name: str
    start: date
    horizon: int
    travel: Travel = Travel()
    volunteers: tuple[Volunteer, ...] = ()
    sessions: tuple[Session, ...] = ()
    requests: tuple[Request, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    avoid: tuple[tuple[str, str], ...] = ()
    knows: tuple[tuple[str, str, int], ...] = ()
    pins: tuple[tuple[str, str], ...] = ()
    bans: tuple[tuple[str, str], ...] = ()
    current: Plan | None = None
    weights: Weights = Weights()
    together: tuple[tuple[str, str, int | None], ...] = ()
    supervision: tuple[Supervision, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)

    @cached_property
    def volunteer_of(self) -> dict[str, Volunteer]:
        """Volunteers by id."""
        return {v.id: v for v in self.volunteers}

    @cached_property
    def agreeing(self) -> tuple[Volunteer, ...]:
        """The volunteers with whom more is agreed than version 1 of the contract can say."""
        return tuple(v for v in self.volunteers if v.agrees)

    @cached_property
    def unsure(self) -> bool:
        """True if anybody who is asked may not come."""
        return any(
            v.asks < 1 or any(p < 1 for p in (v.asks_of or {}).values()) for v in self.volunteers
        )

    @cached_property
    def session_of(self) -> dict[str, Session]:
        """Sessions by id."""
        return {s.id: s for s in self.sessions}

    @cached_property
    def shift_of(self) -> dict[str, tuple[Session, Shift]]:
        """Shift id → its session and the shift."""
        return {h.id: (s, h) for s in self.sessions for h in s.shifts}

    @cached_property
    def request_of(self) -> dict[str, Request]:
        """Requests by id."""
        return {q.id: q for q in self.requests}

    @cached_property
    def banned(self) -> frozenset[tuple[str, str]]:
        """(volunteer, session) pairs that must not be."""
        return frozenset(self.bans)
