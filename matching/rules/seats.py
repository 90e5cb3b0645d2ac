"""Children fit into the room and into what the people on duty whose role carries seats can look
after. Who is asked beyond the targets, to stand by, makes no room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.people import Mask
    from matching.arrays.rows import Ints, Rows


def violations(tally: Tally) -> Iterator[Violation]:
    for s, seats in tally.children.items():
        session = tally.problem.session_of[s]
        limits = session.seats
        assert limits  # the tally counts children only where there are seats
        carrying = [h for h in session.shifts if h.carries_seats]
        carriers = sum(tally.heads[h.id] for h in carrying)
        if any(h.spare for h in carrying):
            carriers = min(carriers, sum(h.target for h in carrying))
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
    yield c.per_session([children], -_looked_after(c), high=0).only(with_seats & _standing_by(c))
    # Implied for whole numbers, but without it the relaxation opens a tenth of a session for one
    # child.
    yield c.only_when_open(c.y[some], c.y_session[some])


def _looked_after(c: Columns) -> Ints:
    """How many children each session's people can look after when all its places are filled."""
    import numpy as np

    places = np.bincount(c.shift_session, c.target * c.carries, len(c.sessions))
    return np.asarray(c.seat_limit("per_volunteer") * places.astype(np.int64))


def _standing_by(c: Columns) -> Mask:
    """The sessions in which more people than that may be asked."""
    import numpy as np

    from matching.arrays.places import most_asked

    spare = (most_asked(c) - c.target) * c.carries
    return np.bincount(c.shift_session, spare, len(c.sessions)) > 0


RULE = Rule(
    "seats", "Room and people are enough for the children.", "session", violations, rows=rows
)
