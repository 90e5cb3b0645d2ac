"""A coordinator calls a visit off."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.refusal import Refusal
from backend.planning import operations as planning
from backend.rota.models import Session
from backend.visits.models import Visit
from backend.visits.operations.day import visit_under_lock
from backend.visits.operations.ending import went_in


class VisitUnderWay(Refusal):
    """They are in the home, or came out of it: there is nothing to call off. Facts: session, over
    (somebody has said that it is)."""

    code = "visit_under_way"


@operation
def call_off(*, session_id: int, because: str, seen: str, actor: User, now: datetime) -> Session:
    """As planning.operations.call_off_session(), of any session. Who is in a home, or was, keeps
    her place and her hours, and is looked for until she is out. Raises VisitUnderWay, and what that
    raises."""
    _refuse_under_way(visit_under_lock(Q(session=session_id)))
    return planning.call_off_session(
        session_id=session_id, because=because, seen=seen, actor=actor, now=now
    )


def refuse_under_way(session_id: int) -> None:
    """Before somebody is asked for her reason. Raises VisitUnderWay."""
    _refuse_under_way(Visit.objects.filter(session=session_id).first())


def _refuse_under_way(visit: Visit | None) -> None:
    if visit is not None and (visit.is_over or went_in(visit)):
        raise VisitUnderWay(session=visit.session_id, over=visit.is_over)
