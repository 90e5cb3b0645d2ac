"""Migration steps that make a table append-only: the database refuses UPDATE, DELETE and TRUNCATE,
whoever asks.

Only the owner of a table may drop its triggers, so a deployment lets the processes in under a role
that owns nothing (docker/app_role.sh). A demo and a test begin anew with empty tables: they say so
in the session, `SET moli.begin_anew = 'on'`, which nothing else does.
"""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
EMPTYING = """
CREATE OR REPLACE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF current_setting('moli.begin_anew', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
BEGIN_ANEW = "SET LOCAL moli.begin_anew = 'on'"


def append_only(table: str) -> migrations.RunSQL:
    """Rows stay as they were written. A table needs never_emptied(), too."""
    trigger = (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change();"
    )
    return migrations.RunSQL(FUNCTION + trigger, f"DROP TRIGGER {table}_append_only ON {table};")


def never_emptied(table: str) -> migrations.RunSQL:
    """TRUNCATE is no DELETE of rows: it needs a trigger of its own."""
    trigger = (
        f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying();"
    )
    return migrations.RunSQL(EMPTYING + trigger, f"DROP TRIGGER {table}_never_emptied ON {table};")
