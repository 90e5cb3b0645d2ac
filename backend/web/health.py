"""For machines: /healthz (this process answers), /readyz (what it stands on), /metrics (numbers).

No personal data in any.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from math import inf

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
BACKUP_GRACE = 2 * 3600.0  # how much later than planned a backup may end


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """503 when pages cannot be served: no database, or tables older than this code. Redis, relay
    and leases only delay things, so with one of them away the answer is 200 and "degraded"; taking
    the process out of service would help nobody.

    What exactly is away is told to whoever may read the numbers, and on a demo.
    """
    facts = foundations()
    ready = facts["database"] == "ok" == facts.get("tables")
    status = "not ready"
    if ready:
        status = "degraded"
        if set(facts.values()) == {"ok"}:
            status = "ready"
    told = facts if settings.DEMO or _may_read(request) else {}
    return JsonResponse({"status": status, **told}, status=200 if ready else 503)


def foundations() -> dict[str, object]:
    """What this process stands on, each "ok" or what is wrong with it in a few words."""
    facts: dict[str, object] = {"database": _ask(_database)}
    if facts["database"] == "ok":
        facts |= {"tables": _ask(_tables), "leases": _ask(_leases)}
        if facts["tables"] == "ok":
            facts |= processes()
            if settings.BACKUP_HOURS:
                facts["backup"] = _ask(_backup)
    facts["redis"] = _ask(_redis)
    return facts


def processes() -> dict[str, str]:
    """Each role of the background: heard of lately, or for how long not."""
    try:
        heard = silences(clock.now())
    except DatabaseError:
        return dict.fromkeys(SILENT, "away")
    facts = {role: _silence(role, seconds) for role, seconds in heard.items()}
    numbering = _ask(_relay)
    if numbering == "ok":
        return facts
    return facts | {"relay": numbering}


def _silence(role: str, seconds: float | None) -> str:
    if seconds is None:
        return "never heard of"
    if seconds <= SILENT[role]:
        return "ok"
    return f"silent for {seconds:.0f} s"


def _backup() -> str:
    age = last_backup(clock.now())
    if age is None:
        return "none yet"
    late = age > settings.BACKUP_HOURS * 3600 + BACKUP_GRACE
    if late:
        return f"{age / 3600:.0f} h old"
    return "ok"


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


def _ask(check: Callable[[], str]) -> str:
    try:
        return check()
    except DatabaseError:
        return "away"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _tables() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return "older than this code: run migrate"
    return "ok"


def _relay() -> str:
    waiting = lag(clock.now())
    if not relay_is_there():
        return "away"
    if max(waiting) < LATE:
        return "ok"
    return f"{max(waiting):.0f} s behind"


def _leases() -> str:
    overdue = overdue_seconds(clock.now())
    if overdue < LATE:
        return "ok"
    return f"{overdue:.0f} s overdue"


def _redis() -> str:
    try:
        doorbell.client().ping()
    except redis.RedisError:
        return "away"
    return "ok"
