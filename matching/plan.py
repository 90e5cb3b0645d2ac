"""Who works which shift and which request has seats in which session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, TypedDict


class AssignmentData(TypedDict):
    volunteer: str
    shift: str


class SeatData(TypedDict):
    request: str
    session: str


class PlanData(TypedDict):
    """Format matching-plan/1; `format` only where the plan is a file of its own."""

    format: NotRequired[str]
    assignments: list[AssignmentData]
    seats: list[SeatData]


class PlanError(ValueError):
    """A plan that cannot be read: `path` names the entry, `message` says what it must be."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class Plan:
    """`assignments` are (volunteer id, shift id), `seats` are (request id, session id): all a
    request's children together."""

    assignments: tuple[tuple[str, str], ...] = ()
    seats: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_json(cls, data: object, path: str = "plan") -> Plan:
        """Read format matching-plan/1 (further fields such as cost and bound are ignored); raises
        PlanError."""
        if not isinstance(data, dict):
            raise PlanError(path, "must be an object with assignments and seats")
        return cls(
            _pairs(data, "assignments", ("volunteer", "shift"), path),
            _pairs(data, "seats", ("request", "session"), path),
        )

    def to_json(self) -> PlanData:
        """Plain data in format matching-plan/1, in a fixed order so that equal plans make equal
        files."""
        return {
            "format": "matching-plan/1",
            "assignments": [{"volunteer": v, "shift": h} for v, h in sorted(self.assignments)],
            "seats": [{"request": q, "session": s} for q, s in sorted(self.seats)],
        }

    def with_assignment(self, volunteer: str, shift: str) -> Plan:
        """The same plan and one more assignment."""
        return Plan((*self.assignments, (volunteer, shift)), self.seats)


def _pairs(
    data: dict[str, object], field: str, names: tuple[str, str], path: str
) -> tuple[tuple[str, str], ...]:
    rows = data.get(field)
    if not isinstance(rows, list):
        raise PlanError(f"{path}.{field}", f"must be a list of {{{names[0]}, {names[1]}}}")
    a, b = names
    out = []
    for k, row in enumerate(rows):
        if not (
            isinstance(row, dict) and isinstance(row.get(a), str) and isinstance(row.get(b), str)
        ):
            raise PlanError(
                f"{path}.{field}[{k}]", f"must be an object with the strings {a} and {b}"
            )
        out.append((row[a], row[b]))
    return tuple(out)
