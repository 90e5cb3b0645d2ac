"""What happened to somebody's account: she is told, whoever did it."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import operation
from backend.outbox.kinds import OfAccount
from backend.outbox.record import record


@operation
def tell_of_account(kind: type[OfAccount], *, user: User, now: datetime) -> None:
    """Call it in the transaction of what happened, where there is one."""
    record(kind(user=user.pk), streams=(), actor=user, now=now)
