"""Problem → plain data in format matching-problem/1; the inverse of `matching.formats.reading`."""

from __future__ import annotations

from matching.formats.reading import FORMAT
from matching.problem import Problem, Request, Session, Shift, Volunteer, Weights

WEIGHT_NAMES = ("short", "target", "open", "load", "travel", "wish", "know", "change")


def problem_to_json(p: Problem) -> dict[str, object]:
    """Lists and dicts only, ready for `json.dump`."""
    current = p.current and {k: v for k, v in p.current.to_json().items() if k != "format"}
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
        "current": current,
        "weights": _weights(p.weights),
    }


def _volunteer(v: Volunteer) -> dict[str, object]:
    return {
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


def _session(s: Session) -> dict[str, object]:
    seats = s.seats and {
        "min": s.seats.min,
        "max": s.seats.max,
        "per_volunteer": s.seats.per_volunteer,
    }
    shifts = [_shift(h) for h in s.shifts]
    return {
        "id": s.id,
        "programme": s.programme,
        "start": s.start,
        "end": s.end,
        "place": list(s.place),
        "required": s.required,
        "seats": seats,
        "months": s.months and list(s.months),
        "alternatives": s.alternatives,
        "shifts": shifts,
    }


def _shift(h: Shift) -> dict[str, object]:
    row = {
        "id": h.id,
        "role": h.role,
        "requires": list(h.requires),
        "min": h.min,
        "target": h.target,
    }
    return row if h.carries_seats else row | {"carries_seats": False}


def _request(q: Request) -> dict[str, object]:
    return {
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


def _weights(w: Weights) -> dict[str, object]:
    return {"serve": list(w.serve)} | {name: getattr(w, name) for name in WEIGHT_NAMES}
