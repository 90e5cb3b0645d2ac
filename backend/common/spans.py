"""Weekly hours as people give them:

(weekday 0–6, from minute, to minute), half-open, in any order, overlapping or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from backend.common.refusal import Refusal

WeekSpan = tuple[int, int, int]
DAY = 1440


class SpanRefused(Refusal):
    """A span that ends before it begins or leaves its day. Facts: weekday, start, end."""

    code = "span_refused"


def merged(spans: Iterable[WeekSpan]) -> list[WeekSpan]:
    """The same hours with the fewest spans, in order. Raises SpanRefused."""
    found: list[WeekSpan] = []
    for weekday, start, end in sorted(spans):
        if not (0 <= weekday <= 6 and 0 <= start < end <= DAY):
            raise SpanRefused(weekday=weekday, start=start, end=end)
        if found and found[-1][0] == weekday and start <= found[-1][2]:
            found[-1] = (weekday, found[-1][1], max(end, found[-1][2]))
        else:
            found.append((weekday, start, end))
    return found
