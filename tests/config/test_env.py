"""Settings read from the environment."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from backend.common.keys import new_keys
from backend.config import env
from tests.architecture.source import ROOT

GOOD = new_keys()["INDEX_KEY"]


@pytest.mark.parametrize(
    "redis, celery",
    [
        ("redis://cache:6379/2", "redis://cache:6379/2"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_celery_gets_its_own_spelling_of_the_same_redis(redis: str, celery: str) -> None:
    assert env.celery_address(redis) == celery


@pytest.mark.parametrize(
    ("url", "named", "options"),
    [
        (
            "postgresql://moli:p%40ss@db.example:6432/moli?sslmode=verify-full&sslrootcert=/ca.pem",
            ("moli", "moli", "p@ss", "db.example", "6432"),
            {"sslmode": "verify-full", "sslrootcert": "/ca.pem"},
        ),
        (
            "postgres://moli@/moli?host=/run/sockets&port=5432",
            ("moli", "moli", "", "/run/sockets", "5432"),
            {},
        ),
        (
            "postgresql://a/moli?target_session_attrs=read-write&connect_timeout=9",
            ("moli", "", "", "a", ""),
            {"target_session_attrs": "read-write", "connect_timeout": "9"},
        ),
    ],
)
def test_an_address_keeps_all_that_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, url: str, named: tuple[str, ...], options: dict[str, str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    found = env.database()
    assert tuple(found[field] for field in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == named
    assert found["OPTIONS"] == options


def test_what_the_address_asks_for_is_added_to_our_own() -> None:
    own = {"connect_timeout": 5, "options": "-c timezone=UTC"}
    asked = {"connect_timeout": "9", "sslmode": "require", "options": "-c search_path=moli"}
    assert env.connect_options(own, asked) == {
        "connect_timeout": "9",
        "sslmode": "require",
        "options": "-c timezone=UTC -c search_path=moli",
    }


def started(**change: str | None) -> tuple[int, str]:
    """How a process ends that reads the settings with these variables, and its last line."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    environment.pop("DEMO", None)
    for name, value in change.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    code = "from django.conf import settings; print(settings.FIELD_KEYS[0].split(':')[0])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return done.returncode, (done.stdout + done.stderr).strip()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"FIELD_KEYS": "abc"},
            "Setting FIELD_KEYS: has an entry that is not id:base64, with a short id of letters "
            "and digits",
        ),
        (
            {"FIELD_KEYS": "k1:!!!!"},
            "Setting FIELD_KEYS: is not base64; `python -m backend.common.keys` prints new ones",
        ),
        (
            {"FIELD_KEYS": "k1:" + base64.b64encode(b"k" * 16).decode()},
            "Setting FIELD_KEYS: has a key of 16 bytes, 32 are needed",
        ),
        (
            {"FIELD_KEYS": f"k1:{GOOD} k1:{GOOD}"},
            "Setting FIELD_KEYS: names the key k1 twice",
        ),
        ({"INDEX_KEY": "eA=="}, "Setting INDEX_KEY: has a key of 1 bytes, at least 32 are needed"),
        (
            {"INDEX_KEY": "nonsense!"},
            "Setting INDEX_KEY: is not base64; `python -m backend.common.keys` prints new ones",
        ),
        (
            {"SECRET_KEY": "x"},
            "Setting SECRET_KEY: has 1 characters; use at least 50 random ones, as `python -m "
            "backend.common.keys` prints them",
        ),
        (
            {"DEMO": "True", "HTTPS": "True"},
            "Setting DEMO: and HTTPS are both on; a deployment has HTTPS alone",
        ),
        (
            {"DEBUG": "True", "HTTPS": "True"},
            "Setting DEBUG: and HTTPS are both on; a deployment has HTTPS alone",
        ),
        (
            {"DATABASE_URL": "postgresql://moli:secret@db/moli?sslmod=require"},
            'Setting DATABASE_URL: cannot be read: invalid URI query parameter: "sslmod"',
        ),
        (
            {"DATABASE_URL": "postgresql://moli:sec%zzret@db/moli"},
            "Setting DATABASE_URL: cannot be read: it is no address of PostgreSQL",
        ),
        (
            {"HTTP_THREADS": "²"},
            "Setting HTTP_THREADS: unexpected value '²', use a whole number from 1 to 100",
        ),
        (
            {"LOG_LEVEL": "info"},
            "Setting LOG_LEVEL: unexpected value 'info', use one of: DEBUG, INFO, WARNING, ERROR, "
            "CRITICAL",
        ),
    ],
)
def test_what_cannot_be_used_refuses_the_start_with_one_line(
    change: dict[str, str], sentence: str
) -> None:
    assert started(**change) == (1, sentence)


@pytest.mark.parametrize(
    "name",
    [
        *("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "CASE_KEYS"),
        *("DATABASE_URL", "REDIS_URL", "METRICS_TOKEN"),
    ],
)
def test_every_secret_may_lie_in_a_file(name: str, tmp_path: Path) -> None:
    secret = {"FIELD_KEYS": f"of-the-file:{GOOD}", "METRICS_TOKEN": "t"}.get(name) or os.environ[
        name
    ]
    file = tmp_path / "secret"
    file.write_text(secret + "\n")
    code, said = started(**{name: None, f"{name}_FILE": str(file)})
    assert code == 0, said
    assert (said == "of-the-file") == (name == "FIELD_KEYS")


def test_a_secret_whose_file_is_missing_refuses_the_start(tmp_path: Path) -> None:
    code, said = started(FIELD_KEYS_FILE=str(tmp_path / "none"))
    assert (code, said) == (
        1,
        f"Setting FIELD_KEYS_FILE: cannot read {tmp_path / 'none'}: No such file or directory",
    )


def test_a_secret_whose_file_is_no_text_refuses_the_start(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"\xff" * 60)
    code, said = started(SECRET_KEY_FILE=str(file))
    assert (code, said) == (1, f"Setting SECRET_KEY_FILE: {file} is not a text in UTF-8")


def test_a_line_that_was_cut_is_noticed_by_both_ends() -> None:
    """Without it whoever waits on one waits for a quarter of an hour, and the server keeps his
    session for two."""
    asked = dict(part.split("=") for part in env.NOTICED_BY_THE_SERVER.replace("-c ", "").split())
    assert set(asked) == {f"tcp_{name.removeprefix('tcp_')}" for name in env.NOTICED}
    options = settings.DATABASES["default"]["OPTIONS"]
    assert {name: options[name] for name in env.NOTICED} == env.NOTICED
    assert env.NOTICED_BY_THE_SERVER in options["options"]
