"""What machines ask: alive, ready, how much of what. And what stands in a log line."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from backend.accounts.models import User
from backend.common.clock import now
from backend.common.heartbeat import SILENT, end_heartbeat, note_heartbeat, silences
from backend.common.locking import operation
from backend.common.logs import JsonFormatter, LineFormatter
from backend.common.refusal import Refusal
from backend.outbox.kinds import SessionChanged
from backend.outbox.record import record
from backend.outbox.sequencer import sole_right
from tests.factories import make_coordinator, make_organisation, make_user


def ready(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def test_alive_needs_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.live.position.newest", lambda: 0)
    assert client.get("/healthz").content == b"ok"


def everybody_at_work(**late: float) -> None:
    """A heartbeat of each role, some of them so many seconds ago."""
    for role in SILENT:
        at = now() - timedelta(seconds=late.get(role, 0))
        note_heartbeat(role=role, place=f"{role}@here", now=at)


@pytest.mark.django_db(transaction=True)
def test_ready_says_what_it_stands_on(client: Client) -> None:
    everybody_at_work()
    with sole_right():
        assert ready(client) == (
            200,
            {
                "status": "ready",
                "database": "ok",
                "tables": "ok",
                "relay": "ok",
                "worker": "ok",
                "sender": "ok",
                "solver": "ok",
                "beat": "ok",
                "timetable": "ok",
                "leases": "ok",
                "redis": "ok",
            },
        )
    assert ready(client)[1]["relay"] == "away"
    assert ready(client)[1]["status"] == "degraded"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", list(SILENT))
def test_a_frozen_process_is_named_everywhere(client: Client, role: str) -> None:
    everybody_at_work(**{role: 90.0})
    client.force_login(make_coordinator(organisation=make_organisation(), role="operator"))
    with sole_right():
        code, facts = ready(client)
        page = client.get(reverse("operator:status")).content.decode()
    assert (code, facts["status"]) == (200, "degraded")
    assert {name for name in SILENT if facts[name] != "ok"} == {role}
    assert re.fullmatch(r"silent for \d+ s", facts[role])
    assert page.count(" 秒没有动静") == 1
    numbers = client.get("/metrics").content.decode()
    (age,) = re.findall(rf'moli_heartbeat_age_seconds\{{role="{role}"\}} (\S+)', numbers)
    assert float(age) >= 90


@pytest.mark.django_db
def test_a_role_that_never_came_up_is_named(client: Client) -> None:
    facts = ready(client)[1]
    assert facts["relay"] == "away"
    assert {facts[role] for role in SILENT if role != "relay"} == {"never heard of"}
    assert (
        'moli_heartbeat_age_seconds{role="solver"} +Inf' in client.get("/metrics").content.decode()
    )


@pytest.mark.django_db
def test_one_frozen_of_two_is_seen_and_one_replaced_is_forgotten(client: Client) -> None:
    moment = now()
    note_heartbeat(role="solver", place="solver@one", now=moment)
    note_heartbeat(role="solver", place="solver@two", now=moment - timedelta(seconds=50))
    assert silences(moment)["solver"] == 50
    note_heartbeat(role="solver", place="solver@two", now=moment - timedelta(seconds=301))
    assert silences(moment)["solver"] == 0
    end_heartbeat(role="solver", place="solver@one")
    assert silences(moment)["solver"] == 301


@pytest.mark.django_db(transaction=True)
def test_a_late_backup_is_named_where_backups_are_made(client: Client, settings: Settings) -> None:
    assert "backup" not in ready(client)[1]
    settings.BACKUP_HOURS = 24
    assert ready(client)[1]["backup"] == "none yet"
    note_heartbeat(role="backup", now=now() - timedelta(hours=25))
    assert ready(client)[1]["backup"] == "ok"
    note_heartbeat(role="backup", now=now() - timedelta(hours=27))
    assert ready(client)[1]["backup"] == "27 h old"
    (age,) = re.findall(
        r"^moli_backup_age_seconds (\S+)", client.get("/metrics").content.decode(), re.M
    )
    assert 27 * 3600 <= float(age) < 27 * 3600 + 60


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "web:8000", "10.0.3.7", "-", "roster.example"])
def test_machines_ask_by_any_name(client: Client, settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["roster.example"]
    settings.METRICS_TOKEN = "right"
    settings.SECURE_SSL_REDIRECT = True
    asked = {"Host": host, "Authorization": "Bearer right"}
    codes = [
        client.get(f"/{p}", headers=asked).status_code for p in ("healthz", "readyz", "metrics")
    ]
    assert codes == [200, 200, 200]
    if host != "roster.example":
        assert client.get("/", headers=asked, secure=True).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_late_relay_and_a_dead_redis_are_named_and_pages_go_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        record(
            SessionChanged(rota=1, session=7),
            streams=["session.1"],
            now=now() - timedelta(seconds=40),
            actor=None,
        )
    import redis

    monkeypatch.setattr(
        "backend.outbox.doorbell.client",
        lambda: redis.Redis(unix_socket_path="/nowhere/valkey.sock"),
    )
    everybody_at_work()
    with sole_right():
        code, facts = ready(client)
    assert (code, facts["status"], facts["redis"]) == (200, "degraded", "away")
    assert re.match(r"4\d s", facts["relay"])


@pytest.mark.django_db
def test_without_a_database_it_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> str:
        raise OperationalError("the database is away")

    monkeypatch.setattr("backend.web.health._database", away)
    code, facts = ready(client)
    assert (code, facts["status"], facts["database"]) == (503, "not ready", "away")


@pytest.mark.django_db
def test_older_tables_are_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'outbox' AND name = '0002_sequencer'"
        )
    code, facts = ready(client)
    assert (code, facts["status"]) == (503, "not ready")


class Full(Refusal):
    code = "full"


@operation
def measured_verb(*, refuse: bool) -> None:
    if refuse:
        raise Full(shift=1)


@pytest.mark.django_db
def test_metrics_count_every_operation_by_outcome(client: Client) -> None:
    measured_verb(refuse=False)
    for _ in range(2):
        with pytest.raises(Full):
            measured_verb(refuse=True)
    text = client.get("/metrics").content.decode()
    assert 'moli_operation_seconds_count{operation="measured_verb",outcome="done"} 1.0' in text
    assert 'moli_operation_seconds_count{operation="measured_verb",outcome="full"} 2.0' in text
    for name in (
        "moli_outbox_numbering_lag_seconds",
        "moli_lease_overdue_seconds",
        "moli_sockets ",
        "moli_sockets_lagging",
        "moli_resyncs_total",
    ):
        assert name in text


@pytest.mark.django_db
def test_metrics_are_for_this_machine_or_who_has_the_token(
    client: Client, settings: pytest.FixtureRequest
) -> None:
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    settings.METRICS_TOKEN = "right"  # type: ignore[attr-defined]
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer ÿ"}).status_code == 404
    assert client.get("/readyz", headers={"Authorization": "Bearer ÿ"}).status_code == 200
    assert (
        client.get(
            "/metrics", headers={"Authorization": "Bearer right"}, REMOTE_ADDR="192.0.2.7"
        ).status_code
        == 200
    )


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_its_page_and_no_address(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "moli.request")
    client.get("/healthz?phone=13800000000", headers={"X-Request-Id": "0123456789abcdef"})
    (line,) = [entry for entry in caplog.records if entry.name == "moli.request"]
    assert line.facts["page"] == "healthz" and line.facts["status"] == 200  # type: ignore[attr-defined]
    assert "13800000000" not in JsonFormatter().format(line)


@pytest.mark.django_db
def test_a_database_refusal_in_the_log_does_not_repeat_the_row() -> None:
    phone = "138" + "0" * 8  # not as it stands in this file, whose lines are part of a trace
    make_user(username=phone)
    try:
        with transaction.atomic():
            User.objects.create(username=phone)
    except IntegrityError as error:
        entry = logging.LogRecord(
            "moli",
            logging.ERROR,
            __file__,
            1,
            "failed",
            None,
            (type(error), error, error.__traceback__),
        )
        line = json.loads(JsonFormatter().format(entry))
    assert "accounts_user_username_key" in line["trace"]
    assert phone not in line["trace"]


TELL = """
import sys
from types import SimpleNamespace
import django
django.setup()
from backend.live import measures
from backend.web import health
measures.count([SimpleNamespace(waits=False)] * int(sys.argv[1]) + [SimpleNamespace(waits=True)])
health.NUMBERING.set(float(sys.argv[2]))
"""
ASK = """
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_several_web_processes_are_counted_together_and_lag_is_what_was_seen_last(
    tmp_path: Path,
) -> None:
    def python(code: str, *arguments: str) -> str:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "backend.config.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        }
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    python(TELL, "2", "30")  # in the middle of an outage
    python(TELL, "3", "0")
    numbers = dict(
        line.rsplit(" ", 1) for line in python(ASK).splitlines() if line.startswith("moli_")
    )
    assert (numbers["moli_sockets"], numbers["moli_sockets_lagging"]) == ("7.0", "2.0")
    assert numbers["moli_outbox_numbering_lag_seconds"] == "0.0"


