"""Of a pair's visit that should have been and that nobody told of: its mentor is asked the day
after, and once the days of grace are over the desk is told. By day alone; each once for a day on
which a visit was expected."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from backend.common.clock import local_day
from backend.common.deadlines import next_waking
from backend.notifications.models import Delivery
from backend.notifications.operations.planning import Told
from backend.notifications.recipients import Addressee
from backend.notifications.responsible import responsible
from backend.pairs.models import Pair
from backend.pairs.policy import GRACE
from backend.pairs.states import PairState

LATEST = timedelta(days=7)  # a clock that stood still for longer leaves it to the pages


def late_pairs(now: datetime) -> list[Told]:
    """Three statements at the most, none at night."""
    if next_waking(now) != now:
        return []
    today = local_day(now)
    return [*_mentors(today, now), *_desks(today - GRACE, now)]


def _mentors(before: date, now: datetime) -> list[Told]:
    found = _untold("pair_late", before).values_list("cause", "pk", "mentor_id")
    return [
        (cause, "pair_late", Addressee(volunteer=mentor), [pk], now, now)
        for cause, pk, mentor in found
    ]


def _desks(before: date, now: datetime) -> list[Told]:
    rows = _untold("pair_lagging", before)
    found = list(rows.values_list("cause", "pk", "child__organisation__path"))
    desks = responsible({pk: path for _cause, pk, path in found}) if found else {}
    return [
        (cause, "pair_lagging", Addressee(user=user), [pk], now, now)
        for cause, pk, _path in found
        for user in desks[pk]
    ]


def _untold(message: str, before: date) -> QuerySet[Any]:
    """Those whose visit was expected by a day before that one; each with its `cause`."""
    cause = Concat(
        Value(f"{message}."),
        Cast("pk", CharField()),
        Value("."),
        Cast("due_on", CharField()),
        output_field=CharField(),
    )
    told = Delivery.objects.filter(cause=OuterRef("cause"), kind=message)
    late = Pair.objects.filter(
        state=PairState.STANDING, due_on__lt=before, due_on__gte=before - LATEST
    )
    return late.annotate(cause=cause).filter(~Exists(told)).order_by("pk")
