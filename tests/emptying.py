"""How tests with transactions of their own leave the database to the next one: without rows.

Django truncates every table, which makes a new file for each table and index, a thousand of them,
and then writes all content types and permissions anew: most of a second, where a test took less.
Here rows are deleted where there are any, and what the migrations wrote stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from unittest.mock import patch

import psycopg
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations

WRITTEN_BY_MIGRATIONS = {"django_content_type", "auth_permission"}
# Foreign keys and append-only triggers stand aside in a session that says that it replicates. What
# grew large is truncated after all: the next tests would read past all its dead rows.
EMPTY = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[NAMES] LOOP
        IF pg_relation_size(name::regclass) > 4000000 THEN
            EXECUTE format('TRUNCATE %I CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END $$;
"""


def statements(connection: psycopg.Connection[Any], tables: Iterable[str]) -> list[str]:
    """What empties these tables, in one transaction. Only a superuser may say that his session
    replicates; any other's tables are truncated."""
    names = sorted({*tables} - WRITTEN_BY_MIGRATIONS)
    if connection.info.parameter_status("is_superuser") != "on":
        return [f"TRUNCATE {', '.join(names)} CASCADE"]
    quoted = ", ".join(f"'{name}'" for name in names)
    return ["SET LOCAL session_replication_role = replica", EMPTY.replace("NAMES", quoted)]


def flushed(operations: DatabaseOperations, style: object, tables: Sequence[str], **_: Any) -> Any:
    """In place of Django's TRUNCATE."""
    return statements(operations.connection.connection, tables)


def signal_nothing(*given: Any, **ways: Any) -> None:
    """Content types and permissions are still there."""


def begin() -> None:
    """From now on in this process."""
    patch.object(DatabaseOperations, "sql_flush", flushed).start()
    patch.object(flush, "emit_post_migrate_signal", signal_nothing).start()
