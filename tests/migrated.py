"""A database as the migrations make it, made once for a server: every database that a test begins
with is a copy of it, which takes a tenth of the time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import psycopg

from tests import emptying
from tests.architecture.source import ROOT
from tests.databases import with_database

LOCK = 7_366_201  # of whoever makes it; of nothing else on the test server
MADE_OF = ("backend/*/migrations/*.py", "backend/common/*.py", "backend/records/chain.py")


def template(url: str) -> str:
    """Its name on the server of this URL, where databases are emptied quickly from then on. Who
    comes while another makes it waits; migrations that were changed make another one."""
    name = f"moli_migrated_{mark()}"
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            make(connection, url, name)
            emptying.allow(url)
    return name


def make(connection: psycopg.Connection[tuple[object, ...]], url: str, name: str) -> None:
    """Under a name that says that it is not done, until it is."""
    half = f"{name}_half"
    connection.execute(f"DROP DATABASE IF EXISTS {half} WITH (FORCE)".encode())
    connection.execute(f"CREATE DATABASE {half}".encode())
    subprocess.run(
        [sys.executable, "-m", "backend.manage", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": with_database(url, half)},
        check=True,
    )
    connection.execute(f"ALTER DATABASE {half} RENAME TO {name}".encode())


def mark() -> str:
    digest = hashlib.sha256()
    for pattern in MADE_OF:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
