"""The door, and what it was about, are kept for a while after it is over, and then no more."""

from __future__ import annotations

from datetime import datetime

from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.visits.models import VisitRequest
from backend.visits.operations.ending import forget_words
from backend.visits.policy import VISIT_KEPT


def forget_visits(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """How many; one transaction each, `go_on` asked after each."""
    rows = VisitRequest.objects.filter(ended_at__lte=now - VISIT_KEPT, address__isnull=False)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    return work_off((_forget(pk) for pk in found), go_on)


@operation
def _forget(request_id: int) -> int:
    forget_words(VisitRequest.objects.get(pk=request_id))
    return 1
