"""Who is under age in a session with no grown-up."""

from __future__ import annotations

from backend.common.clock import local_day
from backend.rota.models import Assignment, Session
from backend.rota.states import HELD


def minors_alone(session: Session) -> int:
    """How many people under age have said yes to a session to which no grown-up has. One
    statement."""
    if session.starts_at is None:
        return 0
    day = local_day(session.starts_at)
    there = Assignment.objects.filter(session=session, state__in=HELD)
    of_age = there.values_list("volunteer__of_age_on", flat=True)
    young = [on is not None and on > day for on in of_age]
    return len(young) if all(young) else 0
