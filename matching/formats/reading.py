"""Plain data → Problem, checked field by field.

A mistake is reported once, by the name of the field and its owner's id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from operator import le, lt
from typing import TypeGuard, TypeVar

from matching.formats.exact import costs_stay_exact
from matching.plan import Plan, PlanError
from matching.problem import (
    Commitment,
    Interval,
    Point,
    Problem,
    ProblemError,
    Request,
    Seats,
    Session,
    Shift,
    Travel,
    Volunteer,
    Weights,
)

FORMAT = "matching-problem/1"
# Beyond these a number is a slip of the pen, and sums of it would no longer be exact.
LARGEST = 2**53  # what a floating-point number still holds exactly
MOST = 100_000  # people, seats, services
DEAREST = 1_000_000_000
LATEST = 100 * 366 * 1440  # minutes
YEARS = range(1900, 2200)
Made = TypeVar("Made")
Check = Callable[[object, str], Made]  # a value and where it stands → what is made of it
Fields = Mapping[str, Check[object]]


def problem_from_json(data: object) -> Problem:
    """The whole reading; raises ProblemError at the first thing that is wrong."""
    top = _record(data, "problem")
    if top.get("format") != FORMAT:
        raise ProblemError("format", f"must be {FORMAT!r}, not {top.get('format')!r}")
    problem = _made(Problem, top, TOP, "")
    _unique("volunteers", (v.id for v in problem.volunteers))
    _unique("sessions", (s.id for s in problem.sessions))
    _unique("shifts", (h.id for s in problem.sessions for h in s.shifts))
    _unique("requests", (q.id for q in problem.requests))
    _commitments_lie_beside(problem)
    _pins_exist(problem)
    _one_required_alternative(problem)
    costs_stay_exact(problem)
    return problem


# ── what a single value must be
# ───────────────────────────────────────────────────────────────────────────────────────


def _refuse(path: str, wanted: str, value: object) -> ProblemError:
    shown = repr(value)
    if len(shown) > 60:
        shown = f"{shown[:57]}..."
    return ProblemError(path, f"must be {wanted}, not {shown}")


def _record(value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _refuse(path, "an object", value)
    return value


def _text(value: object, path: str) -> str:
    if type(value) is not str or not value:
        raise _refuse(path, "a non-empty string", value)
    return value


def _flag(value: object, path: str) -> bool:
    if type(value) is not bool:
        raise _refuse(path, "true or false", value)
    return value


def _whole_number(low: int, high: int) -> Check[int]:
    def read(value: object, path: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise _refuse(path, f"a whole number from {low} to {high}", value)
        return value

    return read


def _positive(value: object, path: str) -> float:
    if not _is_number(value) or not 1e-3 <= value <= 1e6:
        raise _refuse(path, "a number above 0, from 0.001 to 1000000", value)
    return value


def _is_number(value: object) -> TypeGuard[float]:
    """True is no number here."""
    return type(value) in (int, float)


def _month(value: object, path: str) -> str:
    try:
        if not isinstance(value, str) or len(value) != 7:
            raise ValueError
        date.fromisoformat(value + "-01")
    except ValueError:
        raise _refuse(path, "a birth month YYYY-MM", value) from None
    return value


def _monday(value: object, path: str) -> date:
    try:
        if not isinstance(value, str):
            raise ValueError
        day = date.fromisoformat(value)
    except ValueError:
        raise _refuse(path, "an ISO date", value) from None
    if day.weekday() or day.year not in YEARS:
        raise _refuse(path, f"a Monday from {YEARS.start} to {YEARS.stop - 1}", value)
    return day


def point(value: object, path: str) -> Point:
    if isinstance(value, list) and len(value) == 2:
        la, lo = value
        if _is_number(la) and _is_number(lo) and -90 <= la <= 90 and -180 <= lo <= 180:
            return (la, lo)
    raise _refuse(path, "a point [latitude, longitude] in degrees", value)


def _intervals(value: object, path: str) -> tuple[Interval, ...]:
    try:
        if not isinstance(value, list | tuple):
            raise TypeError
        rows = tuple((a, z) for a, z in value)
        flat = [t for row in rows for t in row]
        # Whole lists at once: a city has half a million of these numbers.
        if (
            set(map(type, flat)) <= {int}
            and all(map(lt, flat[::2], flat[1::2]))
            and all(map(le, flat[1::2], flat[2::2]))
            and (not flat or (flat[0] >= -LATEST and flat[-1] <= LATEST))
        ):
            return rows
    except (TypeError, ValueError):
        pass
    raise _refuse(path, "sorted disjoint [from, to) whole minutes", value)


# ── how values are put together
# ───────────────────────────────────────────────────────────────────────────────────────


def _or_null(check: Check[Made]) -> Check[Made | None]:
    return lambda value, path: None if value is None else check(value, path)


def _list(check: Check[Made]) -> Check[tuple[Made, ...]]:
    def read(value: object, path: str) -> tuple[Made, ...]:
        if not isinstance(value, list):
            raise _refuse(path, "a list", value)
        return tuple([check(x, f"{path}[{k}]") for k, x in enumerate(value)])

    return read


def _map(check: Check[Made]) -> Check[dict[str, Made]]:
    def read(value: object, path: str) -> dict[str, Made]:
        return {key: check(x, f"{path}.{key}") for key, x in _record(value, path).items()}

    return read


def _row(*checks: Check[Made]) -> Check[tuple[Made, ...]]:
    def read(value: object, path: str) -> tuple[Made, ...]:
        if not isinstance(value, list) or len(value) != len(checks):
            raise _refuse(path, f"a list of {len(checks)}", value)
        return tuple(
            check(x, f"{path}[{k}]") for k, (x, check) in enumerate(zip(value, checks, strict=True))
        )

    return read


_count = _whole_number(0, MOST)
_minutes = _whole_number(0, LATEST)
_moment = _whole_number(-LATEST, LATEST)
_price = _whole_number(0, DEAREST)
_whole = _whole_number(-LARGEST, LARGEST)
_liking = _whole_number(-3, 3)


def _object(
    make: Callable[..., Made],
    fields: Fields,
    owner: str | None = None,
    optional: Fields | None = None,
) -> Check[Made]:
    """An object with all of `fields`, and those of `optional` that are there; with an `owner`
    field, errors say whose it is:

    `volunteers[3] (v00003).home`.
    """

    def read(value: object, path: str) -> Made:
        row = _record(value, path)
        if owner and isinstance(row.get(owner), str):
            path = f"{path} ({row[owner]})"
        more = {name: check for name, check in (optional or {}).items() if name in row}
        return _made(make, row, {**fields, **more}, f"{path}.")

    return read


def _made(make: Callable[..., Made], row: Mapping[str, object], fields: Fields, path: str) -> Made:
    """Errors say `path` and the name of the field."""
    try:
        return make(**{name: check(row[name], path + name) for name, check in fields.items()})
    except KeyError as missing:
        raise ProblemError(f"{path}{missing.args[0]}", "is missing") from None


def _pair(a: str, b: str) -> Check[tuple[str, str]]:
    return _object(lambda **row: (row[a], row[b]), {a: _text, b: _text})


def _band(value: object, path: str) -> tuple[int, int]:
    lo, hi = _row(_whole, _whole)(value, path)
    if lo > hi:
        raise _refuse(path, "[lo, hi] with lo ≤ hi", value)
    return (lo, hi)


def _shift(value: object, path: str) -> Shift:
    shift = SHIFT(value, path)
    if shift.min > shift.target:
        raise ProblemError(
            f"{path} ({shift.id}).min", f"must be at most target {shift.target}, not {shift.min}"
        )
    return shift


def _ends_after_it_starts(start: int | None, end: int | None, path: str) -> None:
    if (start is None) != (end is None):
        raise ProblemError(f"{path}.end", "start and end must both be given or both be null")
    if start is not None and end is not None and start >= end:
        raise ProblemError(f"{path}.end", f"must be after start {start}, not {end}")


def _commitment(value: object, path: str) -> Commitment:
    commitment = COMMITMENT(value, path)
    _ends_after_it_starts(commitment.start, commitment.end, f"{path} ({commitment.id})")
    return commitment


def _session(value: object, path: str) -> Session:
    session = SESSION(value, path)
    path = f"{path} ({session.id})"
    _ends_after_it_starts(session.start, session.end, path)
    if session.seats and session.start is None:
        raise ProblemError(f"{path}.seats", "must be null, because the session is open-ended")
    return session


def _current(value: object, path: str) -> Plan:
    try:
        return Plan.from_json(value, path)
    except PlanError as error:
        raise ProblemError(error.path, error.message) from None


def _serve(value: object, path: str) -> tuple[int, ...]:
    prices = _list(_price)(value, path)
    if not prices:
        raise _refuse(path, "a list with at least one price", value)
    return prices


SHIFT = _object(
    Shift,
    {"id": _text, "role": _text, "requires": _list(_text), "min": _count, "target": _count},
    "id",
    optional={"carries_seats": _flag},
)
SEATS = _object(Seats, {"min": _count, "max": _count, "per_volunteer": _count})
SESSION = _object(
    Session,
    {
        "id": _text,
        "programme": _text,
        "start": _or_null(_minutes),
        "end": _or_null(_minutes),
        "place": point,
        "required": _flag,
        "shifts": _list(_shift),
        "seats": _or_null(SEATS),
        "months": _or_null(_band),
        "alternatives": _or_null(_text),
    },
    "id",
)
COMMITMENT = _object(
    Commitment,
    {"id": _text, "start": _or_null(_moment), "end": _or_null(_moment), "place": point},
    "id",
)
VOLUNTEER = _object(
    Volunteer,
    {
        "id": _text,
        "home": point,
        "max_travel": _minutes,
        "qualifications": _map(_or_null(_whole)),
        "available": _intervals,
        "max_per_day": _or_null(_count),
        "max_per_week": _or_null(_count),
        "max_total": _or_null(_count),
        "max_open": _or_null(_count),
        "load_before": _count,
        "likes": _map(_liking),
    },
    "id",
    optional={"commitments": _list(_commitment)},
)
REQUEST = _object(
    Request,
    {
        "id": _text,
        "family": _text,
        "children": _list(_month),
        "home": point,
        "max_travel": _minutes,
        "available": _intervals,
        "programmes": _or_null(_list(_text)),
        "choices": _or_null(_map(_whole)),
        "wants": _count,
        "per_week": _or_null(_count),
        "priority": _count,
    },
    "id",
    optional={"had": _list(_moment)},
)
WEIGHTS = _object(
    Weights,
    {"serve": _serve}
    | dict.fromkeys(
        ("short", "target", "open", "load", "travel", "wish", "know", "change"), _price
    ),
    optional={"change_seat": _price},
)
TOP: Fields = {
    "name": lambda value, path: value if isinstance(value, str) else _text(value, path),
    "start": _monday,
    "horizon": _minutes,
    "travel": _object(Travel, {"detour": _positive, "kmh": _positive}),
    "volunteers": _list(VOLUNTEER),
    "sessions": _list(_session),
    "requests": _list(REQUEST),
    "apart": _list(_row(_text, _text)),
    "avoid": _list(_row(_text, _text)),
    "knows": _list(_row(_text, _text, _count)),
    "pins": _list(_pair("volunteer", "shift")),
    "bans": _list(_pair("volunteer", "session")),
    "current": _or_null(_current),
    "weights": WEIGHTS,
}


# ── what must hold between records
# ────────────────────────────────────────────────────────────────────────────────────


def _unique(field: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for x in ids:
        if x in seen:
            raise ProblemError(f"{field} ({x}).id", "is used twice")
        seen.add(x)


def _commitments_lie_beside(problem: Problem) -> None:
    """What is promised elsewhere is no session of this problem; a name stands for one of both."""
    for v in problem.volunteers:
        _unique(f"volunteers ({v.id}).commitments", (c.id for c in v.commitments))
        for c in v.commitments:
            if c.id in problem.session_of:
                raise ProblemError(
                    f"volunteers ({v.id}).commitments ({c.id}).id", "is a session of this problem"
                )


def _pins_exist(problem: Problem) -> None:
    for k, (v, h) in enumerate(problem.pins):
        if v not in problem.volunteer_of:
            raise ProblemError(f"pins[{k}].volunteer", f"no volunteer {v!r} in this problem")
        if h not in problem.shift_of:
            raise ProblemError(f"pins[{k}].shift", f"no shift {h!r} in this problem")


def _one_required_alternative(problem: Problem) -> None:
    """Two required sessions of one group would make every plan break the rule `alternatives`."""
    required: dict[str, str] = {}
    for s in problem.sessions:
        if s.required and s.alternatives and required.setdefault(s.alternatives, s.id) != s.id:
            raise ProblemError(
                f"sessions ({s.id}).alternatives",
                f"{required[s.alternatives]!r} of the same group is required too",
            )
