"""Children fit into the room and into what the people on duty whose role carries seats can look
after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for s, seats in tally.children.items():
        session = tally.problem.session_of[s]
        limits = session.seats
        assert limits  # the tally counts children only where there are seats
        carriers = sum(tally.heads[h.id] for h in session.shifts if h.carries_seats)
        room = min(limits.max, limits.per_volunteer * carriers)
        if seats > room:
            yield Violation("seats", {"session": s, "seats": seats, "room": room})


def rows(c: Columns) -> Iterable[Rows]:
    some = c.y_children > 0
    children = (c.y_session, c.y, c.y_children)
    with_seats = c.seat_limit("max") >= 0
    yield c.per_session([children], -c.seat_limit("max"), high=0).only(with_seats)
    cared_for = -(c.seat_limit("per_volunteer")[c.x_session] * c.carries[c.x_shift])
    yield c.per_session([children, (c.x_session, c.x, cared_for)], 0, high=0).only(with_seats)
    # Implied for whole numbers, but without it the relaxation opens a tenth of a session for one
    # child.
    yield c.only_when_open(c.y[some], c.y_session[some])


RULE = Rule(
    "seats", "Room and people are enough for the children.", "session", violations, rows=rows
)
