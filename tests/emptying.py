"""How tests with transactions of their own leave the database to the next one: without rows.

Django truncates every table, which makes a new file for each table and index, a thousand of them,
and then writes all content types and permissions anew: most of a second, where a test took less.
Here rows are deleted where there are any, and what the migrations wrote stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

WRITTEN_BY_MIGRATIONS = {"django_content_type", "auth_permission"}
# Foreign keys and append-only triggers stand aside in a session that says that it replicates. What
# grew large is truncated after all: the next tests would read past all its dead rows.
EMPTY = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[%s] LOOP
        IF pg_relation_size(name::regclass) > 4000000 THEN
            EXECUTE format('TRUNCATE %%I CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM %%I', name);
        END IF;
    END LOOP;
END $$;
"""


def delete_rows(
    operations: DatabaseOperations, style: object, tables: Sequence[str], **ways: object
) -> list[str]:
    """The statements that empty these tables, in place of Django's TRUNCATE."""
    names = ", ".join(f"'{name}'" for name in sorted({*tables} - WRITTEN_BY_MIGRATIONS))
    return ["SET LOCAL session_replication_role = replica", EMPTY % names] if names else []


def is_superuser() -> bool:
    """Only a superuser may say that his session replicates; any other's tables are truncated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (found,) = cursor.fetchone()
    return bool(found)


def signal_nothing(*given: Any, **ways: Any) -> None:
    """Content types and permissions are still there."""


def begin() -> None:
    """From now on in this process."""
    if is_superuser():
        patch.object(DatabaseOperations, "sql_flush", delete_rows).start()
        patch.object(flush, "emit_post_migrate_signal", signal_nothing).start()
