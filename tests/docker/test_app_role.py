"""The role that the processes have in a deployment: it works with rows and owns nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from tests.architecture.source import ROOT
from tests.databases import with_database
from tests.migrated import template

# One database and one role of the server for each process that runs them.
NAME = f"moli_role_test_{os.getpid()}"
APP = f"moli_app_test_{os.getpid()}"


@pytest.fixture(scope="module")
def owner() -> Iterator[str]:
    """A database of its own, with tables, and its owner's address."""
    outer = os.environ["DATABASE_URL"]
    if "//moli@/" not in outer:
        pytest.skip(reason="roles are made by a server's superuser: of our private server alone")
    as_owner = outer.replace("//moli@", "//postgres@")
    with psycopg.connect(as_owner, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)".encode())
        admin.execute(f"CREATE DATABASE {NAME} TEMPLATE {template(outer)}".encode())
    url = with_database(as_owner, NAME)
    environment = {**os.environ, "DATABASE_URL": url, "PYTHON": sys.executable}
    app = with_database(f"postgresql://{APP}:a%20word@/{outer.split('@/', 1)[1]}", NAME)
    for _ in range(2):  # after each migration
        command = ["docker/app_role.sh", url, app]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    yield url
    with psycopg.connect(as_owner, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)".encode())
        admin.execute(f"DROP ROLE {APP}".encode())


@pytest.fixture
def app(owner: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"SET ROLE {APP}".encode())
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE accounts_access",
        "SET moli.begin_anew = 'on'; TRUNCATE accounts_access",
        "TRUNCATE rota_session CASCADE",
        "DELETE FROM accounts_access",
        "UPDATE records_servicerecord SET minutes = 0",
        "ALTER TABLE accounts_access DISABLE TRIGGER ALL",
        "DROP TRIGGER accounts_access_append_only ON accounts_access",
        "DROP TABLE accounts_access",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
        "DELETE FROM django_migrations",
        "CREATE TABLE another (n int)",
    ],
)
def test_it_can_neither_empty_nor_change_what_it_does_not_own(
    app: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement.encode())


def test_it_reads_and_writes_rows(app: psycopg.Connection) -> None:
    app.execute(
        "INSERT INTO accounts_access (action, subject, reason, request_id, at) "
        "VALUES ('read', 'child:1', '', '', now())"
    )
    app.execute("INSERT INTO accounts_attempt (key, count, until) VALUES ('k', 1, now())")
    app.execute("DELETE FROM accounts_attempt")
    assert app.execute("SELECT count(*) FROM accounts_access").fetchone() == (1,)
    asked = "SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = %s"
    assert app.execute(asked, [APP]).fetchone() == (False, True)
