"""A first plan within a moment, at any size: no solver, one pass over the sessions, scarcest first.

It keeps to one session a day per person, which spares it all questions about the way between two;
later stages mend that.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from matching.arrays.columns import Columns
from matching.arrays.people import Mask
from matching.arrays.rows import Floats, Ints
from matching.problem import DAY


class Greedy:
    """Fills columns one by one; `values` is 1 for every column taken."""

    def __init__(self, c: Columns, price: Floats) -> None:
        self.c = c
        self.price = price
        self.values: NDArray[np.float64] = np.zeros(len(price))
        days, weeks = c.problem.horizon // DAY + 2, int(c.week.max(initial=0)) + 1
        self.busy = np.zeros(
            (c.volunteers.size, max(days, int(c.end.max(initial=0)) // DAY + 1)), bool
        )
        self.weekly = np.zeros((c.volunteers.size, weeks), np.int64)
        self.given = np.zeros(c.volunteers.size, np.int64)
        self.endless = np.zeros(c.volunteers.size, np.int64)
        self.family_busy = np.zeros((c.families.size, self.busy.shape[1]), bool)
        self.family_weekly = np.zeros((c.families.size, weeks), np.int64)
        self.got = np.zeros(c.families.size, np.int64)
        self.heads = np.zeros(len(c.shifts), np.int64)
        self.children = np.zeros(len(c.sessions), np.int64)
        self.on: Mask = c.required.copy()
        self.closed: Mask = np.zeros(len(c.sessions), bool)
        self.x_begin = np.searchsorted(c.x_shift, np.arange(len(c.shifts) + 1))
        self.y_begin = np.searchsorted(c.y_session, np.arange(len(c.sessions) + 1))
        self.shifts_of = np.searchsorted(c.shift_session, np.arange(len(c.sessions) + 1))
        self.room = np.minimum(c.seat_limit("max"), 10**9)
        self.care, self.fewest = c.seat_limit("per_volunteer"), c.seat_limit("min")
        self.shut: defaultdict[int, set[int]] = defaultdict(
            set
        )  # volunteers that someone in the session may not meet
        self.shut_families: defaultdict[int, set[int]] = defaultdict(set)
        self._relations()
        self.serve = np.array(c.problem.weights.serve)

    def _relations(self) -> None:
        self.group: defaultdict[str | None, list[int]] = defaultdict(list)
        for k, s in enumerate(self.c.sessions):
            self.group[s.alternatives].append(k)
        index = self.c.volunteers.index
        self.apart: defaultdict[int, set[int]] = defaultdict(set)
        for a, b in self.c.problem.apart:
            if a in index and b in index:
                self.apart[index[a]].add(index[b])
                self.apart[index[b]].add(index[a])
        self.avoids: defaultdict[int, set[int]] = defaultdict(set)
        self.avoided: defaultdict[int, set[int]] = defaultdict(set)
        if self.c.problem.avoid:
            asks = defaultdict(list)
            for k, q in enumerate(self.c.problem.requests):
                asks[q.family].append(k)
            for family, volunteer in self.c.problem.avoid:
                for ask in asks.get(family, ()) if volunteer in index else ():
                    self.avoids[index[volunteer]].add(ask)
                    self.avoided[ask].add(index[volunteer])

    def run(self) -> Floats:
        """Pins, then the fewest for required sessions, then optional sessions that are worth it,
        then everything else."""
        c = self.c
        for column in c.assignments(c.problem.pins).tolist():
            if column >= 0:
                self._take(column)
                self.on[c.x_session[column]] = True
        candidates = np.diff(self.x_begin)
        required = np.flatnonzero(c.required[c.shift_session])
        for h in required[np.argsort(candidates[required], kind="stable")].tolist():
            self._fill(h, int(c.min[h]))
        optional = np.flatnonzero(~c.required)
        for s in optional[np.argsort(-np.diff(self.y_begin)[optional], kind="stable")].tolist():
            self._open(s)
        for h in np.flatnonzero(self.on[c.shift_session]).tolist():
            self._fill(h, int(c.target[h]), worth=True)
        for s in np.flatnonzero(self.on & (self.room > 0)).tolist():
            self._seat(s, self._places(s))
        return self.values

    # ── volunteers

    def _days(self, s: int) -> slice:
        return slice(self.c.start[s] // DAY, (self.c.end[s] - 1) // DAY + 1)

    def _able(self, h: int) -> tuple[Ints, Floats]:
        """Columns of people who could still take the shift, cheapest first, with what each adds to
        the cost."""
        c, her, s = self.c, self.c.volunteers, int(self.c.shift_session[h])
        columns = np.arange(self.x_begin[h], self.x_begin[h + 1])
        who = c.x_volunteer[columns]
        if c.timed[s]:
            fine = ~self.busy[who, self._days(s)].any(axis=1) & (
                self.weekly[who, c.week[s]] < her.max_per_week[who]
            )
            fine &= (self.given[who] < her.max_total[who]) & (her.max_per_day[who] > 0)
        else:
            fine = (self.endless[who] < her.max_open[who]) & (self.values[columns] == 0)
            fine &= ~np.isin(
                who,
                c.x_volunteer[
                    np.arange(self.x_begin[self.shifts_of[s]], self.x_begin[self.shifts_of[s + 1]])
                ][self._taken(s)],
            )
        if self.shut[s]:
            fine &= ~np.isin(who, list(self.shut[s]))
        columns = columns[fine]
        who = who[fine]
        cost = self.price[columns] + c.problem.weights.load * (self.given[who] + self.endless[who])
        order = np.argsort(cost, kind="stable")
        return columns[order], cost[order]

    def _taken(self, s: int) -> Mask:
        return (
            self.values[self.x_begin[self.shifts_of[s]] : self.x_begin[self.shifts_of[s + 1]]] > 0
        )

    def _take(self, column: int) -> None:
        c = self.c
        v, h, s = int(c.x_volunteer[column]), int(c.x_shift[column]), int(c.x_session[column])
        self.values[column] = 1
        self.heads[h] += 1
        if c.timed[s]:
            self.busy[v, self._days(s)] = True
            self.weekly[v, c.week[s]] += 1
            self.given[v] += 1
        else:
            self.endless[v] += 1
        self.shut[s] |= self.apart.get(v, set())
        self.shut_families[s] |= self.avoids.get(v, set())

    def _fill(self, h: int, count: int, worth: bool = False) -> None:
        """Take people until `count` stand on the shift; with `worth`, only those who cost less than
        they save."""
        while (need := count - int(self.heads[h])) > 0:
            columns, cost = self._able(h)
            if worth:
                columns = columns[cost < 0]
            picked = columns[:need].tolist()
            if self.apart:
                picked = picked[:1]  # whoever is taken may shut out the next
            if not picked:
                return
            for column in picked:
                self._take(column)

    # ── optional sessions and families
    # ────────────────────────────────────────────────────────────────────────────────

    def _staff(self, s: int) -> list[int] | None:
        """The cheapest fewest people for every shift of the session, None if there are not
        enough."""
        staff: list[int] = []
        taken: set[int] = set()
        for h in range(self.shifts_of[s], self.shifts_of[s + 1]):
            need = int(self.c.min[h] - self.heads[h])
            for column in self._able(h)[0].tolist() if need > 0 else ():
                v = int(self.c.x_volunteer[column])
                if v not in taken and not self.apart.get(v, set()) & taken:
                    staff.append(column)
                    taken.add(v)
                    need -= 1
                    if not need:
                        break
            if need > 0:
                return None
        return staff

    def _open(self, s: int) -> None:
        """Open an optional session if its families are worth its people (a session that a pin
        opens: in any case)."""
        c = self.c
        if self.closed[s] or (staff := self._staff(s)) is None:
            return
        people = self._carriers(s) + int(c.carries[c.x_shift[staff]].sum())
        unwanted = set().union(*(self.avoids.get(int(c.x_volunteer[k]), set()) for k in staff))
        seats, saved = self._best_seats(
            s, min(int(self.room[s]), int(self.care[s]) * people), unwanted
        )
        enough = self.room[s] < 0 or int(c.y_children[seats - len(c.x)].sum()) >= self.fewest[s]
        cost = float(self.price[c.open[s]] + self.price[staff].sum()) - saved
        if not self.on[s] and not (enough and cost < 0):
            return
        self.on[s] = True
        if c.sessions[s].alternatives:
            self.closed[[k for k in self.group[c.sessions[s].alternatives] if k != s]] = True
        for column in staff:
            self._take(column)
        for column in seats.tolist():
            self._sit(column)

    def _places(self, s: int) -> int:
        room = min(int(self.room[s]), int(self.care[s]) * self._carriers(s))
        return room - int(self.children[s])

    def _carriers(self, s: int) -> int:
        """People of the session whose role carries seats."""
        shifts = slice(self.shifts_of[s], self.shifts_of[s + 1])
        return int((self.heads[shifts] * self.c.carries[shifts]).sum())

    def _best_seats(self, s: int, places: int, unwanted: set[int]) -> tuple[Ints, float]:
        """The families that save most, as many as fit, and what they save."""
        c, theirs = self.c, self.c.families
        columns = np.arange(self.y_begin[s], self.y_begin[s + 1])
        if not len(columns) or places <= 0:
            return c.y[columns[:0]], 0.0
        who = c.y_request[columns]
        fine = (self.got[who] < theirs.wants[who]) & (
            self.family_weekly[who, c.week[s]] < theirs.per_week[who]
        )
        fine &= ~self.family_busy[who, self._days(s)].any(axis=1)
        unwanted = unwanted | self.shut_families[s]
        if unwanted:
            fine &= ~np.isin(who, list(unwanted))
        columns, who = columns[fine], who[fine]
        gain = theirs.priority[who] * self.serve[np.minimum(self.got[who], len(self.serve) - 1)]
        saves = gain - c.problem.weights.travel * c.y_minutes[columns] - c.y_choice[columns]
        order = np.argsort(-saves / np.maximum(1, c.y_children[columns]), kind="stable")
        order = order[saves[order] > 0]
        order = order[np.cumsum(c.y_children[columns[order]]) <= places]
        return c.y[columns[order]], float(saves[order].sum())

    def _sit(self, column: int) -> None:
        c, k = self.c, column - len(self.c.x)
        q, s = int(c.y_request[k]), int(c.y_session[k])
        self.values[column] = 1
        self.got[q] += 1
        self.family_weekly[q, c.week[s]] += 1
        self.family_busy[q, self._days(s)] = True
        self.children[s] += c.y_children[k]
        self.shut[s] |= self.avoided.get(q, set())

    def _seat(self, s: int, places: int) -> None:
        for column in self._best_seats(s, places, set())[0].tolist():
            self._sit(column)
