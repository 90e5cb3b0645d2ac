"""A first plan within a moment, at any size: no solver, one pass over the sessions, scarcest first.

It knows prices but no rule. Whether a candidate may still be taken is asked of the program's rows,
the very rows that the solver gets, so every rule there is, and every one to come, holds here too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.arrays.columns import Columns
from matching.arrays.rows import Floats, Ints
from matching.program.program import Program
from matching.search.ledger import Ledger, of_rules


class Greedy:
    """Fills columns one by one; `values` is 1 for every column taken."""

    def __init__(self, columns: Columns, program: Program) -> None:
        self.c = columns
        self.price = program.price
        self.values: NDArray[np.float64] = np.zeros(program.size)
        rows = of_rules(program.rows, columns.size, columns.marks.end)
        self.ledger = Ledger(rows, columns.marks.end, columns.marks)
        self.load = np.zeros(columns.volunteers.size, np.int64)
        self.got = np.zeros(columns.families.size, np.int64)
        self.serve = np.array(columns.problem.weights.serve)
        self.x_begin = np.searchsorted(columns.x_shift, np.arange(len(columns.shifts) + 1))
        self.y_begin = np.searchsorted(columns.y_session, np.arange(len(columns.sessions) + 1))
        for column in columns.open[columns.required].tolist():
            self.take(column)

    def run(self) -> Floats:
        """Pins, then seats that families were told of where they are dear, then the fewest for
        required sessions, then optional sessions that are worth it, then everything else."""
        c = self.c
        self._pins()
        self._told()
        # Whoever has the fewest to choose from chooses first: what is left for it when the others
        # have chosen may be nobody, and nothing here is taken back for another's sake.
        candidates = np.diff(self.x_begin)
        required = np.flatnonzero(c.required[c.shift_session])
        for h in required[np.argsort(candidates[required], kind="stable")].tolist():
            self._fill(h, int(c.min[h]))
        optional = np.flatnonzero(~c.required)
        asked = -np.diff(self.y_begin)[optional]
        for s in optional[np.argsort(asked, kind="stable")].tolist():
            self._open(s)
        # Targets come last: a second person here must not keep another session from its first.
        on = self.values[c.open] > 0
        for h in np.flatnonzero(on[c.shift_session]).tolist():
            self._fill(h, int(c.target[h]), worth=True)
        for s in np.flatnonzero(on & (np.diff(self.y_begin) > 0)).tolist():
            self.seat(s)
        return self.values

    # ── taking columns and giving them back

    def take(self, column: int) -> None:
        self._count(column, 1)
        self.ledger.add(column, 1.0)
        self.values[column] = 1

    def give_back(self, column: int) -> None:
        self._count(column, -1)
        self.ledger.add(column, -1.0)
        self.values[column] = 0

    def state(self) -> tuple[Floats, Floats, Ints, Ints]:
        """Where the pass stands, to come back to."""
        return (
            self.values.copy(),
            self.ledger.activity.copy(),
            self.load.copy(),
            self.got.copy(),
        )

    def restore(self, state: tuple[Floats, Floats, Ints, Ints]) -> None:
        """Go back to where it stood."""
        self.values[:] = state[0]
        self.ledger.activity[:] = state[1]
        self.load[:] = state[2]
        self.got[:] = state[3]

    def _count(self, column: int, by: int) -> None:
        """Keep in mind what prices depend on: her load, how much a request has got."""
        c = self.c
        seat = column - len(c.x)
        if seat < 0:
            self.load[c.x_volunteer[column]] += by
        elif seat < len(c.y):
            self.got[c.y_request[seat]] += by

    def _pins(self) -> None:
        """What is pinned is taken, whatever the rows say: the check decides about it."""
        c = self.c
        for column in c.assignments(c.problem.pins).tolist():
            if column < 0 or self.values[column]:
                continue
            opening = int(c.open[c.x_session[column]])
            if not self.values[opening]:
                self.take(opening)
            self.take(column)

    def _told(self) -> None:
        """Keep the seats that families were told of where one that goes costs more than a person
        missing: the sessions with the fewest people to choose from first."""
        c = self.c
        told = c.problem.current
        if told is None or c.problem.weights.seat_gone <= c.problem.weights.short:
            return
        columns = c.seats(told.seats)
        columns = np.sort(columns[columns >= 0])
        session = c.y_session[columns - len(c.x)]
        people = np.bincount(c.shift_session, np.diff(self.x_begin), len(c.sessions))
        there = np.unique(session)
        for s in there[np.argsort(people[there], kind="stable")].tolist():
            self._keep(s, columns[session == s])

    def _keep(self, s: int, seats: Ints) -> None:
        """Seat these in the session with as many people as they need, as far as there are some; an
        optional session that cannot be opened for them stays shut."""
        c = self.c
        opening = int(c.open[s])
        opened = not self.values[opening]
        taken: list[int] = []
        if opened:
            if not self.ledger.fits_above(opening):
                return
            self.take(opening)
            taken = [opening, *self.staff(s, opening)]
        taken += self._look_after(s, int(c.y_children[seats - len(c.x)].sum()))
        taken += self._pick(seats, len(seats))
        if opened and self.ledger.lacks(opening).size:
            for column in reversed(taken):
                self.give_back(column)

    def _look_after(self, s: int, children: int) -> list[int]:
        """Take as many people who look after children as these need; which."""
        c = self.c
        limits = c.sessions[s].seats
        assert limits  # it has columns of seats
        shifts = np.flatnonzero((c.shift_session == s) & (c.carries > 0)).tolist()
        there = {h: int(self.values[self.x_begin[h] : self.x_begin[h + 1]].sum()) for h in shifts}
        lack = -(-children // max(1, limits.per_volunteer)) - sum(there.values())
        taken: list[int] = []
        for h in shifts:
            most = min(int(c.target[h]), there[h] + lack - len(taken))
            taken += self._fill(h, most)
        return taken

    def _pick(self, columns: Ints, most: int) -> list[int]:
        """Take up to `most` of the columns, in their order, as far as the rows allow; which."""
        taken: list[int] = []
        left = columns
        while len(taken) < most and len(left):
            left = left[self.ledger.fits(left) & (self.values[left] == 0)]
            for k, column in enumerate(left.tolist()):
                # Those in front may have filled a row that this one needs, too.
                if k and not self.ledger.fits(left[k : k + 1])[0]:
                    left = left[k + 1 :]
                    break
                self.take(column)
                taken.append(column)
                if len(taken) == most:
                    break
            else:
                break
        return taken

    # ── volunteers

    def _costs(self, x: Ints) -> Floats:
        """What each assignment would add to the cost now: its price and her growing load."""
        load = self.load[self.c.x_volunteer[x]]
        return np.asarray(self.price[x] + self.c.problem.weights.load * load)

    def _fill(self, h: int, count: int, worth: bool = False) -> list[int]:
        """Take people until `count` stand on the shift; with `worth`, only those who cost less than
        they save. The columns taken."""
        columns = np.arange(self.x_begin[h], self.x_begin[h + 1])
        need = count - int(self.values[columns].sum())
        if need <= 0:
            return []
        cost = self._costs(columns)
        order = np.argsort(cost, kind="stable")
        if worth:
            order = order[cost[order] < 0]
        return self._pick(columns[order], need)

    # ── optional sessions and families

    def _saves(self, s: int) -> tuple[Ints, Floats]:
        """Seat columns of the session and what each would save now."""
        c = self.c
        at = np.arange(self.y_begin[s], self.y_begin[s + 1])
        who = c.y_request[at]
        gain = c.families.priority[who] * self.serve[np.minimum(self.got[who], len(self.serve) - 1)]
        return c.y[at], gain - c.problem.weights.travel * c.y_minutes[at] - c.y_choice[at]

    def seat(self, s: int) -> float:
        """Seat the families that save most per child, as many as the rows allow; what they save."""
        columns, saves = self._saves(s)
        children = np.maximum(1, self.c.y_children[columns - len(self.c.x)])
        order = np.argsort(-saves / children, kind="stable")
        order = order[saves[order] > 0]
        worth = dict(zip(columns.tolist(), saves.tolist(), strict=True))
        return sum(worth[column] for column in self._pick(columns[order], len(order)))

    def _open(self, s: int) -> None:
        """Open an optional session with the fewest people that its rows demand, if its families are
        worth them (a session that a pin opened: in any case)."""
        opening = int(self.c.open[s])
        pinned = bool(self.values[opening])
        # Below its lower limits an opening always stands: nobody is there before it is open.
        if not pinned and not self.ledger.fits_above(opening):
            return
        taken: list[int] = []
        cost = 0.0
        if not pinned:
            taken = [opening]
            cost = float(self.price[opening])
            self.take(opening)
        staff = self.staff(s, opening)
        taken += staff
        cost += float(self.price[staff].sum())
        seats_before = self._seats_of(s)
        cost -= self.seat(s)
        taken += [k for k in self._seats_of(s) if k not in seats_before]
        if not pinned and (cost >= 0 or self.ledger.lacks(opening).size):
            for column in reversed(taken):
                self.give_back(column)

    def staff(self, s: int, opening: int) -> list[int]:
        """Take the cheapest assignments for every row that the opening left short; which."""
        taken: list[int] = []
        for row in self.ledger.lacks(opening).tolist():
            columns = self.ledger.columns_of(row)
            columns = columns[columns < len(self.c.x)]
            order = np.argsort(self._costs(columns), kind="stable")
            for column in columns[order].tolist():
                if not self.ledger.is_short(row):
                    break
                taken += self._pick(np.array([column]), 1)
        return taken

    def _seats_of(self, s: int) -> list[int]:
        columns = self.c.y[self.y_begin[s] : self.y_begin[s + 1]]
        return columns[self.values[columns] > 0].tolist()
