"""Plain data → Problem, checked field by field.

A mistake is reported once, by the name of the field and its owner's id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from operator import le, lt
from typing import Any

from matching.plan import Plan, PlanError
from matching.problem import (
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
Check = Callable[[Any, str], Any]


def problem_from_json(data: Any) -> Problem:
    """The whole reading; raises ProblemError at the first thing that is wrong."""
    top = _record(data, "problem")
    if top.get("format") != FORMAT:
        raise ProblemError("format", f"must be {FORMAT!r}, not {top.get('format')!r}")
    fields = {name: check(_field(top, name, ""), name) for name, check in TOP.items()}
    problem = Problem(**fields)
    _unique("volunteers", (v.id for v in problem.volunteers))
    _unique("sessions", (s.id for s in problem.sessions))
    _unique("shifts", (h.id for s in problem.sessions for h in s.shifts))
    _unique("requests", (q.id for q in problem.requests))
    _pins_exist(problem)
    _one_required_alternative(problem)
    return problem


# ── what a single value must be
# ───────────────────────────────────────────────────────────────────────────────────────


def _refuse(path: str, wanted: str, value: Any) -> ProblemError:
    shown = repr(value)
    return ProblemError(
        path, f"must be {wanted}, not {shown if len(shown) <= 60 else shown[:57] + '...'}"
    )


def _record(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refuse(path, "an object", value)
    return value


def _field(row: dict[str, Any], name: str, path: str) -> Any:
    try:
        return row[name]
    except KeyError:
        raise ProblemError(f"{path}.{name}" if path else name, "is missing") from None


def _text(value: Any, path: str) -> str:
    if type(value) is not str or not value:
        raise _refuse(path, "a non-empty string", value)
    return value


def _flag(value: Any, path: str) -> bool:
    if type(value) is not bool:
        raise _refuse(path, "true or false", value)
    return value


def _whole_number(low: int, high: int) -> Check:
    def read(value: Any, path: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise _refuse(path, f"a whole number from {low} to {high}", value)
        return value

    return read


def _positive(value: Any, path: str) -> float:
    if type(value) not in (int, float) or not 1e-3 <= value <= 1e6:
        raise _refuse(path, "a number above 0, from 0.001 to 1000000", value)
    return value


def _month(value: Any, path: str) -> str:
    try:
        if len(value) != 7:
            raise ValueError
        date.fromisoformat(value + "-01")
    except (TypeError, ValueError):
        raise _refuse(path, "a birth month YYYY-MM", value) from None
    return value


def _monday(value: Any, path: str) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _refuse(path, "an ISO date", value) from None
    if day.weekday() or day.year not in YEARS:
        raise _refuse(path, f"a Monday from {YEARS.start} to {YEARS.stop - 1}", value)
    return day


def point(value: Any, path: str) -> Point:
    if isinstance(value, list) and len(value) == 2:
        la, lo = value
        if (
            type(la) in (int, float)
            and type(lo) in (int, float)
            and -90 <= la <= 90
            and -180 <= lo <= 180
        ):
            return (la, lo)
    raise _refuse(path, "a point [latitude, longitude] in degrees", value)


def _intervals(value: Any, path: str) -> tuple[Interval, ...]:
    try:
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


def _or_null(check: Check) -> Check:
    return lambda value, path: None if value is None else check(value, path)


def _list(check: Check) -> Check:
    def read(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _refuse(path, "a list", value)
        return tuple([check(x, f"{path}[{k}]") for k, x in enumerate(value)])

    return read


def _map(check: Check) -> Check:
    def read(value: Any, path: str) -> dict[str, Any]:
        return {key: check(x, f"{path}.{key}") for key, x in _record(value, path).items()}

    return read


def _row(*checks: Check) -> Check:
    def read(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) != len(checks):
            raise _refuse(path, f"a list of {len(checks)}", value)
        return tuple(
            check(x, f"{path}[{k}]") for k, (x, check) in enumerate(zip(value, checks, strict=True))
        )

    return read


_count = _whole_number(0, MOST)
_minutes = _whole_number(0, LATEST)
_price = _whole_number(0, DEAREST)
_whole = _whole_number(-LARGEST, LARGEST)
_liking = _whole_number(-3, 3)


def _object(
    make: Callable[..., Any],
    fields: dict[str, Check],
    owner: str | None = None,
    optional: dict[str, Check] | None = None,
) -> Check:
    """An object with all of `fields`, and those of `optional` that are there; with an `owner`
    field, errors say whose it is:

    `volunteers[3] (v00003).home`.
    """

    def read(value: Any, path: str) -> Any:
        row = _record(value, path)
        if owner and isinstance(row.get(owner), str):
            path = f"{path} ({row[owner]})"
        more = {name: check for name, check in (optional or {}).items() if name in row}
        try:
            return make(
                **{
                    name: check(row[name], f"{path}.{name}")
                    for name, check in (fields | more).items()
                }
            )
        except KeyError as missing:
            raise ProblemError(f"{path}.{missing.args[0]}", "is missing") from None

    return read


def _pair(a: str, b: str) -> Check:
    return _object(lambda **row: (row[a], row[b]), {a: _text, b: _text})


def _band(value: Any, path: str) -> tuple[int, int]:
    lo, hi = _row(_whole, _whole)(value, path)
    if lo > hi:
        raise _refuse(path, "[lo, hi] with lo ≤ hi", value)
    return (lo, hi)


def _shift(value: Any, path: str) -> Shift:
    shift = SHIFT(value, path)
    if shift.min > shift.target:
        raise ProblemError(
            f"{path} ({shift.id}).min", f"must be at most target {shift.target}, not {shift.min}"
        )
    return shift


def _session(value: Any, path: str) -> Session:
    session = SESSION(value, path)
    path = f"{path} ({session.id})"
    if (session.start is None) != (session.end is None):
        raise ProblemError(f"{path}.end", "start and end must both be given or both be null")
    if session.start is not None and session.start >= session.end:
        raise ProblemError(f"{path}.end", f"must be after start {session.start}, not {session.end}")
    if session.seats and session.start is None:
        raise ProblemError(f"{path}.seats", "must be null, because the session is open-ended")
    return session


def _current(value: Any, path: str) -> Plan:
    try:
        return Plan.from_json(value, path)
    except PlanError as error:
        raise ProblemError(error.path, error.message) from None


def _serve(value: Any, path: str) -> tuple[int, ...]:
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
)
WEIGHTS = _object(
    Weights,
    {"serve": _serve}
    | dict.fromkeys(
        ("short", "target", "open", "load", "travel", "wish", "know", "change"), _price
    ),
)
TOP: dict[str, Check] = {
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
