"""Her hours as an organisation may prove them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from backend.common.clock import local_day, local_midnight
from backend.organisations.models import Organisation
from backend.proofs.content import StatementLine
from backend.records.models import ServiceRecord


def records_in(
    volunteer_id: int, organisation: Organisation, first: date, last: date
) -> QuerySet[ServiceRecord]:
    """What the organisation, and those below it, recorded of her sessions that began on these
    days."""
    return ServiceRecord.objects.filter(
        volunteer=volunteer_id,
        organiser__path__startswith=organisation.path,
        session__starts_at__gte=local_midnight(first),
        session__starts_at__lt=local_midnight(last + timedelta(days=1)),
    )


def lines_in(
    volunteer_id: int, organisation: Organisation, first: date, last: date
) -> list[StatementLine]:
    """A line for each session in which something counts, the earliest first. One statement."""
    rows = (
        records_in(volunteer_id, organisation, first, last)
        .order_by("session__starts_at", "session")
        .values_list("session", "session__starts_at", "session__title", "session__venue__name")
        .annotate(sum=Sum("minutes"))
    )
    return [
        StatementLine(local_day(at).isoformat(), title, place or "", minutes)
        for _session, at, title, place, minutes in rows
        if at is not None and minutes > 0
    ]


def issuers_of(volunteer_id: int) -> list[Organisation]:
    """Whom she may ask: the organisations that recorded hours of hers and all above them, from the
    top down. Two statements."""
    recorded = ServiceRecord.objects.filter(volunteer=volunteer_id)
    paths = set(recorded.values_list("organiser__path", flat=True).distinct())
    above = {int(pk) for path in paths for pk in path.strip(".").split(".")}
    return list(Organisation.objects.filter(pk__in=above).order_by("path"))
