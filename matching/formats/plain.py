"""Format matching-problem/1 as plain data: the names of its fields and what stands in each.

`matching.formats.reading` makes records of it and checks everything; these types are for whoever
writes it. docs/reference/matching.md says what each field means.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from matching.plan import AssignmentData, PlanData


class TravelData(TypedDict):
    detour: float
    kmh: float


class WeightsData(TypedDict):
    short: int
    serve: list[int]
    target: int
    open: int
    load: int
    travel: int
    wish: int
    know: int
    change: int
    change_seat: NotRequired[int]


class CommitmentData(TypedDict):
    id: str
    start: int | None
    end: int | None
    place: list[float]


class VolunteerData(TypedDict):
    id: str
    home: list[float]
    max_travel: int
    qualifications: dict[str, int | None]
    available: list[list[int]]
    max_per_day: int | None
    max_per_week: int | None
    max_total: int | None
    max_open: int | None
    load_before: int
    likes: dict[str, int]
    commitments: NotRequired[list[CommitmentData]]


class ShiftData(TypedDict):
    id: str
    role: str
    requires: list[str]
    min: int
    target: int
    carries_seats: NotRequired[bool]


class SeatsData(TypedDict):
    min: int
    max: int
    per_volunteer: int


class SessionData(TypedDict):
    id: str
    programme: str
    start: int | None
    end: int | None
    place: list[float]
    required: bool
    shifts: list[ShiftData]
    seats: SeatsData | None
    months: list[int] | None
    alternatives: str | None


class RequestData(TypedDict):
    id: str
    family: str
    children: list[str]
    home: list[float]
    max_travel: int
    available: list[list[int]]
    programmes: list[str] | None
    choices: dict[str, int] | None
    wants: int
    per_week: int | None
    priority: int
    had: NotRequired[list[int]]


class BanData(TypedDict):
    volunteer: str
    session: str


class RelationsData(TypedDict):
    """Who must, may or should be with whom, and what people were told."""

    apart: list[list[str]]
    avoid: list[list[str]]
    knows: list[list[str | int]]
    pins: list[AssignmentData]
    bans: list[BanData]
    current: PlanData | None


class ProblemData(RelationsData):
    format: str
    name: str
    start: str
    horizon: int
    travel: TravelData
    volunteers: list[VolunteerData]
    sessions: list[SessionData]
    requests: list[RequestData]
    weights: WeightsData
