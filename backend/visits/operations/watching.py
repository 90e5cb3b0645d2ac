"""Who has not said that they are out again: both are asked, then a person is told."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.outbox.kinds import OfVisitDay, VisitAlarmed, VisitHeardSafe, VisitOverdue
from backend.outbox.record import record
from backend.rota.models import Assignment, Session
from backend.rota.policy import begun, over
from backend.rota.states import OPENED
from backend.visits.models import Visit
from backend.visits.operations.day import (
    streams_of_day,
    tell_of_day,
    visit_is_done,
    visit_under_lock,
    was_at_home,
)
from backend.visits.policy import ALARM, INSIDE, MISSED_FOR, OVERDUE


class NobodyMissed(Refusal):
    """Nobody is looked for there: it is still to come, under way, or long ago. Facts: visit."""

    code = "nobody_missed"


KINDS: dict[str, type[OfVisitDay]] = {"asked_at": VisitOverdue, "alarmed_at": VisitAlarmed}


def watch_visits(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Ask the pairs that should be out, and tell a person of those who did not answer; how many.
    One transaction a visit, `go_on` asked after each; repeating adds nothing."""
    late = missing(now).filter(asked_at=None, session__ends_at__lte=now - OVERDUE)
    silent = missing(now).filter(asked_at__lte=now - ALARM, alarmed_at=None)
    asked = [(pk, "asked_at") for pk in late.order_by("pk").values_list("pk", flat=True)]
    told = [(pk, "alarmed_at") for pk in silent.order_by("pk").values_list("pk", flat=True)]
    return work_off((_note(pk, field, now) for pk, field in [*told, *asked]), go_on)


def under_way(now: datetime) -> QuerySet[Visit]:
    """Visits to which somebody went, or should have gone by now, and of which nobody has heard the
    end."""
    there = Assignment.objects.filter(INSIDE, session=OuterRef("session"))
    return Visit.objects.filter(
        begun(now, "session__") | Q(begun_at__isnull=False),
        Exists(there),
        session__state__in=(*OPENED, Session.State.CANCELLED),
        session__ends_at__gte=now - MISSED_FOR,
        finished_at=None,
        safe_at=None,
    )


def missing(now: datetime) -> QuerySet[Visit]:
    """Those that are over by the clock."""
    return under_way(now).filter(over(now, "session__"))


@operation
def hear_safe(*, visit_id: int, actor: User, now: datetime) -> Visit:
    """A coordinator has spoken to those who were missed. Only what began counts as a visit.
    Repeating changes nothing. Raises NobodyMissed; Visit.DoesNotExist."""
    visit = visit_under_lock(Q(pk=visit_id))
    if visit is None:
        raise Visit.DoesNotExist
    if visit.is_over:
        return visit
    if visit.alarmed_at is None and not missing(now).filter(pk=visit_id).exists():
        raise NobodyMissed(visit=visit_id)
    fresh = Visit.objects.filter(pk=visit_id, finished_at=None, safe_at=None)
    if fresh.update(safe_at=now, safe_by=actor):
        if visit.begun_at is not None:
            was_at_home(visit, actor, now)
            visit_is_done(visit, now)
        tell_of_day(VisitHeardSafe, visit, actor, now)
    visit.refresh_from_db()
    return visit


@operation
def _note(visit_id: int, field: str, now: datetime) -> int:
    """Once, whoever else watches."""
    fresh = Visit.objects.filter(pk=visit_id, finished_at=None, safe_at=None, **{field: None})
    if not fresh.update(**{field: now}):
        return 0
    visit = Visit.objects.select_related("session", "request__family").get(pk=visit_id)
    kind = KINDS[field]
    happened = kind(rota=visit.session.rota_id, session=visit.session_id, visit=visit.pk)
    record(happened, streams=streams_of_day(visit), actor=None, now=now)
    return 1