@pytest.mark.django_db
def test_a_log_names_the_page_and_never_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = next(
        handler for handler in logging.root.handlers if isinstance(handler.formatter, LineFormatter)
    )
    assert isinstance(ours, logging.StreamHandler)
    heard = io.StringIO()
    monkeypatch.setattr(ours, "stream", heard)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(make_user())
    assert client.post("/v/shifts/4711/claim/").status_code == 403
    assert client.get("/v/shifts/4711/").status_code == 404

    def broken(user: int) -> list[object]:
        raise RuntimeError("out of order")

    monkeypatch.setattr("backend.web.volunteer.guard._behind", broken)
    assert client.get("/v/shifts/4711/").status_code == 500
    said = heard.getvalue()
    assert (
        "4711" not in said
        and "Internal Server Error: volunteer:" in said
        and "out of order" in said
        and "Forbidden (" in said
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "header", "told"),
    [
        ("127.0.0.1", {}, True),
        ("203.0.113.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, False),
        ("127.0.0.1", {"X-Real-IP": "203.0.113.7"}, False),
    ],
)
def test_a_stranger_learns_whether_and_not_what(
    line: str, header: dict[str, str], told: bool
) -> None:
    """A proxy on the same machine makes everybody come from this machine."""
    client = Client(REMOTE_ADDR=line, headers=header)
    assert (set(ready(client)[1]) == {"status"}) != told
    assert (client.get("/metrics").status_code == 200) == told
