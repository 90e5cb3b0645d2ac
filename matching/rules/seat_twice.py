"""A request has seats in a session once.

Columns cannot break it: there is one column per request and session.
"""

from __future__ import annotations

from collections.abc import Iterator

from matching.rules.rule import Rule, Violation
from matching.tally import Tally


def violations(tally: Tally) -> Iterator[Violation]:
    for q, sessions in tally.seats_of.items():
        if len({s.id for s in sessions}) < len(sessions):
            yield Violation("seat_twice", {"request": q})


RULE = Rule("seat_twice", "The family has seats there once.", "family", violations)
