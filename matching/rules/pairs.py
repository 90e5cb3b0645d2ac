"""The faces of the rules that decide about one pair: what makes a volunteer and a shift, or a
request and a session, a candidate at all."""

from __future__ import annotations

from matching.rules import RULES

TAKES = tuple(rule.takes for rule in RULES if rule.takes)
SEATS = tuple(rule.seats for rule in RULES if rule.seats)
MARKS = tuple(rule.marks for rule in RULES if rule.marks)
