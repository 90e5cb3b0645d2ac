"""She has opened her inbox."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import operation
from backend.notifications.models import Delivery
from backend.notifications.queries import inbox_of
from backend.notifications.recipients import Addressee
from backend.outbox.kinds import MessagesSeen
from backend.outbox.record import record


@operation
def see_messages(*, person: Addressee, upto: int, actor: User, now: datetime) -> int:
    """She has seen what was in her inbox up to this delivery; how many were new. Repeating changes
    nothing."""
    new = inbox_of(person).filter(seen_at=None, pk__lte=upto)
    ids = tuple(sorted(new.select_for_update(no_key=True).values_list("pk", flat=True)))
    if not ids:
        return 0
    Delivery.objects.filter(pk__in=ids).update(seen_at=now)
    record(
        MessagesSeen(deliveries=ids),
        streams=[f"inbox.{actor.pk}"],
        actor=actor,
        now=now,
    )
    return len(ids)
