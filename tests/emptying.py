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

from tests.databases import with_database

WRITTEN_BY_MIGRATIONS = {"django_content_type", "auth_permission"}
MAY = "SELECT has_parameter_privilege('session_replication_role', 'SET')"
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


def allow(url: str) -> None:
    """Let the role of our private server say it; of a server that somebody brought, nothing is
    changed."""
    if "//moli@/" in url:
        as_owner = with_database(url.replace("//moli@", "//postgres@"), "postgres")
        with psycopg.connect(as_owner, autocommit=True) as connection:
            connection.execute("GRANT SET ON PARAMETER session_replication_role TO moli")


def statements(connection: psycopg.Connection[Any], tables: Iterable[str]) -> list[str]:
    """What empties these tables, in one transaction; truncated where this role may not say that its
    session replicates."""
    names = sorted({*tables} - WRITTEN_BY_MIGRATIONS)
    (may,) = connection.execute(MAY).fetchone() or (False,)
    if not may:
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
