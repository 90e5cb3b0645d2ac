"""What coordinators write down about a volunteer for each other."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import RemarkWritten
from backend.volunteers.models import Remark
from backend.volunteers.operations.erased import lock_whoever_is_here
from backend.volunteers.operations.telling import changed

LONGEST_REMARK = 300


class RemarkEmpty(Refusal):
    """There is nothing to write down."""

    code = "remark_empty"


@operation
def write_remark(*, volunteer_id: int, text: str, actor: User, now: datetime) -> Remark:
    """Write it down for whoever coordinates her. Raises RemarkEmpty, DataErased,
    Volunteer.DoesNotExist."""
    row = lock_whoever_is_here(volunteer_id)
    text = line(text)[:LONGEST_REMARK]
    if not text:
        raise RemarkEmpty
    remark = Remark.objects.create(volunteer=row, author=actor, at=now, text=text)
    changed(RemarkWritten(volunteer=row.pk), "change", "remark", actor=actor, now=now)
    return remark
