"""What was reported to the national system, what was not yet, and a batch as a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from backend.access.queries import Someone
from backend.access.refusals import NotHers, NotSeen
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS, SEES
from backend.organisations.queries import scope_paths, within
from backend.proofs import sheet
from backend.proofs.models import BatchLine, ReportBatch
from backend.records.models import ServiceRecord
from backend.rota.models import Assignment
from backend.rota.states import HELD

HEADINGS = (*sheet.HEADINGS, "备注")
DIFFERENCE = "更正：与上次上报的差"


def unreported(organisation: Organisation) -> QuerySet[ServiceRecord]:
    """What the organisation and those below it recorded and no batch that counts has."""
    lines = BatchLine.objects.filter(record=OuterRef("pk"))
    taken = lines.exclude(batch__state=ReportBatch.State.VOID)
    return ServiceRecord.objects.filter(
        ~Exists(taken), organiser__path__startswith=organisation.path
    )


class Unreported(NamedTuple):
    records: int
    minutes: int


def waiting_in(organisation: Organisation) -> Unreported:
    """One statement."""
    found = unreported(organisation).aggregate(n=Count("pk"), sum=Sum("minutes"))
    return Unreported(found["n"], found["sum"] or 0)


def batches(user: Someone) -> QuerySet[ReportBatch]:
    """Those of the organisations that she coordinates, the newest first."""
    hers = within(scope_paths(user, ACTS), "organisation__path")
    rows = ReportBatch.objects.filter(hers).select_related("organisation", "made_by")
    return rows.order_by("-number")


def batch_to_settle(user: Someone, pk: int) -> ReportBatch:
    """Raises NotSeen, and NotHers when she only watches the organisation."""
    row = batches(user).filter(pk=pk).first()
    if row is not None:
        return row
    watched = within(scope_paths(user, SEES), "organisation__path")
    if ReportBatch.objects.filter(watched, pk=pk).exists():
        raise NotHers
    raise NotSeen


def minutes_reported(volunteer_id: int) -> int:
    """Minutes of hers that were reported to the national system. One statement."""
    lines = BatchLine.objects.filter(
        record__volunteer=volunteer_id, batch__state=ReportBatch.State.REPORTED
    )
    return lines.aggregate(n=Sum("record__minutes"))["n"] or 0


def sheet_of(batch: ReportBatch) -> Iterator[dict[str, str]]:
    """A line for each person and session whose sum in the batch is not 0, in the order of HEADINGS;
    with a remark where an earlier batch had the same. One statement."""
    for row in _sums(batch).iterator(2000):
        if not row["sum"]:
            continue
        line = sheet.cells(
            name=row["record__volunteer__name"],
            number=row["record__volunteer__number"],
            title=row["record__session__title"],
            starts_at=row["record__session__starts_at"],
            ends_at=row["record__session__ends_at"],
            place=row["record__session__venue__name"] or "",
            role=row["role"] or "",
            minutes=row["sum"],
            organisation=row["record__organiser__name"],
        )
        remark = DIFFERENCE if row["again"] else ""
        yield dict(zip(HEADINGS, [*line, remark], strict=True))


SHOWN = (
    "record__volunteer__name",
    "record__volunteer__number",
    "record__session__title",
    "record__session__starts_at",
    "record__session__ends_at",
    "record__session__venue__name",
    "record__organiser__name",
)


def _sums(batch: ReportBatch) -> QuerySet[BatchLine, dict[str, Any]]:
    same = Q(record__volunteer=OuterRef("record__volunteer"))
    same &= Q(record__session=OuterRef("record__session"))
    earlier = BatchLine.objects.filter(
        same, batch__state=ReportBatch.State.REPORTED, batch__number__lt=batch.number
    )
    part = Assignment.objects.filter(
        volunteer=OuterRef("record__volunteer"),
        session=OuterRef("record__session"),
        state__in=HELD,
    )
    role = part.order_by("pk").values("shift__role__name")[:1]
    rows = BatchLine.objects.filter(batch=batch).annotate(
        role=Subquery(role), again=Exists(earlier)
    )
    return (
        rows.order_by(
            "record__session__starts_at", "record__volunteer__sort_key", "record__session"
        )
        .values("record__volunteer", "record__session", "role", "again", *SHOWN)
        .annotate(sum=Sum("record__minutes"))
    )
