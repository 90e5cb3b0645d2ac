"""Which part of a family's hours a wish is for. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

DAY = 24 * 60
NOON = 12 * 60
WEEK = tuple(range(7))
PARTS = {
    "": (WEEK, 0, DAY),
    "am": (WEEK, 0, NOON),
    "pm": (WEEK, NOON, DAY),
    "weekday": (WEEK[:5], 0, DAY),
    "weekend": (WEEK[5:], 0, DAY),
}  # weekdays, from and to which minute of the day


def narrowed(weekly: Iterable[Sequence[int]], part: str) -> list[tuple[int, int, int]]:
    """What is left of these hours (weekday, start, end); a part that nobody knows narrows
    nothing."""
    days, low, high = PARTS.get(part, PARTS[""])
    return [
        (day, max(start, low), min(end, high))
        for day, start, end in weekly
        if day in days and start < high and end > low
    ]
