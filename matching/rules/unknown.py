"""A plan names only people, shifts, requests and sessions of its problem.

Columns cannot break it.
"""

from __future__ import annotations

from collections.abc import Iterator

from matching.rules.rule import Rule, Violation
from matching.tally import Tally


def violations(tally: Tally) -> Iterator[Violation]:
    for facts in tally.unknown:
        yield Violation("unknown", facts)


RULE = Rule("unknown", "Every id is in the problem.", "plan", violations)
