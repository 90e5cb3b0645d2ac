#!/bin/sh
# Give the processes a role of their own that owns nothing: it reads and writes rows, and can neither empty a table, nor change one, nor drop the
# triggers that keep records append-only. Safe to run again: after each migration, as `entrypoint.sh migrate` does.
#   app_role.sh OWNER_URL APP_URL     the owner's address, and the address (with the new role's name and password) that the processes use
set -eu
owner=${1:?usage: app_role.sh OWNER_URL APP_URL}
app=${2:?usage: app_role.sh OWNER_URL APP_URL}
"${PYTHON:-python}" - "$app" <<'PYTHON' | "${PSQL:-psql}" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$owner"
import sys

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

words = conninfo_to_dict(sys.argv[1])
role, password = sql.Identifier(words["user"]), sql.Literal(words.get("password") or "")
name = sql.Literal(words["user"])
statements = """
BEGIN;
SELECT pg_advisory_xact_lock(7412);
DO $do$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN CREATE ROLE {role}; END IF;
END $do$;
ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {password};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT SELECT, USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE UPDATE, DELETE ON accounts_access, records_servicerecord FROM {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
COMMIT;
"""
print(sql.SQL(statements).format(name=name, role=role, password=password).as_string(None))
PYTHON
echo "the processes have a role of their own, which owns nothing"
