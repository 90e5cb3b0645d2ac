"""Statements of a report that are written once a process.

To put the sums of twenty figures into SQL takes Django far longer than the database needs for its
answer. What the SQL looks like depends on a few things only: the level, how many organisations are
above, whether the period has a beginning, of which programmes there are any. So it is made of a
frame of stand-ins, and the values take their places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from backend.common.clock import local_midnight
from backend.reports.periods import Period
from backend.reports.queries.frames import Frame

PATH = "\x01path"
CODE = "\x01code"
START = date(1801, 2, 3)
END = date(1802, 4, 5)
NOW = datetime(1801, 6, 7, tzinfo=UTC)  # before the end, so that it is until when things count
SINCE = local_midnight(START)
WHOSE = -1
ABOVE = -1000
PROGRAMME = -2000

Wanted = tuple[tuple[str, str, int | None], ...]  # name, measure, which of the programmes
Make = Callable[[Mapping[str, tuple[str, Frame]], int, Frame], QuerySet[Any]]


@dataclass(frozen=True)
class Shape:
    """Everything that the SQL depends on. `make`: whose query it is."""

    make: Make
    wanted: Wanted
    level: int
    above: int
    has_code: bool
    has_start: bool

    def frame(self, programme: int | None) -> Frame:
        start = START if self.has_start else None
        return Frame(
            path=PATH,
            code=CODE if self.has_code else None,
            level=self.level,
            above=tuple(ABOVE - n for n in range(self.above)),
            period=Period("own", start, END),
            now=NOW,
            programme=None if programme is None else PROGRAMME - programme,
        )


@lru_cache(maxsize=256)
def _written(shape: Shape) -> tuple[str, tuple[Any, ...]]:
    wanted = {name: (key, shape.frame(one)) for name, key, one in shape.wanted}
    rows = shape.make(wanted, WHOSE, shape.frame(None))
    return rows.query.sql_with_params()


def statement(
    make: Make, organisation: int, wanted: Mapping[str, tuple[str, Frame]]
) -> tuple[str, list[Any]]:
    """The SQL of `make` for these figures of one organisation, with its values. All frames are of
    one organisation and period, and differ in their programme at the most; what is now is said by
    the first of them."""
    frames = [frame for _, frame in wanted.values()]
    of = replace(frames[0], programme=None)
    if any(replace(frame, programme=None, now=of.now) != of for frame in frames):
        raise ValueError("frames of several reports")
    programmes = sorted({frame.programme for frame in frames if frame.programme is not None})
    which = {programme: number for number, programme in enumerate(programmes)}
    shape = Shape(
        make=make,
        wanted=tuple(
            (name, key, None if frame.programme is None else which[frame.programme])
            for name, (key, frame) in wanted.items()
        ),
        level=of.level,
        above=len(of.above),
        has_code=of.code is not None,
        has_start=of.period.start is not None,
    )
    (sql, stand_ins) = _written(shape)
    return sql, _in_place(stand_ins, organisation, of, programmes)


def answer(make: Callable[[Frame], QuerySet[Any]], frame: Frame) -> list[tuple[Any, ...]]:
    """What the database answers to the query that `make` writes of one frame, as it answers it."""
    (sql, values) = statement(_of_one(make), 0, {"": ("", frame)})
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@cache
def _of_one(make: Callable[[Frame], QuerySet[Any]]) -> Make:
    def made(wanted: Mapping[str, tuple[str, Frame]], whose: int, frame: Frame) -> QuerySet[Any]:
        return make(wanted[""][1])

    return made


def _in_place(
    stand_ins: Sequence[Any], organisation: int, of: Frame, programmes: Sequence[int]
) -> list[Any]:
    assert isinstance(of.path, str)
    values: dict[Any, Any] = {
        WHOSE: organisation,
        CODE: of.code,
        START: of.period.start,
        END: of.period.end,
        NOW: of.until,
        SINCE: of.since,
    }
    values |= {ABOVE - number: pk for number, pk in enumerate(of.above)}
    values |= {PROGRAMME - number: pk for number, pk in enumerate(programmes)}
    return [_value(one, values, of.path) for one in stand_ins]


def _value(stand_in: Any, values: Mapping[Any, Any], path: str) -> Any:
    if isinstance(stand_in, str) and stand_in.startswith(PATH):
        return path + stand_in.removeprefix(PATH)
    if isinstance(stand_in, str | int | date):
        return values.get(stand_in, stand_in)
    return stand_in
