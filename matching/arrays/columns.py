"""Candidate columns: every volunteer-shift and family-session pair that no rule about the pair
refuses.

Columns are numbered in blocks: assignments x (by shift, then volunteer), seats y (by session, then
request), then one `open` column per session; marks and goals add theirs behind. Required sessions
have an open column too, fixed at 1, so that a row about a session reads the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.agreements import Which
from matching.arrays.marks import Marked, Marks
from matching.arrays.people import Families, Mask, Volunteers, in_all
from matching.arrays.rows import Ints, Rows, Term, block, numbered
from matching.plan import Plan
from matching.problem import DAY, WEEK, Problem, Session, Shift, of_sort

Takes = Callable[[Volunteers, Session, Shift], Mask]
MaySeat = Callable[[Families, Session], Mask]
Wanted = Callable[["Columns"], Iterable[Marked]]
Limit = Callable[..., Ints]


class Columns:
    """The candidates of a problem as arrays, and the shapes of rows that several rules share.

    `takes` and `seats` are the rules about one pair: each says who may have a shift, or which
    requests may have seats in a session. With `lean`, rows that other rows imply are left out;
    without, every rule's rows stand for themselves.
    """

    def __init__(
        self,
        problem: Problem,
        takes: Sequence[Takes],
        seats: Sequence[MaySeat],
        lean: bool = True,
        wanted: Sequence[Wanted] = (),
    ) -> None:
        self.problem = problem
        self.takes = takes
        self.may_seat = seats
        self.lean = lean
        self._wanted = wanted
        self.volunteers = Volunteers(problem)
        self.families = Families(problem)
        self.sessions: tuple[Session, ...] = problem.sessions
        self._counted: dict[Which, Mask] = {}
        self._sessions()
        self._assignments()
        self._seats()
        self.x = np.arange(len(self.x_shift))
        self.y = len(self.x) + np.arange(len(self.y_session))
        self.open = len(self.x) + len(self.y) + np.arange(len(self.sessions))
        self.size: int = len(self.x) + len(self.y) + len(self.open)

    def _sessions(self) -> None:
        sessions = self.sessions
        self.required: Mask = np.array([s.required for s in sessions], bool)
        self.priority = np.array([s.priority for s in sessions], np.int64)
        self.timed: Mask = np.array([s.start is not None for s in sessions], bool)
        self.start = np.array([-1 if s.start is None else s.start for s in sessions], np.int64)
        self.end = np.array([-1 if s.end is None else s.end for s in sessions], np.int64)
        self.day = self.start // DAY
        self.week = self.start // WEEK
        self.shifts: list[tuple[Session, Shift]] = [(s, h) for s in sessions for h in s.shifts]
        self.shift_index = {h.id: k for k, (_, h) in enumerate(self.shifts)}
        self.session_index = {s.id: k for k, s in enumerate(sessions)}
        self.shift_session = np.array([self.session_index[s.id] for s, _ in self.shifts], np.int64)
        self.min = np.array([h.min for _, h in self.shifts], np.int64)
        self.target = np.array([h.target for _, h in self.shifts], np.int64)
        self.carries = np.array([h.carries_seats for _, h in self.shifts], np.int64)

    @cached_property
    def marks(self) -> Marks:
        """The columns that stand for groups of assignments, behind all candidates."""
        return Marks(self.size, [one for asks in self._wanted for one in asks(self)])

    def counted(self, which: Which) -> Mask:
        """The assignments of sessions with a time that are of the sort that is counted."""
        if which not in self._counted:
            shifts = np.array([of_sort(which, s, h) for s, h in self.shifts], bool)
            self._counted[which] = shifts[self.x_shift] & self.timed[self.x_session]
        return self._counted[which]

    def seat_limit(self, name: str) -> Ints:
        """`min`, `max` or `per_volunteer` of every session's seats; -1 where a session has none."""
        return np.array(
            [-1 if s.seats is None else getattr(s.seats, name) for s in self.sessions], np.int64
        )

    def _assignments(self) -> None:
        people = self.volunteers
        found = [
            np.flatnonzero(in_all(people.everyone, (takes(people, s, h) for takes in self.takes)))
            if h.most
            else NOBODY
            for s, h in self.shifts
        ]
        self.x_volunteer = np.concatenate([NOBODY, *found])
        self.x_shift = np.repeat(np.arange(len(found)), [len(f) for f in found])
        self.x_session = self.shift_session[self.x_shift]
        minutes = [
            people.minutes_to(s.place, f) for (s, _), f in zip(self.shifts, found, strict=True)
        ]
        liking = [
            people.liking(s.programme)[f] for (s, _), f in zip(self.shifts, found, strict=True)
        ]
        self.x_minutes = np.concatenate([NOBODY, *minutes])
        self.x_liking = np.concatenate([NOBODY, *liking])

    def _seats(self) -> None:
        people = self.families
        found = [
            np.flatnonzero(in_all(people.everyone, (seats(people, s) for seats in self.may_seat)))
            if s.seats
            else NOBODY
            for s in self.sessions
        ]
        self.y_request = np.concatenate([NOBODY, *found])
        self.y_session = np.repeat(np.arange(len(found)), [len(f) for f in found])
        asked = [(s, f) for s, f in zip(self.sessions, found, strict=True) if len(f)]
        minutes = [people.minutes_to(s.place, f) for s, f in asked]
        choice = [people.choice_cost(s.id)[f] for s, f in asked]
        self.y_minutes = np.concatenate([NOBODY, *minutes])
        self.y_choice = np.concatenate([NOBODY, *choice])
        self.y_children = people.children[self.y_request]

    # ── looking columns up
    # ────────────────────────────────────────────────────────────────────────────────────────────

    def assignments(self, pairs: Iterable[tuple[str, str]]) -> Ints:
        """The columns of (volunteer, shift) pairs; -1 where the pair is no candidate."""
        return _find(
            pairs,
            self.volunteers.index,
            self.shift_index,
            self.x_shift * self.volunteers.size + self.x_volunteer,
            self.volunteers.size,
        )

    def seats(self, pairs: Iterable[tuple[str, str]]) -> Ints:
        """The columns of (request, session) pairs; -1 where the pair is no candidate."""
        found = _find(
            pairs,
            self.families.index,
            self.session_index,
            self.y_session * self.families.size + self.y_request,
            self.families.size,
        )
        return np.where(found < 0, -1, found + len(self.x))

    def vector(self, plan: Plan, size: int) -> NDArray[np.float64]:
        """A plan as 0/1 values over the candidate columns, followed by zeros up to `size`.

        Pairs without a column are left out.
        """
        values = np.zeros(size)
        for found in (self.assignments(plan.assignments), self.seats(plan.seats)):
            values[found[found >= 0]] = 1
        on = self.required.copy()
        on[self.x_session[values[self.x] > 0]] = True
        on[self.y_session[(values[self.y] > 0) & (self.y_children > 0)]] = True
        values[self.open] = on
        if self.marks.size:
            self.marks.fill(values)
        return values

    @cached_property
    def by_volunteer(self) -> dict[str, dict[int, list[int]]]:
        """For volunteers named in a relation: volunteer → session number → her columns there."""
        p = self.problem
        named = (
            {v for pair in p.apart for v in pair}
            | {v for _, v in p.avoid}
            | {v for _, v, _ in p.knows}
            | {v for pair in p.together for v in pair[:2]}
        )
        wanted = sorted(self.volunteers.index[v] for v in named if v in self.volunteers.index)
        return _nested(
            self.x, self.x_volunteer, self.x_session, {k: p.volunteers[k].id for k in wanted}
        )

    @cached_property
    def by_family(self) -> dict[str, dict[int, list[int]]]:
        """For families named in a relation: family → session number → its requests' columns
        there."""
        p = self.problem
        named = {f for f, _ in p.avoid} | {f for f, _, _ in p.knows}
        wanted = {k: q.family for k, q in enumerate(p.requests) if q.family in named}
        return _nested(self.y, self.y_request, self.y_session, wanted)

    def plan(self, values: NDArray[np.float64]) -> Plan:
        """The plan that a 0/1 vector over the columns means."""
        people = self.problem.volunteers
        asks = self.problem.requests
        on = np.flatnonzero(values[self.x] > 0.5)
        seated = np.flatnonzero(values[self.y] > 0.5)
        return Plan(
            tuple(
                (people[v].id, self.shifts[h][1].id)
                for v, h in zip(
                    self.x_volunteer[on].tolist(), self.x_shift[on].tolist(), strict=True
                )
            ),
            tuple(
                (asks[q].id, self.sessions[s].id)
                for q, s in zip(
                    self.y_request[seated].tolist(), self.y_session[seated].tolist(), strict=True
                )
            ),
        )

    # ── what a limit implies
    # ──────────────────────────────────────────────────────────────────────────────────────────

    def one_of_both(self, volunteer: Ints, a: Ints, b: Ints) -> Mask:
        """True where a limit of one (a day, a week, in all) already keeps the volunteer from having
        sessions a and b."""
        her = self.volunteers
        one_a_day = her.left_of_day(volunteer, self.day[a]) <= 1
        one_a_week = her.left_of_week(volunteer, self.week[a]) <= 1
        a_day = one_a_day & (self.day[a] == self.day[b])
        a_week = one_a_week & (self.week[a] == self.week[b])
        return a_day | a_week | (her.max_total[volunteer] <= 1)

    def one_of_both_seats(self, request: Ints, a: Ints, b: Ints) -> Mask:
        """The same for a request's sessions."""
        theirs = self.families
        one_a_week = theirs.left_of_week(request, self.week[a]) <= 1
        return (one_a_week & (self.week[a] == self.week[b])) | (theirs.wants[request] <= 1)

    # ── shapes of rows that several rules share
    # ───────────────────────────────────────────────────────────────────────

    @property
    def x_timed(self) -> Ints:
        """Assignment columns of sessions that have a time."""
        return np.flatnonzero(self.timed[self.x_session])

    @property
    def x_endless(self) -> Ints:
        """Assignment columns of open-ended sessions."""
        return np.flatnonzero(~self.timed[self.x_session])

    def x_of(self, session: int) -> Ints:
        """Assignment columns of a session."""
        begin, end = np.searchsorted(self.x_session, [session, session + 1])
        return self.x[begin:end]

    def x_of_shift(self, shift: int) -> Ints:
        """Assignment columns of a shift."""
        begin, end = np.searchsorted(self.x_shift, [shift, shift + 1])
        return self.x[begin:end]

    def hold(self, code: str, session: Session) -> Mask:
        """Which volunteers hold a code long enough for a session."""
        until = self.problem.horizon if session.end is None else session.end
        return self.volunteers.hold([code], until)

    def holders(self, session: int, code: str) -> Ints:
        """Assignment columns of a session whose volunteers hold a code long enough."""
        there = self.x_of(session)
        return there[self.hold(code, self.sessions[session])[self.x_volunteer[there]]]

    @cached_property
    def timed_of(self) -> list[Ints]:
        """Each volunteer's assignment columns of sessions that have a time."""
        mine = self.x_timed
        order = np.argsort(self.x_volunteer[mine], kind="stable")
        begin = np.searchsorted(self.x_volunteer[mine[order]], np.arange(1, self.volunteers.size))
        return np.split(mine[order], begin)

    def at_most(self, columns: Ints, keys: list[Ints], limit: ArrayLike | Limit) -> Rows:
        """Of the columns with the same keys at most `limit` (a number, one per first key, or a
        function of the keys); rows that cannot bind are left out."""
        size, number, distinct = numbered(keys)
        if callable(limit):
            limit = limit(*distinct)
        elif np.ndim(limit):
            limit = np.asarray(limit)[distinct[0]]
        cap = np.broadcast_to(limit, size)
        rows = block(size, [(number, columns, 1.0)], high=cap)
        return rows.only(np.diff(rows.begin) > rows.high)

    def per_shift(
        self,
        terms: list[Term],
        open_coefficient: ArrayLike,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> Rows:
        """One row per shift: the terms plus a coefficient times its session's `open`."""
        size = len(self.shifts)
        return block(
            size,
            [*terms, (np.arange(size), self.open[self.shift_session], open_coefficient)],
            low,
            high,
        )

    def per_session(
        self,
        terms: list[Term],
        open_coefficient: ArrayLike,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> Rows:
        """One row per session: the terms plus a coefficient times its `open`."""
        size = len(self.sessions)
        return block(size, [*terms, (np.arange(size), self.open, open_coefficient)], low, high)

    def weighed(self, columns: Ints, weight: Ints, limit: int) -> Rows:
        """One row: the columns, each times its weight, are at most the limit."""
        return block(1, [(0, columns, weight)], high=limit)

    def only_when_open(self, columns: Ints, session: Ints) -> Rows:
        """One row per column: it is at most its session's `open`."""
        number = np.arange(len(columns))
        return block(
            len(columns), [(number, columns, 1.0), (number, self.open[session], -1.0)], high=0
        )

    def together(self, pairs: Iterable[tuple[list[int], float]]) -> Rows:
        """One row per list of columns: their sum is at most the number beside it."""
        lists = list(pairs)
        row = np.repeat(np.arange(len(lists)), [len(columns) for columns, _ in lists])
        column = np.array([k for columns, _ in lists for k in columns], np.int64)
        return block(len(lists), [(row, column, 1.0)], high=[cap for _, cap in lists])


NOBODY = np.zeros(0, np.int64)


def _find(
    pairs: Iterable[tuple[str, str]],
    first: dict[str, int],
    second: dict[str, int],
    keys: Ints,
    size: int,
) -> Ints:
    """Positions of pairs among ascending keys `second * size + first`; -1 where there is none."""
    wanted = np.array(
        [second[b] * size + first[a] if a in first and b in second else -1 for a, b in pairs],
        np.int64,
    )
    place = np.searchsorted(keys, wanted)
    found = (wanted >= 0) & (place < len(keys))
    found[found] = keys[place[found]] == wanted[found]
    return np.where(found, place, -1)


def _nested(
    columns: Ints, owner: Ints, session: Ints, names: dict[int, str]
) -> dict[str, dict[int, list[int]]]:
    out: dict[str, dict[int, list[int]]] = {}
    keep = np.isin(owner, list(names))
    for k, o, s in zip(
        columns[keep].tolist(), owner[keep].tolist(), session[keep].tolist(), strict=True
    ):
        out.setdefault(names[o], {}).setdefault(s, []).append(k)
    return out
