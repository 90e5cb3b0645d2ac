"""What a single value of a problem file must be, and how values are put together.

A check is handed a value and where it stands, and gives what is made of it; ProblemError names the
field, whose it is, and what it must be. Beside each check stands what JSON Schema can say of it
(`shape_of`), so that the published schema is made of the very checks that read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from operator import le, lt
from typing import Any, TypeGuard, TypeVar
from weakref import WeakKeyDictionary

from matching.problem import Interval, Point, ProblemError

# Beyond these a number is a slip of the pen, and sums of it would no longer be exact.
LARGEST = 2**53  # what a floating-point number still holds exactly
MOST = 100_000  # people, seats, services
DEAREST = 1_000_000_000
LATEST = 100 * 366 * 1440  # minutes
YEARS = range(1900, 2200)
Made = TypeVar("Made")
Check = Callable[[object, str], Made]  # a value and where it stands → what is made of it
Fields = Mapping[str, Check[object]]
Shape = Mapping[str, object]  # JSON Schema, draft 2020-12: all that it says holds for what is read
_SHAPES: WeakKeyDictionary[Check[Any], Shape] = WeakKeyDictionary()


def shaped(check: Check[Made], **shape: object) -> Check[Made]:
    """The check itself, with its shape noted beside it."""
    _SHAPES[check] = shape
    return check


def shape_of(check: Check[object]) -> Shape:
    """What JSON Schema can say of a value; KeyError for a check that nobody has described."""
    return _SHAPES[check]


# ── what a single value must be
# ───────────────────────────────────────────────────────────────────────────────────────


def refusal(path: str, wanted: str, value: object) -> ProblemError:
    shown = repr(value)
    if len(shown) > 60:
        shown = f"{shown[:57]}..."
    return ProblemError(path, f"must be {wanted}, not {shown}")


def record(value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise refusal(path, "an object", value)
    return value


def text(value: object, path: str) -> str:
    if type(value) is not str or not value:
        raise refusal(path, "a non-empty string", value)
    return value


def flag(value: object, path: str) -> bool:
    if type(value) is not bool:
        raise refusal(path, "true or false", value)
    return value


def whole_number(low: int, high: int) -> Check[int]:
    def read(value: object, path: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise refusal(path, f"a whole number from {low} to {high}", value)
        return value

    return shaped(read, type="integer", minimum=low, maximum=high)


def positive(value: object, path: str) -> float:
    if not _is_number(value) or not 1e-3 <= value <= 1e6:
        raise refusal(path, "a number above 0, from 0.001 to 1000000", value)
    return value


def probability(value: object, path: str) -> float:
    if not _is_number(value) or not 0 <= value <= 1:
        raise refusal(path, "a probability from 0 to 1", value)
    return value


def _is_number(value: object) -> TypeGuard[float]:
    """True is no number here."""
    return type(value) in (int, float)


def month(value: object, path: str) -> str:
    try:
        if not isinstance(value, str) or len(value) != 7:
            raise ValueError
        date.fromisoformat(value + "-01")
    except ValueError:
        raise refusal(path, "a birth month YYYY-MM", value) from None
    return value


def monday(value: object, path: str) -> date:
    try:
        if not isinstance(value, str):
            raise ValueError
        day = date.fromisoformat(value)
    except ValueError:
        raise refusal(path, "an ISO date", value) from None
    if day.weekday() or day.year not in YEARS:
        raise refusal(path, f"a Monday from {YEARS.start} to {YEARS.stop - 1}", value)
    return day


def point(value: object, path: str) -> Point:
    if isinstance(value, list) and len(value) == 2:
        la, lo = value
        if _is_number(la) and _is_number(lo) and -90 <= la <= 90 and -180 <= lo <= 180:
            return (la, lo)
    raise refusal(path, "a point [latitude, longitude] in degrees", value)


def intervals(value: object, path: str) -> tuple[Interval, ...]:
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
    raise refusal(path, "sorted disjoint [from, to) whole minutes", value)


shaped(text, type="string", minLength=1)
shaped(flag, type="boolean")
shaped(positive, type="number", minimum=1e-3, maximum=1e6)
shaped(probability, type="number", minimum=0, maximum=1)
shaped(month, type="string", pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")
shaped(monday, type="string", format="date", description="a Monday")
shaped(
    point,
    type="array",
    prefixItems=[
        {"type": "number", "minimum": -90, "maximum": 90},
        {"type": "number", "minimum": -180, "maximum": 180},
    ],
    minItems=2,
    items=False,
    description="latitude and longitude in degrees",
)
shaped(
    intervals,
    type="array",
    items={
        "type": "array",
        "items": {"type": "integer", "minimum": -LATEST, "maximum": LATEST},
        "minItems": 2,
        "maxItems": 2,
    },
    description="sorted disjoint [from, to) in minutes",
)


# ── how values are put together
# ───────────────────────────────────────────────────────────────────────────────────────


def or_null(check: Check[Made]) -> Check[Made | None]:
    def read(value: object, path: str) -> Made | None:
        return None if value is None else check(value, path)

    return shaped(read, anyOf=[shape_of(check), {"type": "null"}])


def listed(check: Check[Made]) -> Check[tuple[Made, ...]]:
    def read(value: object, path: str) -> tuple[Made, ...]:
        if not isinstance(value, list):
            raise refusal(path, "a list", value)
        return tuple([check(x, f"{path}[{k}]") for k, x in enumerate(value)])

    return shaped(read, type="array", items=shape_of(check))


def mapped(check: Check[Made]) -> Check[dict[str, Made]]:
    def read(value: object, path: str) -> dict[str, Made]:
        return {key: check(x, f"{path}.{key}") for key, x in record(value, path).items()}

    return shaped(read, type="object", additionalProperties=shape_of(check))


def row_of(*checks: Check[Made]) -> Check[tuple[Made, ...]]:
    def read(value: object, path: str) -> tuple[Made, ...]:
        if not isinstance(value, list) or len(value) != len(checks):
            raise refusal(path, f"a list of {len(checks)}", value)
        return tuple(
            check(x, f"{path}[{k}]") for k, (x, check) in enumerate(zip(value, checks, strict=True))
        )

    return shaped(read, **_row(*checks))


def _row(*checks: Check[Any]) -> Shape:
    """A list of exactly these."""
    shapes = [shape_of(check) for check in checks]
    return {"type": "array", "prefixItems": shapes, "minItems": len(shapes), "items": False}


count = whole_number(0, MOST)
minutes = whole_number(0, LATEST)
moment = whole_number(-LATEST, LATEST)
price = whole_number(0, DEAREST)
whole = whole_number(-LARGEST, LARGEST)
liking = whole_number(-3, 3)


def object_of(
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
        row = record(value, path)
        if owner and isinstance(row.get(owner), str):
            path = f"{path} ({row[owner]})"
        more = {name: check for name, check in (optional or {}).items() if name in row}
        return made(make, row, {**fields, **more}, f"{path}.")

    return shaped(read, **shape_of_object(fields, optional or {}))


def shape_of_object(fields: Fields, optional: Fields) -> Shape:
    """An object with all of `fields`, and perhaps some of `optional`."""
    properties = {name: shape_of(check) for name, check in {**fields, **optional}.items()}
    return {"type": "object", "properties": properties, "required": list(fields)}


def made(make: Callable[..., Made], row: Mapping[str, object], fields: Fields, path: str) -> Made:
    """Errors say `path` and the name of the field."""
    try:
        return make(**{name: check(row[name], path + name) for name, check in fields.items()})
    except KeyError as missing:
        raise ProblemError(f"{path}{missing.args[0]}", "is missing") from None


def pair(a: str, b: str) -> Check[tuple[str, str]]:
    return object_of(lambda **row: (row[a], row[b]), {a: text, b: text})


BAND = row_of(whole, whole)


def band(value: object, path: str) -> tuple[int, int]:
    lo, hi = BAND(value, path)
    if lo > hi:
        raise refusal(path, "[lo, hi] with lo ≤ hi", value)
    return (lo, hi)


shaped(band, **shape_of(BAND))
