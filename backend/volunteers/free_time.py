"""A week as a person fills it in, seven days of three parts, and as it is kept, in spans of
minutes.

Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from backend.common.clock import monday_of

PARTS = {
    "am": (8 * 60, 12 * 60),
    "pm": (12 * 60, 18 * 60),
    "eve": (18 * 60, 22 * 60),
}  # minutes of the day
EVENING_BEFORE = (18 * 60, 21 * 60)  # what a whole evening was before the page said its hours
ENOUGH = 60  # minutes free within a part that make it count: the shortest session
EVERY = (1, 2, 4)  # weeks between those in which somebody comes
Span = tuple[int, int, int]  # weekday, start, end
Cell = tuple[int, str]  # weekday, part


def is_her_week(day: date, every: int, anchor: date | None) -> bool:
    """Whether the week of this day, from Monday to Sunday, is one in which she comes: every so many
    weeks, before the week of `anchor` as after it, across the ends of years."""
    if every == 1 or anchor is None:
        return True
    weeks = (monday_of(day) - monday_of(anchor)).days // 7
    return weeks % every == 0


def cells_of(spans: Iterable[Span]) -> set[Cell]:
    """The parts of the week in which a session would fit."""
    free: dict[Cell, int] = {}
    for weekday, start, end in spans:
        for part, (low, high) in PARTS.items():
            free[weekday, part] = free.get((weekday, part), 0) + max(
                0, min(end, high) - max(start, low)
            )
    return {cell for cell, minutes in free.items() if minutes >= ENOUGH}


def week_of(
    free: Collection[Cell], days: Iterable[tuple[int, str]]
) -> list[tuple[int, str, list[tuple[str, str, bool]]]]:
    """(weekday, its name, its parts) as a form shows them; a part with the name of its field and
    whether it is free."""
    return [
        (day, name, [(part, f"{day}-{part}", (day, part) in free) for part in PARTS])
        for day, name in days
    ]


def exact_parts(spans: Collection[Span]) -> list[tuple[int, str, list[tuple[int, int]]]]:
    """(weekday, part, when in it) of each part that counts as free and is not free as a whole."""
    found = []
    for weekday, part in sorted(cells_of(spans), key=lambda cell: (cell[0], PARTS[cell[1]])):
        low, high = PARTS[part]
        inside = [
            (max(start, low), min(end, high))
            for day, start, end in spans
            if day == weekday and start < high and end > low
        ]
        if inside != [(low, high)]:
            found.append((weekday, part, sorted(inside)))
    return found


def with_cells(spans: Collection[Span], wanted: Collection[Cell]) -> list[Span]:
    """The week with just these parts free, sorted and merged. A part that stays as it was keeps its
    exact minutes, and so does time outside the parts; a part turned on is free as a whole, a part
    turned off not at all. An evening that was whole while evenings were shorter is whole again."""
    before = cells_of(spans)
    kept = [_whole_evening(span) for span in spans]
    for weekday, part in before - set(wanted):
        low, high = PARTS[part]
        kept = [
            piece
            for span in kept
            for piece in (_outside(span, low, high) if span[0] == weekday else [span])
        ]
    kept += [(weekday, *PARTS[part]) for weekday, part in set(wanted) - before]
    return _merged(kept)


def _whole_evening(span: Span) -> Span:
    """Longer by what evenings became longer by, where it was one; anything else as it is."""
    weekday, start, end = span
    if start <= EVENING_BEFORE[0] and end == EVENING_BEFORE[1]:
        return weekday, start, PARTS["eve"][1]
    return span


def _outside(span: Span, low: int, high: int) -> list[Span]:
    weekday, start, end = span
    return [(weekday, a, z) for a, z in ((start, min(end, low)), (max(start, high), end)) if a < z]


def _merged(spans: Iterable[Span]) -> list[Span]:
    out: list[Span] = []
    for weekday, start, end in sorted(spans):
        if out and out[-1][0] == weekday and start <= out[-1][2]:
            out[-1] = (weekday, out[-1][1], max(end, out[-1][2]))
        else:
            out.append((weekday, start, end))
    return out
