"""People as arrays: the questions that a rule asks about everybody at once.

A Mask is one Boolean per person, in the problem's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.problem import DAY, WEEK, Interval, Point, Problem, Request, Volunteer
from matching.travel import EARTH_KM, SLACK, travel_minutes

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
FOREVER = np.int64(2**62)  # a credential that never lapses, a limit that is none
PERIODS = 1 << 20  # more days than the format can name, so that (person, period) is one number


class Used:
    """How much of a limit for each day or each week is used up beside the problem."""

    def __init__(self, times: Iterable[tuple[int, int]]) -> None:
        """`times` holds (person, period) once for each thing that counts."""
        pairs = np.array(list(times), np.int64).reshape(-1, 2)
        self._codes, self._counts = np.unique(_code(pairs[:, 0], pairs[:, 1]), return_counts=True)

    def left(self, limit: Ints, person: Ints, period: Ints) -> Ints:
        """What is left of each person's limit in that very period."""
        if not len(self._codes):
            return limit[person]
        wanted = _code(person, period)
        at = np.minimum(np.searchsorted(self._codes, wanted), len(self._codes) - 1)
        used = np.where(self._codes[at] == wanted, self._counts[at], 0)
        return np.maximum(limit[person] - used, 0)


def _code(person: Ints, period: Ints) -> Ints:
    return person * PERIODS + period + PERIODS // 2


class People:
    """What volunteers and families have in common: a home, a travel limit, hours in which they are
    free."""

    def __init__(self, problem: Problem, people: Sequence[Volunteer | Request]) -> None:
        self.problem = problem
        self.size = len(people)
        self.everyone: Mask = np.ones(self.size, bool)
        self.homes: list[Point] = [p.home for p in people]
        self.index = {p.id: k for k, p in enumerate(people)}
        self.max_travel = np.array([p.max_travel for p in people], np.int64)
        degrees = np.array(self.homes, float).reshape(-1, 2)
        self._latitude, self._longitude = np.radians(degrees).T
        self._sort_intervals([p.available for p in people])
        self._by_latitude = np.argsort(self._latitude, kind="stable")
        self._sorted_latitude = self._latitude[self._by_latitude]
        self._widest = int(self.max_travel.max(initial=0))
        self._near: dict[Point, Ints] = {}
        self._free: dict[tuple[int, int], Mask] = {}

    def _sort_intervals(self, available: Sequence[Sequence[Interval]]) -> None:
        """All free intervals of all people, by start, so that a question looks only at those that
        can hold its moment."""
        flat = np.array([t for rows in available for row in rows for t in row], np.int64).reshape(
            -1, 2
        )
        owner = np.repeat(np.arange(self.size), [len(rows) for rows in available])
        order = np.argsort(flat[:, 0], kind="stable")
        self._from = flat[order, 0]
        self._to = flat[order, 1]
        self._owner = owner[order]
        self._longest = int((flat[:, 1] - flat[:, 0]).max(initial=0))

    def all_if(self, condition: bool) -> Mask:
        """Everyone, or no one."""
        return self.everyone if condition else ~self.everyone

    def free(self, start: int | None, end: int | None) -> Mask:
        """Who is free from start to end within one interval; everyone for an open-ended session."""
        if start is None or end is None:
            return self.everyone
        if (start, end) not in self._free:
            lo = np.searchsorted(self._from, start - self._longest)
            hi = np.searchsorted(self._from, start, "right")
            mask = np.zeros(self.size, bool)
            mask[self._owner[lo:hi][self._to[lo:hi] >= end]] = True
            self._free[start, end] = mask
        return self._free[start, end]

    def minutes_to(self, place: Point, who: Ints) -> Ints:
        """Travel minutes from these people's homes, the same numbers as `travel_minutes` gives one
        by one."""
        travel = self.problem.travel
        la, lo = np.radians(place)
        latitude = self._latitude[who]
        longitude = self._longitude[who]
        h = (
            np.sin((la - latitude) / 2) ** 2
            + np.cos(latitude) * np.cos(la) * np.sin((lo - longitude) / 2) ** 2
        )
        exact = 2 * EARTH_KM * np.arcsin(np.sqrt(h)) * travel.detour / travel.kmh * 60 - SLACK
        minutes = np.ceil(exact).astype(np.int64)
        # Array functions may differ from the scalar ones in the last digit; that matters only close
        # to a whole minute.
        for k in np.flatnonzero(np.abs(exact - np.round(exact)) < 1e-7):
            minutes[k] = travel_minutes(travel, self.homes[who[k]], place)
        return minutes

    def near(self, place: Point) -> Mask:
        """Who lives within her own travel limit of the place."""
        if place not in self._near:
            self._near[place] = self._within_limit(place)
        mask = np.zeros(self.size, bool)
        mask[self._near[place]] = True
        return mask

    def _within_limit(self, place: Point) -> Ints:
        """Only the belt of latitude that the widest limit reaches is measured."""
        travel = self.problem.travel
        reach = (self._widest + 1) / 60 * travel.kmh / travel.detour / EARTH_KM
        lo, hi = np.searchsorted(
            self._sorted_latitude, np.radians(place[0]) + np.array([-reach, reach])
        )
        who = self._by_latitude[lo:hi]
        return who[self.minutes_to(place, who) <= self.max_travel[who]]


