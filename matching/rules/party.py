"""The requests of one party have seats at the same time and place, or none: siblings of two age
bands, families who come together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import Point, Problem, Session
from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows

Moment = tuple[int | None, Point]


def parties(problem: Problem) -> dict[str, list[str]]:
    """Party → its requests."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for q in problem.requests:
        if q.party is not None:
            found[q.party].append(q.id)
    return found


def moment(session: Session) -> Moment:
    """When and where."""
    return session.start, session.place


def violations(tally: Tally) -> Iterator[Violation]:
    for party, requests in parties(tally.problem).items():
        taken = [Counter(moment(s) for s in tally.seats_of.get(q, ())) for q in requests]
        if any(one != taken[0] for one in taken):
            yield Violation("party", {"party": party})


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    for requests in parties(c.problem).values():
        first, *others = (_columns(c, q) for q in requests)
        for other in others:
            for when in dict.fromkeys([*first, *other]):
                both = [(0, first.get(when, []), 1), (0, other.get(when, []), -1)]
                yield block(1, both, low=0, high=0)


def _columns(c: Columns, request: str) -> dict[Moment, list[int]]:
    """The request's columns by when and where."""
    found: defaultdict[Moment, list[int]] = defaultdict(list)
    for column in c.y[c.y_request == c.families.index[request]].tolist():
        found[moment(c.sessions[c.y_session[column - len(c.x)]])].append(column)
    return found


RULE = Rule(
    "party",
    "Requests of one party have seats at the same time and place.",
    "plan",
    violations,
    rows=rows,
    in_format=False,
)
