"""Families moved from seat to seat, one or two at a time, as long as that pays: a greedy pass that
fills the days that everybody wants leaves some families with nothing, though others there could go
elsewhere for little."""

from __future__ import annotations

import numpy as np

from matching.arrays.rows import Floats, Ints
from matching.search.greedy import Greedy

PASSES = 4  # over all families; the later ones find little
FAMILIES = 12_000  # looked at in all, those first who have most to gain
SHUT = 60  # sessions that are tried to be opened by families who sit elsewhere
TRIES = 4  # better seats of a family, and families who could make room in each


class MovingSeats:
    """Works on the columns that a pass has taken, by the ledger of the same rows."""

    def __init__(self, plan: Greedy) -> None:
        self.plan = plan
        c = plan.c
        self.first = len(c.x)
        self.order = np.argsort(c.y_request, kind="stable")
        self.begin = np.searchsorted(c.y_request[self.order], np.arange(c.families.size + 1))
        weights = c.problem.weights
        self.cost = np.asarray(plan.price[c.y], float)
        self.serve = plan.serve
        most = int(np.diff(self.begin).max(initial=0)) + 1
        rising = np.cumsum([self.serve[min(k, len(self.serve) - 1)] for k in range(most)])
        self.worth = np.tile(np.concatenate([[0], rising]), (c.families.size, 1))
        self.plain = weights.travel * c.y_minutes + c.y_choice

    def run(self) -> Floats:
        """The values of all columns when nothing pays any more."""
        c = self.plan.c
        asked = np.diff(self.plan.y_begin)
        shut = np.flatnonzero((self.plan.values[c.open] == 0) & ~c.required & (asked > 0))
        for session in shut[np.argsort(-asked[shut], kind="stable")][:SHUT].tolist():
            self._open(session)
        self._seat_more()
        return self.plan.values

    def _seat_more(self) -> None:
        """Better seats for families, those without any first, until nothing pays."""
        c = self.plan.c
        left = FAMILIES
        for _ in range(PASSES):
            lacking = c.families.wants > self.plan.got
            order = np.argsort(~lacking, kind="stable")[:left].tolist()
            left -= len(order)
            if not sum(self._improve(request) for request in order):
                break

    def _open(self, session: int) -> None:
        """Open a shut session with the families for whom it is least dear, wherever they sit now,
        and seat others where they sat; shut it again if that does not pay."""
        plan = self.plan
        opening = int(plan.c.open[session])
        if not plan.ledger.fits_above(opening):
            return
        before = plan.state()
        cost = self._cost()
        plan.take(opening)
        plan.staff(session, opening)
        seats = np.arange(plan.y_begin[session], plan.y_begin[session + 1])
        gain = np.array([self._best_gain(seat)[0] for seat in seats.tolist()])
        sources: set[int] = set()
        for k in np.argsort(-gain, kind="stable").tolist():
            if not plan.ledger.lacks(opening).size and gain[k] <= 0:
                break
            old = self._best_gain(int(seats[k]))[1]
            if self._change(old, int(seats[k]), None, None) and old is not None:
                sources.add(int(plan.c.y_session[old]))
        # Reckoned as a whole and taken back as a whole: the gains of single moves do not add up,
        # because who moves makes room for others.
        if not plan.ledger.lacks(opening).size:
            for source in sources:
                plan.seat(source)
            if self._cost() < cost:
                return
        plan.restore(before)

    def _best_gain(self, seat: int) -> tuple[float, int | None]:
        """What a seat saves its family, beside what it has or instead of the dearest of that."""
        request = int(self.plan.c.y_request[seat])
        has = self._taken(self._seats(request))
        new = np.array([seat])
        if len(has) < int(self.plan.c.families.wants[request]):
            return float(self._gain(request, None, new, len(has))[0]), None
        if not len(has):
            return -np.inf, None
        old = int(has[np.argmax(self.cost[has])])
        return float(self._gain(request, old, new, len(has))[0]), old

    def _cost(self) -> float:
        """Of what changes here: seats, people, sessions, and what families do not get."""
        plan = self.plan
        got = np.minimum(plan.got, self.worth.shape[1] - 1)
        served = self.worth[np.arange(len(got)), got] * plan.c.families.priority
        seats = float(self.plain[plan.values[plan.c.y] > 0].sum())
        others = plan.values[: plan.c.size].copy()
        others[plan.c.y] = 0
        return seats + float(plan.price[: plan.c.size] @ others) - float(served.sum())

    def _seats(self, request: int) -> Ints:
        """Her family's seats, as numbers among all seats."""
        return self.order[self.begin[request] : self.begin[request + 1]]

    def _taken(self, seats: Ints) -> Ints:
        return seats[self.plan.values[self.first + seats] > 0]

    def _improve(self, request: int) -> bool:
        """One better seat for a family, or one more; True if there was one."""
        seats = self._seats(request)
        has = self._taken(seats)
        free = seats[self.plan.values[self.first + seats] == 0]
        froms: list[int | None] = list(has.tolist())
        if len(has) < int(self.plan.c.families.wants[request]):
            froms.insert(0, None)
        for old in froms:
            gain = self._gain(request, old, free, len(has))
            better = np.argsort(-gain, kind="stable")[:TRIES]
            for k in better[gain[better] > 0].tolist():
                if self._swap(old, int(free[k]), float(gain[k])):
                    return True
        return False

    def _gain(self, request: int, old: int | None, free: Ints, got: int) -> Floats:
        """What each free seat saves instead of the old one, or as one more."""
        if old is not None:
            return np.asarray(self.cost[old] - self.cost[free])
        worth = self.serve[min(got, len(self.serve) - 1)]
        return np.asarray(self.plan.c.families.priority[request] * worth - self.plain[free])

    def _swap(self, old: int | None, new: int, gain: float) -> bool:
        """Take the new seat for the old, if need be with another family going elsewhere."""
        if self._change(old, new, None, None):
            return True
        for theirs, instead, loss in self._who_could_go(new):
            if loss >= gain:
                break
            if self._change(old, new, theirs, instead):
                return True
        return False

    def _who_could_go(self, new: int) -> list[tuple[int, int, float]]:
        """Families in the session of a seat, each with another seat that it could have now, and
        what that costs more; the cheapest first."""
        c = self.plan.c
        session = int(c.y_session[new])
        there = np.arange(self.plan.y_begin[session], self.plan.y_begin[session + 1])
        there = self._taken(there)
        if not len(there):
            return []
        others = [self._seats(int(c.y_request[seat])) for seat in there.tolist()]
        owner = np.repeat(np.arange(len(there)), [len(seats) for seats in others])
        instead = np.concatenate(others)
        loss = self.cost[instead] - self.cost[there[owner]]
        open_ = self.plan.values[c.open[c.y_session[instead]]] > 0
        usable = open_ & (self.plan.values[self.first + instead] == 0)
        order = np.flatnonzero(usable)
        # More than are tried in the end, because many of the cheapest will not fit.
        order = order[np.argsort(loss[order], kind="stable")][: 8 * TRIES]
        fits = self.plan.ledger.fits(self.first + instead[order])
        return [
            (int(there[owner[k]]), int(instead[k]), float(loss[k]))
            for k in order[fits][:TRIES].tolist()
        ]

    def _change(self, old: int | None, new: int, theirs: int | None, instead: int | None) -> bool:
        """Give back and take, all of it or nothing: False where a row would not allow it."""
        # Everything is given back before anything is taken: the two seats may be in each other's
        # row. What was given back fits again, as nothing else has changed.
        given = [seat for seat in (old, theirs) if seat is not None]
        wanted = [seat for seat in (new, instead) if seat is not None]
        plan = self.plan
        for seat in given:
            plan.give_back(self.first + seat)
        taken = []
        for seat in wanted:
            if not plan.ledger.fits(np.array([self.first + seat]))[0]:
                break
            plan.take(self.first + seat)
            taken.append(seat)
        if len(taken) == len(wanted) and not any(
            plan.ledger.lacks(self.first + seat).size for seat in given
        ):
            return True
        for seat in reversed(taken):
            plan.give_back(self.first + seat)
        for seat in given:
            plan.take(self.first + seat)
        return False
