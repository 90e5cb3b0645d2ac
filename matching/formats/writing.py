"""Problem → plain data; the inverse of `matching.formats.reading`.

What version 1 can say is written as version 1; only a problem that says more is version 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast

from matching.formats.plain import (
    CommitmentData,
    ProblemData,
    RequestData,
    SeatsData,
    SessionData,
    ShiftData,
    VolunteerData,
    WeightsData,
)
from matching.formats.reading import FORMAT, FORMAT_2
from matching.formats.second import SECOND
from matching.plan import Plan, PlanData
from matching.problem import (
    Commitment,
    Problem,
    Request,
    Seats,
    Session,
    Shift,
    Volunteer,
    Weights,
)

Row = TypeVar("Row", bound=Mapping[str, object])
RECORDS: dict[str, type[Any]] = {
    "problem": Problem,
    "weights": Weights,
    "volunteer": Volunteer,
    "commitment": Commitment,
    "session": Session,
    "shift": Shift,
    "request": Request,
}  # by the name of their fields in SECOND


def problem_to_json(p: Problem) -> ProblemData:
    """Lists and dicts only, ready for `json.dump`."""
    row = _first(p)
    more = further(p, "problem")
    if more or _says_more(row):
        row["format"] = FORMAT_2
    return cast(ProblemData, {**row, **more})


def further(record: object, name: str) -> dict[str, object]:
    """Those fields of version 2 that a record uses: what is as it is without them is left out."""
    found = {}
    for field, unset in _unset(name):
        value = getattr(record, field)
        if value != unset and value is not None:
            found[field] = _plain(value)
    return found


@cache
def _unset(name: str) -> list[tuple[str, object]]:
    """The fields of version 2 of a record, each with what it is when left out."""
    default = {field.name: field.default for field in fields(RECORDS[name])}
    return [(field, {} if default[field] is MISSING else default[field]) for field in SECOND[name]]


def _plain(value: object) -> object:
    """Lists, dicts, numbers and words; of a record only the fields that differ from what they are
    when left out."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if getattr(value, field.name) != field.default
        }
    return value


def _says_more(row: ProblemData) -> bool:
    """True if any record uses a field of version 2."""
    shifts = [h for s in row["sessions"] for h in s["shifts"]]
    beside = [c for v in row["volunteers"] for c in v.get("commitments", ())]
    return any(
        SECOND[name].keys() & one.keys()
        for name, rows in (
            ("weights", [row["weights"]]),
            ("volunteer", row["volunteers"]),
            ("commitment", beside),
            ("session", row["sessions"]),
            ("shift", shifts),
            ("request", row["requests"]),
        )
        for one in rows
    )


def _with_more(row: Row, record: object, name: str) -> Row:
    return cast(Row, {**row, **further(record, name)})


def _first(p: Problem) -> ProblemData:
    return {
        "format": FORMAT,
        "name": p.name,
        "start": p.start.isoformat(),
        "horizon": p.horizon,
        "travel": {"detour": p.travel.detour, "kmh": p.travel.kmh},
        "volunteers": [_volunteer(v) for v in p.volunteers],
        "sessions": [_session(s) for s in p.sessions],
        "requests": [_request(q) for q in p.requests],
        "apart": [list(x) for x in p.apart],
        "avoid": [list(x) for x in p.avoid],
        "knows": [list(x) for x in p.knows],
        "pins": [{"volunteer": v, "shift": h} for v, h in p.pins],
        "bans": [{"volunteer": v, "session": s} for v, s in p.bans],
        "current": _current(p.current),
        "weights": _weights(p.weights),
    }


def _current(plan: Plan | None) -> PlanData | None:
    """A plan without its own format: it is part of the problem. In its own order, so that the
    problem that is read again is the same."""
    if plan is None:
        return None
    return {
        "assignments": [{"volunteer": v, "shift": h} for v, h in plan.assignments],
        "seats": [{"request": q, "session": s} for q, s in plan.seats],
    }


def _volunteer(v: Volunteer) -> VolunteerData:
    row: VolunteerData = {
        "id": v.id,
        "home": list(v.home),
        "max_travel": v.max_travel,
        "qualifications": dict(v.qualifications),
        "available": [list(x) for x in v.available],
        "max_per_day": v.max_per_day,
        "max_per_week": v.max_per_week,
        "max_total": v.max_total,
        "max_open": v.max_open,
        "load_before": v.load_before,
        "likes": dict(v.likes or {}),
    }
    if v.commitments:
        row["commitments"] = [_commitment(c) for c in v.commitments]
    return _with_more(row, v, "volunteer")


def _commitment(c: Commitment) -> CommitmentData:
    row: CommitmentData = {"id": c.id, "start": c.start, "end": c.end, "place": list(c.place)}
    return _with_more(row, c, "commitment")


def _session(s: Session) -> SessionData:
    row: SessionData = {
        "id": s.id,
        "programme": s.programme,
        "start": s.start,
        "end": s.end,
        "place": list(s.place),
        "required": s.required,
        "seats": _seats(s.seats),
        "months": s.months and list(s.months),
        "alternatives": s.alternatives,
        "shifts": [_shift(h) for h in s.shifts],
    }
    return _with_more(row, s, "session")


def _seats(seats: Seats | None) -> SeatsData | None:
    if seats is None:
        return None
    return {"min": seats.min, "max": seats.max, "per_volunteer": seats.per_volunteer}


def _shift(h: Shift) -> ShiftData:
    row: ShiftData = {
        "id": h.id,
        "role": h.role,
        "requires": list(h.requires),
        "min": h.min,
        "target": h.target,
    }
    if not h.carries_seats:
        row["carries_seats"] = False
    return _with_more(row, h, "shift")


def _request(q: Request) -> RequestData:
    row: RequestData = {
        "id": q.id,
        "family": q.family,
        "children": list(q.children),
        "home": list(q.home),
        "max_travel": q.max_travel,
        "available": [list(x) for x in q.available],
        "programmes": None if q.programmes is None else list(q.programmes),
        "choices": None if q.choices is None else dict(q.choices),
        "wants": q.wants,
        "per_week": q.per_week,
        "priority": q.priority,
    }
    if q.had:
        row["had"] = list(q.had)
    return _with_more(row, q, "request")


def _weights(w: Weights) -> WeightsData:
    row: WeightsData = {
        "serve": list(w.serve),
        "short": w.short,
        "target": w.target,
        "open": w.open,
        "load": w.load,
        "travel": w.travel,
        "wish": w.wish,
        "know": w.know,
        "change": w.change,
    }
    if w.change_seat is not None:
        row["change_seat"] = w.change_seat
    return _with_more(row, w, "weights")
