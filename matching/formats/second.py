"""The fields that version 2 of the problem format has beyond version 1. All may be left out, and
then mean what version 1 means.
"""

from __future__ import annotations

from typing import cast, get_args

from matching.agreements import (
    Group,
    Limit,
    Mix,
    PastService,
    Rest,
    RestBlock,
    Supervision,
    Unit,
)
from matching.formats.values import (
    DEAREST,
    LATEST,
    MOST,
    Check,
    Fields,
    count,
    flag,
    listed,
    mapped,
    minutes,
    moment,
    object_of,
    or_null,
    price,
    probability,
    record,
    refusal,
    row_of,
    shape_of,
    shaped,
    text,
    whole_number,
)
from matching.problem import ProblemError

AT_LEAST_ONE = whole_number(1, MOST)
SOME_MINUTES = whole_number(1, LATEST)
EITHER_WAY = whole_number(-DEAREST, DEAREST)


def optional(make: type[object], required: Fields, more: Fields) -> Check[object]:
    """An object of which only `required` must be there."""
    return object_of(make, required, optional=more)


def _unit(value: object, path: str) -> Unit:
    if value not in get_args(Unit):
        raise refusal(path, f"one of {', '.join(get_args(Unit))}", value)
    return cast(Unit, value)


shaped(_unit, enum=list(get_args(Unit)))

WHICH: Fields = dict.fromkeys(("programme", "code", "role", "kind"), or_null(text))
LIMIT = optional(
    Limit,
    {"unit": _unit},
    {
        "max": or_null(count),
        "min": or_null(count),
        "window": or_null(AT_LEAST_ONE),
        "rolling": flag,
        "price": or_null(price),
        **WHICH,
    },
)
REST = optional(Rest, {"minutes": SOME_MINUTES}, {"after": or_null(text), "series": flag})
REST_BLOCK = optional(
    RestBlock, {"minutes": SOME_MINUTES}, {"window": AT_LEAST_ONE, "rolling": flag}
)
PAST = optional(
    PastService,
    {"start": moment, "end": moment},
    {
        "programme": or_null(text),
        "role": or_null(text),
        "codes": listed(text),
        "kinds": listed(text),
    },
)
SUPERVISION = optional(
    Supervision,
    {"novice": text},
    {"by": or_null(text), "ratio": count, "programmes": or_null(listed(text))},
)
GROUP = optional(Group, {}, {"max": or_null(count), "budget": or_null(price)})


def _limit(value: object, path: str) -> Limit:
    limit = cast(Limit, LIMIT(value, path))
    if limit.max is None and limit.min is None:
        raise ProblemError(f"{path}.max", "is missing: a limit has max or min")
    if limit.min is not None and limit.price is None:
        raise ProblemError(f"{path}.price", "is missing: min needs one, nobody can be forced")
    return limit


def _rest(value: object, path: str) -> Rest:
    rest = cast(Rest, REST(value, path))
    if rest.series and rest.after is None:
        raise ProblemError(f"{path}.after", "is missing: a series is of one kind")
    return rest


def _past(value: object, path: str) -> PastService:
    past = cast(PastService, PAST(value, path))
    if past.start >= past.end:
        raise ProblemError(f"{path}.end", f"must be after start {past.start}, not {past.end}")
    return past


def _rest_block(value: object, path: str) -> RestBlock:
    block = cast(RestBlock, REST_BLOCK(value, path))
    if block.minutes > block.window * 1440:
        raise ProblemError(f"{path}.minutes", f"must fit into {block.window} days")
    return block


OR_ANY_PRICE = or_null(count)


def _together(value: object, path: str) -> tuple[str, str, int | None]:
    if not isinstance(value, list) or len(value) != 3:
        raise refusal(path, "a list of volunteer, volunteer, and a number or null", value)
    a = text(value[0], f"{path}[0]")
    b = text(value[1], f"{path}[1]")
    if a == b:
        raise refusal(path, "two volunteers", value)
    return (a, b, OR_ANY_PRICE(value[2], f"{path}[2]"))


def _groups(value: object, path: str) -> dict[str, Group]:
    named = record(value, path)
    return {name: cast(Group, GROUP(row, f"{path}.{name}")) for name, row in named.items()}


shaped(_limit, **shape_of(LIMIT))
shaped(_rest, **shape_of(REST))
shaped(_rest_block, **shape_of(REST_BLOCK))
shaped(_past, **shape_of(PAST))
shaped(_together, **shape_of(row_of(text, text, OR_ANY_PRICE)))
shaped(_groups, type="object", additionalProperties=shape_of(GROUP))


SECOND: dict[str, Fields] = {
    "problem": {
        "together": listed(_together),
        "supervision": listed(SUPERVISION),
        "groups": _groups,
    },
    "weights": {
        "load_minutes": or_null(SOME_MINUTES),
        "kinds": mapped(price),
        "idle": price,
        "under": price,
        "fall": price,
        "surplus": price,
    },
    "volunteer": {
        "min_rest": minutes,
        "rests": listed(_rest),
        "rest_block": or_null(_rest_block),
        "limits": listed(_limit),
        "history": listed(_past),
        "max_weekends": or_null(count),
        "weekend_gap": count,
        "min_days_on": count,
        "min_days_off": count,
        "min_total": count,
        "max_children": or_null(count),
        "choices": mapped(EITHER_WAY),
        "alone": flag,
        "load_before_of": mapped(count),
        "asks": probability,
        "asks_of": mapped(probability),
    },
    "commitment": {"programme": or_null(text), "kinds": listed(text)},
    "session": {
        "kinds": listed(text),
        "priority": count,
        "mix": listed(object_of(Mix, {"code": text, "min": count})),
        "groups": listed(text),
        "price": price,
    },
    "shift": {"prefers": mapped(EITHER_WAY), "spare": count},
    "request": {"needs": listed(text), "party": or_null(text)},
}
