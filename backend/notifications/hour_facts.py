"""What messages about hours are about, read as it is now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from backend.common.bulk import among
from backend.notifications.titles import OF_SESSION, title_of
from backend.records.models import BackEntry, Objection
from backend.records.queries import minutes_of_assignments
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]


def hours_noted(ids: Ids, now: datetime) -> Found:
    """She served there; with the minutes that count."""
    return _parts(Q(attended=True), ids)


def noted_away(ids: Ids, now: datetime) -> Found:
    """It is noted that she was not there, or was excused."""
    return _parts(Q(attended=False), ids)


def _parts(condition: Q, ids: Ids) -> Found:
    known = Assignment.objects.filter(condition, among("pk", ids), attendance__isnull=False)
    rows = known.select_related(*OF_SESSION, "shift__role", "attendance")
    minutes = minutes_of_assignments(ids)
    return {
        one.pk: About(
            key=one.pk,
            title=title_of(one.session),
            role=one.shift.role.name,
            agreed=Agreed.of(one.session),
            state=one.attendance.state,
            why=one.attendance.why,
            number=minutes.get(one.pk, 0),
        )
        for one in rows.order_by("session__starts_at", "pk")
    }


def objection_open(ids: Ids, now: datetime) -> Found:
    """She waits for an answer."""
    return _objections(Q(answered_at=None), ids)


def objection_closed(ids: Ids, now: datetime) -> Found:
    """Somebody has answered."""
    return _objections(Q(answered_at__isnull=False), ids)


def _objections(condition: Q, ids: Ids) -> Found:
    session = "assignment__session"
    rows = Objection.objects.filter(condition, among("pk", ids)).select_related(
        f"{session}__venue", f"{session}__programme", f"{session}__engagement"
    )
    return {
        one.pk: About(
            key=one.assignment_id,
            title=title_of(one.assignment.session),
            agreed=Agreed.of(one.assignment.session),
            why=one.answer,
        )
        for one in rows.order_by("pk")
    }


def back_entry_open(ids: Ids, now: datetime) -> Found:
    """A second person has not decided yet."""
    rows = BackEntry.objects.filter(among("pk", ids), decided_at=None)
    return {pk: About(key=pk) for pk in rows.values_list("pk", flat=True)}


OF_HOURS = (hours_noted, noted_away, objection_open, objection_closed, back_entry_open)
