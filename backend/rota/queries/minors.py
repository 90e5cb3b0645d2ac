"""Who is under age in a session with no grown-up."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from backend.common.clock import local_day
from backend.common.under_age import under_age
from backend.rota.models import Assignment, Session
from backend.rota.states import HELD


def with_ages(sessions: QuerySet[Session]) -> QuerySet[Any]:
    """Each with the days on which those who said yes come of age (`of_age_on`)."""
    there = Assignment.objects.filter(session=OuterRef("pk"), state__in=HELD).order_by("pk")
    return sessions.annotate(of_age_on=ArraySubquery(there.values("volunteer__of_age_on")))


def minors_alone(session: Session) -> int:
    """How many people under age have said yes to a session to which no grown-up has. Reads
    with_ages()."""
    young = _under_age(session)
    return len(young) if all(young) else 0


def minors_minded(session: Session) -> int:
    """How many people under age have said yes to a session to which a grown-up has, too. Reads
    with_ages()."""
    young = _under_age(session)
    return 0 if all(young) else sum(young)


def _under_age(session: Session) -> list[bool]:
    """Of each who has said yes."""
    if session.starts_at is None:
        return []
    day = local_day(session.starts_at)
    of_age_on = session.of_age_on or ()  # type: ignore[attr-defined]  # annotated
    return [under_age(on, day) for on in of_age_on]
