"""Who runs: one row per process of the background, renewed by its own loop."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """`place` tells several processes of one role apart.

    A process that ends as it should takes its row away, so an old row is a process that is frozen,
    killed or cut off. Backups have a row as well: `at` is then the end of the last good one.
    """

    role = models.CharField(max_length=12)
    place = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "place"], name="one_heartbeat_per_process")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.place} {self.at:%F %T}"
