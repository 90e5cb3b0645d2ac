"""For machines: /healthz (this process answers), /readyz (what it stands on), /metrics (numbers).

No personal data in any.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from math import inf
from typing import NamedTuple

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Gauge,
    generate_latest,
    multiprocess,
)

from backend.common import clock
from backend.common.heartbeat import SILENT, last_backup, silences
from backend.notifications.channels.budget import spent
from backend.outbox import doorbell
from backend.outbox.queries import lag, relay_is_there
from backend.planning.queries.runs import overdue_seconds

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP")
LATE = 10.0  # seconds; above, an operator should look
NUMBERING = Gauge(
    "moli_outbox_numbering_lag_seconds",
    "Age of the oldest event without a number",
    multiprocess_mode="mostrecent",
)
DISPATCH = Gauge(
    "moli_outbox_dispatch_lag_seconds",
    "Age of the oldest event whose tasks wait",
    multiprocess_mode="mostrecent",
)
LEASE = Gauge(
    "moli_lease_overdue_seconds",
    "How long the oldest solver lease is overdue",
    multiprocess_mode="mostrecent",
)

HEARTBEAT = Gauge(
    "moli_heartbeat_age_seconds",
    "Since the most silent process of a role was heard of; +Inf when there is none",
    ["role"],
    multiprocess_mode="mostrecent",
)
BACKUP = Gauge(
    "moli_backup_age_seconds",
    "Age of the last good backup; +Inf when there is none",
    multiprocess_mode="mostrecent",
)
SENT = Gauge(
    "moli_channel_messages_today",
    "Messages handed to a channel since midnight",
    ["channel"],
    multiprocess_mode="mostrecent",
)
BUDGET = Gauge(
    "moli_channel_budget_messages",
    "Messages that a channel may be handed a day",
    ["channel"],
    multiprocess_mode="mostrecent",
)
SAID = {
    "ok": "ok",
    "away": "away",
    "unheard": "never heard of",
    "silent": "silent for {:.0f} s",
    "behind": "{:.0f} s behind",
    "overdue": "{:.0f} s overdue",
    "no_backup": "none yet",
    "old_backup": "{:.0f} h old",
    "old_tables": "older than this code: run migrate",
}
BACKUP_GRACE = 2 * 3600.0  # how much later than planned a backup may end


class Condition(NamedTuple):
    """How one thing is: a code of SAID, and how many seconds or hours it says. As a text it is what
    a machine is told; a person reads it in her language (operator/status.py)."""

    code: str
    amount: float = 0.0

    def __str__(self) -> str:
        return SAID[self.code].format(self.amount)


OK = Condition("ok")
AWAY = Condition("away")


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """503 when pages cannot be served: no database, or tables older than this code. Redis, relay
    and leases only delay things, so with one of them away the answer is 200 and "degraded"; taking
    the process out of service would help nobody.

    What exactly is away is told to whoever may read the numbers, and on a demo.
    """
    facts = foundations()
    ready = facts["database"] == OK == facts.get("tables")
    status = "not ready"
    if ready:
        status = "degraded"
        if set(facts.values()) == {OK}:
            status = "ready"
    may_read = settings.DEMO or _may_read(request)
    told = {part: str(found) for part, found in facts.items()} if may_read else {}
    return JsonResponse({"status": status, **told}, status=200 if ready else 503)


def foundations() -> dict[str, Condition]:
    """What this process stands on."""
    facts = {"database": _ask(_database)}
    if facts["database"] == OK:
        facts |= {"tables": _ask(_tables), "leases": _ask(_leases)}
        if facts["tables"] == OK:
            facts |= processes()
            if settings.BACKUP_HOURS:
                facts["backup"] = _ask(_backup)
    facts["redis"] = _ask(_redis)
    return facts


def processes() -> dict[str, Condition]:
    """Each role of the background: heard of lately, or for how long not."""
    try:
        heard = silences(clock.now())
    except DatabaseError:
        return dict.fromkeys(SILENT, AWAY)
    facts = {role: _silence(role, seconds) for role, seconds in heard.items()}
    numbering = _ask(_relay)
    if numbering == OK:
        return facts
    return facts | {"relay": numbering}


def _silence(role: str, seconds: float | None) -> Condition:
    if seconds is None:
        return Condition("unheard")
    if seconds <= SILENT[role]:
        return OK
    return Condition("silent", seconds)


def _backup() -> Condition:
    age = last_backup(clock.now())
    if age is None:
        return Condition("no_backup")
    late = age > settings.BACKUP_HOURS * 3600 + BACKUP_GRACE
    if late:
        return Condition("old_backup", age / 3600)
    return OK


def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: with METRICS_TOKEN whoever brings it, otherwise only this machine itself."""
    if not _may_read(request):
        return HttpResponseNotFound("not found", content_type="text/plain")
    waiting = lag(clock.now())
    NUMBERING.set(waiting.numbering)
    DISPATCH.set(waiting.dispatch)
    LEASE.set(overdue_seconds(clock.now()))
    for role, seconds in silences(clock.now()).items():
        HEARTBEAT.labels(role).set(inf if seconds is None else seconds)
    for one in spent(clock.now()):
        SENT.labels(one.channel).set(one.taken)
        BUDGET.labels(one.channel).set(one.most)
    backup = last_backup(clock.now())
    BACKUP.set(inf if backup is None else backup)
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        # as bytes: of texts that are not ASCII the comparison raises
        said = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(said, f"Bearer {settings.METRICS_TOKEN}".encode())
    # through a proxy on this machine everybody comes from this machine
    forwarded = any(name in request.headers for name in FORWARDED)
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not forwarded


def _ask(check: Callable[[], Condition]) -> Condition:
    try:
        return check()
    except DatabaseError:
        return AWAY


def _database() -> Condition:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _tables() -> Condition:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Condition("old_tables")
    return OK


def _relay() -> Condition:
    waiting = lag(clock.now())
    if not relay_is_there():
        return AWAY
    if max(waiting) < LATE:
        return OK
    return Condition("behind", max(waiting))


def _leases() -> Condition:
    overdue = overdue_seconds(clock.now())
    if overdue < LATE:
        return OK
    return Condition("overdue", overdue)


def _redis() -> Condition:
    try:
        doorbell.client().ping()
    except redis.RedisError:
        return AWAY
    return OK