class Volunteers(People):
    """The volunteers of a problem, in its order."""

    def __init__(self, problem: Problem) -> None:
        people = problem.volunteers
        super().__init__(problem, people)
        self.max_per_day = _limits(v.max_per_day for v in people)
        self.max_per_week = _limits(v.max_per_week for v in people)
        self.max_total = _limits(v.max_total for v in people)
        self._promise(people)
        self.load_before = np.array([v.load_before for v in people], np.int64)
        self._valid: dict[str, Ints] = {}
        for k, v in enumerate(people):
            for code, until in v.qualifications.items():
                if code not in self._valid:
                    self._valid[code] = np.full(self.size, -1, np.int64)
                self._valid[code][k] = FOREVER if until is None else until
        self._liking: dict[str, Ints] = {}
        self._banned: dict[str, list[int]] = {}
        for volunteer, session in problem.bans:
            if volunteer in self.index:
                self._banned.setdefault(session, []).append(self.index[volunteer])

    def _promise(self, people: Sequence[Volunteer]) -> None:
        """What her commitments use up."""
        starts = [(k, c.start) for k, v in enumerate(people) for c in v.commitments]
        timed = [(k, start) for k, start in starts if start is not None]
        self._days_used = Used((k, start // DAY) for k, start in timed)
        self._weeks_used = Used((k, start // WEEK) for k, start in timed)
        endless = Used((k, 0) for k, start in starts if start is None)
        max_open = _limits(v.max_open for v in people)
        self.open_left = endless.left(max_open, np.arange(self.size), np.zeros(1, np.int64))

    def left_of_day(self, volunteer: Ints, day: Ints) -> Ints:
        """How many timed sessions each may still have on that day."""
        return self._days_used.left(self.max_per_day, volunteer, day)

    def left_of_week(self, volunteer: Ints, week: Ints) -> Ints:
        """How many timed sessions each may still have in that week."""
        return self._weeks_used.left(self.max_per_week, volunteer, week)

    def hold(self, codes: Iterable[str], until: int) -> Mask:
        """Who holds all the codes at least until that minute."""
        mask = self.everyone
        for code in codes:
            if code in self._valid:
                mask = mask & (self._valid[code] >= until)
            else:
                mask = mask & self.all_if(until <= -1)
        return mask

    def unbanned(self, session: str) -> Mask:
        """Who has not declined the session."""
        if session not in self._banned:
            return self.everyone
        mask = self.everyone.copy()
        mask[self._banned[session]] = False
        return mask

    def liking(self, programme: str) -> Ints:
        """How much each likes the programme, -3 to 3."""
        if programme not in self._liking:
            self._liking[programme] = np.array(
                [v.liking(programme) for v in self.problem.volunteers], np.int64
            )
        return self._liking[programme]


class Families(People):
    """The requests of a problem, in its order."""

    def __init__(self, problem: Problem) -> None:
        requests = problem.requests
        super().__init__(problem, requests)
        self.wants = _limits(q.wants for q in requests)
        self.per_week = _limits(q.per_week for q in requests)
        self._weeks_used = Used((k, at // WEEK) for k, q in enumerate(requests) for at in q.had)
        self.priority = np.array([q.priority for q in requests], np.int64)
        self.children = np.array([len(q.children) for q in requests], np.int64)
        self.choosy: Mask = np.array([q.choices is not None for q in requests], bool)
        born = [[int(b[:4]) * 12 + int(b[5:]) for b in q.children] for q in requests]
        self._eldest = np.array([min(b, default=2**31) for b in born], np.int64)
        self._youngest = np.array([max(b, default=-(2**31)) for b in born], np.int64)
        self._choosers: dict[str, list[tuple[int, int]]] = {}
        for k, q in enumerate(requests):
            for session, cost in (q.choices or {}).items():
                self._choosers.setdefault(session, []).append((k, cost))
        self._asking: dict[str, Mask] = {}

    def left_of_week(self, request: Ints, week: Ints) -> Ints:
        """How many sessions each may still have in that week."""
        return self._weeks_used.left(self.per_week, request, week)

    def aged(self, months: tuple[int, int], on: date) -> Mask:
        """Whose children have all completed between lo and hi months on that day."""
        now = on.year * 12 + on.month
        return (now - self._youngest >= months[0]) & (now - self._eldest <= months[1])

    def choosing(self, session: str) -> Mask:
        """Who named the session in their choices."""
        mask = np.zeros(self.size, bool)
        mask[[k for k, _ in self._choosers.get(session, ())]] = True
        return mask

    def choice_cost(self, session: str) -> Ints:
        """What each said that this session costs them beyond travel; 0 where not named."""
        cost = np.zeros(self.size, np.int64)
        for k, extra in self._choosers.get(session, ()):
            cost[k] = extra
        return cost

    def asking_for(self, programme: str) -> Mask:
        """Who asked for the programme, or for any."""
        if programme not in self._asking:
            asked = [
                q.programmes is None or programme in q.programmes for q in self.problem.requests
            ]
            self._asking[programme] = np.array(asked, bool)
        return self._asking[programme]


def _limits(values: Iterable[int | None]) -> Ints:
    return np.array([FOREVER if n is None else n for n in values], np.int64)


def in_all(everyone: Mask, masks: Iterable[Mask]) -> Mask:
    """Those of everyone who are in each of the masks."""
    mask = everyone
    for other in masks:
        mask = mask & other
    return mask
