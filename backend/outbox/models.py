"""What happened, in the order in which it was committed.

Ids and versions only: no HTML, no personal data.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q


class CurrentTransaction(Func):
    """The id of the writing transaction, as a plain number; readers wait until every older one has
    ended."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
    arity = 0


class Event(models.Model):
    """One thing that happened.

    `seq` is stamped later, by the relay alone, in commit order and without gaps.
    """

    seq = models.BigIntegerField(null=True, unique=True)
    transaction_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    kind = models.CharField(max_length=40)
    streams = ArrayField(models.CharField(max_length=40))
    payload = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        # Each index costs every write of the platform; readers go by `seq` alone.
        indexes = [
            models.Index(
                fields=["transaction_id", "id"],
                name="event_unsequenced",
                condition=Q(seq__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq or 'unsequenced'}"


class Stream(models.Model):
    """The sequencer's single row: the last number given, and the last one whose tasks the broker
    has taken.

    Numbers never go back. After a restore from a backup `moli bump-epoch` jumps ahead of all
    that were ever given.
    """

    name = models.CharField(max_length=20, primary_key=True)
    last_seq = models.BigIntegerField(default=0)
    dispatched_seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.last_seq}"
