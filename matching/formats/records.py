"""The records of a problem file, field by field, for each version of the format.

A version 2 record has all fields of version 1 and may have those of `matching.formats.second`.
"""

from __future__ import annotations

from collections.abc import Mapping

from matching.formats.second import SECOND
from matching.formats.values import (
    Check,
    Fields,
    Shape,
    band,
    count,
    flag,
    intervals,
    liking,
    listed,
    mapped,
    minutes,
    moment,
    monday,
    month,
    object_of,
    or_null,
    pair,
    point,
    positive,
    price,
    refusal,
    row_of,
    shape_of,
    shaped,
    text,
    whole,
)
from matching.plan import Plan, PlanError
from matching.problem import (
    Commitment,
    ProblemError,
    Request,
    Seats,
    Session,
    Shift,
    Travel,
    Volunteer,
    Weights,
)

More = Mapping[str, Fields]  # of a record: fields that may be there


def _ends_after_it_starts(start: int | None, end: int | None, path: str) -> None:
    if (start is None) != (end is None):
        raise ProblemError(f"{path}.end", "start and end must both be given or both be null")
    if start is not None and end is not None and start >= end:
        raise ProblemError(f"{path}.end", f"must be after start {start}, not {end}")


def _current(value: object, path: str) -> Plan:
    try:
        return Plan.from_json(value, path)
    except PlanError as error:
        raise ProblemError(error.path, error.message) from None


PRICES = listed(price)


def _serve(value: object, path: str) -> tuple[int, ...]:
    prices = PRICES(value, path)
    if not prices:
        raise refusal(path, "a list with at least one price", value)
    return prices


def _name(value: object, path: str) -> str:
    return value if isinstance(value, str) else text(value, path)


def _told(first: str, second: str) -> Shape:
    names = {first: {"type": "string"}, second: {"type": "string"}}
    rows = {"type": "object", "properties": names, "required": [first, second]}
    return {"type": "array", "items": rows}


# what Plan.from_json reads; further fields, such as cost and bound, are passed over
PLAN: Shape = {
    "type": "object",
    "properties": {
        "format": {"const": "matching-plan/1"},
        "assignments": _told("volunteer", "shift"),
        "seats": _told("request", "session"),
    },
    "required": ["assignments", "seats"],
}
shaped(_current, **PLAN)
shaped(_serve, **shape_of(PRICES), minItems=1)
shaped(_name, type="string")


def _shift(more: More) -> Check[Shift]:
    shape = object_of(
        Shift,
        {"id": text, "role": text, "requires": listed(text), "min": count, "target": count},
        "id",
        optional={"carries_seats": flag, **more.get("shift", {})},
    )

    def read(value: object, path: str) -> Shift:
        shift = shape(value, path)
        if shift.min > shift.target:
            raise ProblemError(
                f"{path} ({shift.id}).min",
                f"must be at most target {shift.target}, not {shift.min}",
            )
        return shift

    return shaped(read, **shape_of(shape))


SEATS = object_of(Seats, {"min": count, "max": count, "per_volunteer": count})


def _session(more: More) -> Check[Session]:
    shape = object_of(
        Session,
        {
            "id": text,
            "programme": text,
            "start": or_null(minutes),
            "end": or_null(minutes),
            "place": point,
            "required": flag,
            "shifts": listed(_shift(more)),
            "seats": or_null(SEATS),
            "months": or_null(band),
            "alternatives": or_null(text),
        },
        "id",
        optional=more.get("session"),
    )

    def read(value: object, path: str) -> Session:
        session = shape(value, path)
        path = f"{path} ({session.id})"
        _ends_after_it_starts(session.start, session.end, path)
        if session.seats and session.start is None:
            raise ProblemError(f"{path}.seats", "must be null, because the session is open-ended")
        return session

    return shaped(read, **shape_of(shape))


def _commitment(more: More) -> Check[Commitment]:
    shape = object_of(
        Commitment,
        {"id": text, "start": or_null(moment), "end": or_null(moment), "place": point},
        "id",
        optional=more.get("commitment"),
    )

    def read(value: object, path: str) -> Commitment:
        commitment = shape(value, path)
        _ends_after_it_starts(commitment.start, commitment.end, f"{path} ({commitment.id})")
        return commitment

    return shaped(read, **shape_of(shape))


def _volunteer(more: More) -> Check[Volunteer]:
    return object_of(
        Volunteer,
        {
            "id": text,
            "home": point,
            "max_travel": minutes,
            "qualifications": mapped(or_null(whole)),
            "available": intervals,
            "max_per_day": or_null(count),
            "max_per_week": or_null(count),
            "max_total": or_null(count),
            "max_open": or_null(count),
            "load_before": count,
            "likes": mapped(liking),
        },
        "id",
        optional={"commitments": listed(_commitment(more)), **more.get("volunteer", {})},
    )


def _request(more: More) -> Check[Request]:
    return object_of(
        Request,
        {
            "id": text,
            "family": text,
            "children": listed(month),
            "home": point,
            "max_travel": minutes,
            "available": intervals,
            "programmes": or_null(listed(text)),
            "choices": or_null(mapped(whole)),
            "wants": count,
            "per_week": or_null(count),
            "priority": count,
        },
        "id",
        optional={"had": listed(moment), **more.get("request", {})},
    )


def _weights(more: More) -> Check[Weights]:
    prices = ("short", "target", "open", "load", "travel", "wish", "know", "change")
    return object_of(
        Weights,
        {"serve": _serve, **dict.fromkeys(prices, price)},
        optional={"change_seat": price, **more.get("weights", {})},
    )


def _top(more: More) -> Fields:
    return {
        "name": _name,
        "start": monday,
        "horizon": minutes,
        "travel": object_of(Travel, {"detour": positive, "kmh": positive}),
        "volunteers": listed(_volunteer(more)),
        "sessions": listed(_session(more)),
        "requests": listed(_request(more)),
        "apart": listed(row_of(text, text)),
        "avoid": listed(row_of(text, text)),
        "knows": listed(row_of(text, text, count)),
        "pins": listed(pair("volunteer", "shift")),
        "bans": listed(pair("volunteer", "session")),
        "current": or_null(_current),
        "weights": _weights(more),
    }


FIRST_TOP = _top({})
SECOND_TOP = _top(SECOND)
