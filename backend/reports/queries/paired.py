"""How many children in pairs were looked after, and how often: as figures that tell nobody which
child it is.

A child is counted once, whoever came to it. What would be about fewer than SMALL children is not
said, nor what would let one work such a number out from the numbers beside it. No rows stand behind
these figures: they would be children.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncMonth

from backend.common.clock import LOCAL, local_day, local_midnight
from backend.organisations.models import Organisation
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.reports.periods import Period

SMALL = 5


@dataclass(frozen=True)
class PairFigures:
    """`children` None: too few to be said. `visits`: of whole months alone; None: of no whole
    month, or in one of them to too few children."""

    children: int | None
    visits: int | None


def pair_figures(organisation: Organisation, period: Period, now: datetime) -> PairFigures:
    """Children who had a mentor in the period, and visits that were told of in it, except those
    that somebody has noted her away from. Two statements, of all organisations: what may be said of
    one depends on the others."""
    until = min(local_midnight(period.end + timedelta(days=1)), now)
    stood = Q(since__lt=until)
    if period.start is not None:
        stood &= Q(ended_at=None) | Q(ended_at__gte=local_midnight(period.start))
    rows = PairedChild.objects.filter(Exists(Pair.objects.filter(stood, child=OuterRef("pk"))))
    counted = rows.order_by().values_list("organisation__path").annotate(Count("pk"))
    children = dict(counted)
    if not may_be_said(organisation.path, children):
        return PairFigures(None, None)
    many = sum(of_it for path, of_it in children.items() if path.startswith(organisation.path))
    if not many:
        return PairFigures(0, 0)
    return PairFigures(many, _visits(organisation, period, now))


def _visits(organisation: Organisation, period: Period, now: datetime) -> int | None:
    """Of the whole months in the period. Two periods differ by months, then, and each of them may
    be said by itself: by days one could ask when somebody went to a child."""
    first, after = whole_months(period, local_day(now))
    if first is not None and first >= after:
        return None
    there = Q(place__attended=None) | Q(place__attended=True)
    rows = PairMeeting.objects.filter(there, began_at__lt=local_midnight(after))
    if first is not None:
        rows = rows.filter(began_at__gte=local_midnight(first))
    counted = (
        rows.order_by()
        .values_list(TruncMonth("began_at", tzinfo=LOCAL), "pair__child__organisation__path")
        .annotate(Count("pair__child", distinct=True), Count("pk"))
    )
    visited: defaultdict[datetime, dict[str, int]] = defaultdict(dict)
    visits = 0
    for month, path, children, times in counted:
        visited[month][path] = children
        if path.startswith(organisation.path):
            visits += times
    if not all(may_be_said(organisation.path, children) for children in visited.values()):
        return None
    return visits


def whole_months(period: Period, today: date) -> tuple[date | None, date]:
    """The first day of the first (None: from the beginning), and the day after the last, of those
    that are over."""
    after = min(period.end + timedelta(days=1), today).replace(day=1)
    if period.start is None or period.start.day == 1:
        return period.start, after
    return (period.start.replace(day=1) + timedelta(days=31)).replace(day=1), after


def may_be_said(path: str, children: Mapping[str, int]) -> bool:
    """Whether the number of the organisation tells of no fewer than SMALL, neither by itself nor
    beside the numbers of the others below the same one. `children`: path → how many are its own."""
    below: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for own, many in children.items():
        below[own][own] += many  # what lies directly in it is a part as well
        for above, part in _steps(own):
            below[above][part] += many
    steps = list(_steps(path))
    top = steps[0][0] if steps else path
    if 0 < sum(below[top].values()) < SMALL:
        return False
    return not any(part in _kept_back(below[above]) for above, part in steps)


def _steps(path: str) -> Iterator[tuple[str, str]]:
    """Organisation and part of it, from the top down: of "1.4.9." "1." and "1.4.", then "1.4." and
    "1.4.9."."""
    keys = path.strip(".").split(".")
    above = f"{keys[0]}."
    for one in keys[1:]:
        part = f"{above}{one}."
        yield above, part
        above = part


def _kept_back(parts: Mapping[str, int]) -> set[str]:
    """The parts with few children, and as many others, the smallest first, as it takes that those
    are not what is left over."""
    by_size = sorted((many, part) for part, many in parts.items() if many)
    kept: set[str] = set()
    hidden = 0
    for many, part in by_size:
        if many >= SMALL and not 0 < hidden < SMALL:
            break
        kept.add(part)
        hidden += many
    return kept
