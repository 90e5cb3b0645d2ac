"""What is read of a person, row by row: one name for each field, so that a misspelt one is seen.

The rows come out of JSON (backend/rota/snapshot/rows.py), so days and moments are ISO text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NotRequired, TypedDict


class Certificate(TypedDict):
    code: str
    valid_from: str
    valid_until: str | None


class Check(TypedDict):
    result: str  # volunteers.VettingCheck.Result
    valid_until: str | None


class DaysOffFacts(TypedDict):
    from_date: str
    to_date: str


class Liking(TypedDict):
    code: str  # of the programme
    liking: int


class CommitmentFacts(TypedDict):
    """What she has promised; `start` and `end` in minutes since the epoch, None when open-ended."""

    assignment: int
    rota: int
    session: int
    shift: int
    start: int | None
    end: int | None
    latitude: float
    longitude: float
    programme: str


class PendingOffer(TypedDict):
    """What she has been asked and has not answered."""

    offer: int
    rota: int
    session: int
    shift: int
    starts_at: str | None
    ends_at: str | None
    latitude: float
    longitude: float
    programme: str


class ServedFacts(TypedDict):
    times: int


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment in the rota, or an offer that counts as one; minutes of its horizon."""

    session: int
    shift: int
    start: int | None
    end: int | None
    latitude: float
    longitude: float
    programme: str

    @classmethod
    def of(
        cls, row: CommitmentFacts | PendingOffer, start: int | None, end: int | None
    ) -> Promised:
        return cls(
            row["session"],
            row["shift"],
            start,
            end,
            row["latitude"],
            row["longitude"],
            row["programme"],
        )


class There(TypedDict):
    """Who has which shift in which session."""

    volunteer: int
    shift: int
    session: int


class Other(TypedDict):
    volunteer: int


class Household(TypedDict):
    family: int


class At(TypedDict):
    session: int


class WishFacts(TypedDict):
    """A family's open wish, with what hangs on the family. `booked` is where it has, or waits for,
    seats in these weeks: wish or None, session, start, end."""

    pk: int
    family_id: int
    wants: int
    per_week: int | None
    priority: int
    group: str
    code: str  # of the programme
    latitude: float
    longitude: float
    way: int  # minutes that it goes at the most
    part: str  # of those hours, a key of families.parts.PARTS
    language: str
    language_needed: bool
    weekly: Sequence[tuple[int, int, int]]  # weekday, start, end
    booked: Sequence[tuple[int | None, int, str, str]]
    named: Sequence[tuple[int]]  # children for whom alone it is; none: for all
    children: tuple[str, ...]  # birth months


class PersonFacts(TypedDict):
    """Her limits, and what hangs on her. `served` is there where a plan is made or
    people are compared; what stands below it only in an excerpt."""

    pk: int
    state: str  # volunteers.Volunteer.State
    latitude: float
    longitude: float
    max_travel: int
    max_per_day: int
    max_per_week: int
    max_total: int | None
    max_open: int
    services_before: int
    of_age_on: date | None  # of one who came under age
    languages: Sequence[str]
    every_weeks: int
    weeks_from: date | None  # a Monday
    certificates: Sequence[Certificate]
    checks: Sequence[Check]
    weekly: Sequence[tuple[int, int, int]]  # weekday, start, end
    off: Sequence[DaysOffFacts]
    likes: Sequence[Liking]
    commitments: Sequence[CommitmentFacts]
    asked: Sequence[PendingOffer]
    served: NotRequired[Sequence[ServedFacts]]
    moved: NotRequired[Sequence[dict[str, str]]]
    apart_first: NotRequired[list[Other]]
    apart_second: NotRequired[list[Other]]
    avoided: NotRequired[list[Household]]
    declined: NotRequired[list[At]]
    withdrawn: NotRequired[list[At]]
