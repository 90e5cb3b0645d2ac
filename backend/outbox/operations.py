"""What the relay and the operator write: the tasks' cursor, the daily pruning, a new epoch after a
restore."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from backend.outbox.models import Event, Stream
from backend.outbox.sequencer import NAME

KEPT = timedelta(hours=24)  # what a page that slept that long can still be told exactly


def mark_dispatched(*, seq: int) -> None:
    """The broker has taken the tasks of all events up to this number."""
    Stream.objects.filter(name=NAME).update(dispatched_seq=Greatest(F("dispatched_seq"), seq))


def prune(*, now: datetime) -> int:
    """Remove events older than a day whose tasks were handed over.

    They are no audit: that is accounts.Access, kept for good.
    """
    done = Stream.objects.filter(name=NAME).values_list("dispatched_seq", flat=True).first() or 0
    return Event.objects.filter(at__lt=now - KEPT, seq__lte=done).delete()[0]


@transaction.atomic
def begin_epoch(*, now: datetime) -> int:
    """After a restore: go on from a number that nobody has ever seen, and return it.

    The restored counter lies behind what pages were told before the loss. From the milliseconds of
    the clock on, no number is used twice (fewer than a thousand events a second), and whoever asks
    from below misses numbers and is told to refresh.
    """
    row, _ = Stream.objects.select_for_update().get_or_create(name=NAME)
    row.last_seq = max(row.last_seq + 1, int(now.timestamp() * 1000))
    row.save(update_fields=["last_seq"])
    return row.last_seq
