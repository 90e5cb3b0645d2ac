"""The throw-away services that `make test` runs in."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import psycopg
import redis

SHOW = (
    "import os, json; print(json.dumps({n: os.environ[n] for n in ('DATABASE_URL', 'REDIS_URL')}))"
)


def test_we_are_talking_to_real_services() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
    assert row is not None and int(row[0]) >= 150000
    assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()


def test_services_end_with_the_command_and_hand_back_its_code() -> None:
    alone = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "backend.launcher",
            "services",
            "--",
            sys.executable,
            "-c",
            f"{SHOW}; exit(7)",
        ],
        env=alone,
        capture_output=True,
        text=True,
    )
    urls = json.loads(done.stdout)
    assert done.returncode == 7
    for url in urls.values():
        assert not os.path.exists(
            url.split("host=")[-1].split("&")[0].removeprefix("unix://").split("?")[0]
        )
