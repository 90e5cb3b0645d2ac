"""What a database holds before and after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction

# Rows inserted, changed and deleted so far in this transaction, those that were undone included.
WRITTEN = """
SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid)
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


class Rows:
    """What the tables hold, within one transaction: a table in which nothing was written since it
    was last looked at is not read again."""

    def __init__(self) -> None:
        models = [one for one in apps.get_models() if one._meta.app_label != "sessions"]
        self.tables = sorted(one._meta.db_table for one in models)
        self.written: dict[str, int] = {}
        self.found: dict[str, tuple[int, Any]] = {}

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is written inside is undone at the end."""
        with transaction.atomic():
            kept = self.print()
            yield
            transaction.set_rollback(True)
        self.found, self.written = kept, self._written()

    def print(self) -> dict[str, tuple[int, Any]]:
        """Table → how many rows, and a sum that changes with any of them."""
        now = self._written()
        parts = [
            f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {table} t"
            for table in self.tables
            if table not in self.found or now[table] != self.written[table]
        ]
        if parts:
            with connection.cursor() as cursor:
                cursor.execute(" UNION ALL ".join(parts))
                self.found |= {name: (count, mark) for name, count, mark in cursor.fetchall()}
        self.written = now
        return dict(self.found)

    def _written(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN)
            return dict(cursor.fetchall())
