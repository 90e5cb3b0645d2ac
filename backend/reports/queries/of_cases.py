"""How many cases were opened and how they ended: as figures that tell nobody which they are.

A kind or an ending of fewer than SMALL cases in a month is not said of any period with that month,
nor what would let one work it out from the numbers beside it (decision 54). No sum of all stands
beside them, and no rows behind.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from backend.cases.models import CareCase
from backend.cases.states import CaseKind, CaseOutcome
from backend.common.clock import LOCAL, local_day, local_midnight
from backend.organisations.models import Organisation
from backend.reports.periods import Period
from backend.reports.queries.paired import may_be_said, whole_months

Figures = dict[str, int | None]  # code → how many; None: too few to be said


@dataclass(frozen=True)
class CaseFigures:
    """Of the months that are over: what was opened in them, and how what ended in them ended. None:
    no whole month."""

    kinds: Figures
    outcomes: Figures


def case_figures(organisation: Organisation, period: Period, now: datetime) -> CaseFigures | None:
    """Two statements, of all organisations: what may be said of one depends on the others."""
    first, after = whole_months(period, local_day(now))
    if first is not None and first >= after:
        return None
    opened = CareCase.objects.filter(opened_at__lt=local_midnight(after))
    closed = CareCase.objects.filter(closed_at__lt=local_midnight(after))
    if first is not None:
        opened = opened.filter(opened_at__gte=local_midnight(first))
        closed = closed.filter(closed_at__gte=local_midnight(first))
    return CaseFigures(
        _said(organisation, opened, "opened_at", "kind", CaseKind.values),
        _said(organisation, closed, "closed_at", "outcome", CaseOutcome.values),
    )


def _said(
    organisation: Organisation,
    rows: QuerySet[CareCase],
    moment: str,
    field: str,
    codes: list[str],
) -> Figures:
    counted = (
        rows.order_by()
        .values_list(field, TruncMonth(moment, tzinfo=LOCAL), "organisation__path")
        .annotate(Count("pk"))
    )
    months: defaultdict[str, defaultdict[datetime, dict[str, int]]]
    months = defaultdict(lambda: defaultdict(dict))
    for code, month, path, many in counted:
        months[code][month][path] = many
    return {code: _of_one(organisation.path, months[code]) for code in codes}


def _of_one(path: str, months: dict[datetime, dict[str, int]]) -> int | None:
    if not all(may_be_said(path, there) for there in months.values()):
        return None
    return sum(
        many for there in months.values() for own, many in there.items() if own.startswith(path)
    )
