"""Problem → plain data in format matching-problem/1; the inverse of `matching.formats.reading`."""

from __future__ import annotations

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
from matching.formats.reading import FORMAT
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


def problem_to_json(p: Problem) -> ProblemData:
    """Lists and dicts only, ready for `json.dump`."""
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
    """A plan without its own format: it is part of the problem."""
    if plan is None:
        return None
    told = plan.to_json()
    del told["format"]
    return told


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
    return row


def _commitment(c: Commitment) -> CommitmentData:
    return {"id": c.id, "start": c.start, "end": c.end, "place": list(c.place)}


def _session(s: Session) -> SessionData:
    return {
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
    return row


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
    return row


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
    return row
