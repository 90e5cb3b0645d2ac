"""How many sides a case has, whom it bars, and how long what is said in it is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.cases.models import CareCase
from backend.cases.states import CaseKind

SIDES = {CaseKind.CARE: 1}  # every other kind is between two
ANSWER_HOURS = 72
MOST_PROPOSED = 3  # helpers at one time, among whom the parties choose
SHORTEST, LONGEST = 10, 480  # minutes of a meeting
BACK = timedelta(days=30)  # a meeting is told of while one remembers it
FAR = timedelta(days=90)  # the next meeting
CASE_KEPT = timedelta(days=365)  # what is sealed, after a case was closed
LEFT_OPEN = timedelta(days=2 * 365)  # and of one that nobody closed, after it was opened


@dataclass(frozen=True)
class SomebodyKnown:
    """As much of somebody as it takes to see that two are one, or neighbours."""

    name: str
    phone: str
    village: str  # its code; "": not known

    def is_one_with(self, other: SomebodyKnown) -> bool:
        """By telephone where both have one; else by name: better one helper too few."""
        if self.phone and other.phone:
            return self.phone == other.phone
        return bool(self.name) and self.name == other.name

    def is_neighbour_of(self, other: SomebodyKnown) -> bool:
        """Of one village, as far as both are known to be of one."""
        return bool(self.village) and self.village == other.village


def sides_of(kind: str) -> int:
    return SIDES.get(CaseKind(kind), 2)


def why_barred(
    her: SomebodyKnown, parties: Collection[SomebodyKnown], of_her_others: Collection[SomebodyKnown]
) -> str:
    """Why she may not be proposed for a case between these, "" when nothing is known: "party" (it
    is she, or somebody called so), "village", "other" (she has worked on another case with one of
    them). What nobody can know from rows she says herself (states.Relation)."""
    for party in parties:
        if her.is_one_with(party):
            return "party"
        if her.is_neighbour_of(party):
            return "village"
        if any(party.is_one_with(other) for other in of_her_others):
            return "other"
    return ""


def may_be_told(since: datetime, began_at: datetime, now: datetime) -> bool:
    """A meeting since she works on it, that has begun, and that is not long ago."""
    return max(since, now - BACK) <= began_at <= now


def is_over_long(case: CareCase, now: datetime) -> bool:
    """What is sealed has been kept for its days."""
    if case.closed_at is not None:
        return case.closed_at <= now - CASE_KEPT
    return case.opened_at <= now - LEFT_OPEN
