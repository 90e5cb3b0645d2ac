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
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from backend.common.clock import local_midnight
from backend.organisations.models import Organisation
from backend.pairs.models import Pair, PairedChild
from backend.reports.periods import Period

SMALL = 5


@dataclass(frozen=True)
class PairFigures:
    """None: too few to be said."""

    children: int | None
    visits: int | None


def pair_figures(organisation: Organisation, period: Period, now: datetime) -> PairFigures:
    """Children who had a mentor in the period, and visits that were told of in it, except those
    that somebody has noted her away from. One statement, of all organisations: what may be said of
    one depends on the others."""
    until = min(local_midnight(period.end + timedelta(days=1)), now)
    since = None if period.start is None else local_midnight(period.start)
    stood = Q(since__lt=until)
    there = Q(pairs__meetings__place__attended=None) | Q(pairs__meetings__place__attended=True)
    went = Q(there, pairs__meetings__began_at__lt=until)
    if since is not None:
        stood &= Q(ended_at=None) | Q(ended_at__gte=since)
        went &= Q(pairs__meetings__began_at__gte=since)
    rows = PairedChild.objects.filter(Exists(Pair.objects.filter(stood, child=OuterRef("pk"))))
    counted = (
        rows.order_by()
        .values_list("organisation__path")
        .annotate(
            children=Count("pk", distinct=True),
            visits=Count("pairs__meetings", filter=went, distinct=True),
        )
    )
    found = list(counted)
    children = {path: of_it for path, of_it, _visits in found}
    if not may_be_said(organisation.path, children):
        return PairFigures(None, None)
    hers = [row for row in found if row[0].startswith(organisation.path)]
    return PairFigures(sum(row[1] for row in hers), sum(row[2] for row in hers))


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
