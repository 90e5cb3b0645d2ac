"""What the relay, a reader and the operator write: cursors, the daily pruning, a new epoch after a
restore."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min
from django.db.models.functions import Greatest

from backend.common.bulk import among
from backend.outbox.models import Event, Stream
from backend.outbox.sequencer import NAME

KEPT = timedelta(hours=24)  # what a page that slept that long can still be told exactly


def mark_dispatched(*, seq: int) -> None:
    """The broker has taken the tasks of all events up to this number."""
    Stream.objects.filter(name=NAME).update(dispatched_seq=Greatest(F("dispatched_seq"), seq))


def take_events(*, reader: str, kinds: Iterable[str], most: int) -> tuple[list[Event], bool]:
    """The next numbered events of these kinds that this reader has not taken, and whether there may
    be more.

    In the transaction of what the reader makes of them: then each event is taken once, whatever is
    killed. Nothing while another process takes for the same reader. A new reader begins with all
    that is kept.
    """
    Stream.objects.get_or_create(name=reader)
    row = Stream.objects.select_for_update(skip_locked=True).filter(name=reader).first()
    if row is None:
        return [], False
    newest = Stream.objects.filter(name=NAME).values_list("last_seq", flat=True).first() or 0
    rows = Event.objects.filter(
        among("kind", kinds), seq__gt=row.dispatched_seq, seq__lte=newest
    ).order_by("seq")
    taken = list(rows[:most])
    more = len(taken) == most
    seq = taken[-1].seq if more else newest
    if seq is not None and seq > row.dispatched_seq:
        row.dispatched_seq = seq
        row.save(update_fields=["dispatched_seq"])
    return taken, more


def prune(*, now: datetime) -> int:
    """Remove events older than a day whose tasks were handed over and that every reader has taken.

    They are no audit: that is accounts.Access, kept for good.
    """
    done = Stream.objects.aggregate(done=Min("dispatched_seq"))["done"] or 0
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
