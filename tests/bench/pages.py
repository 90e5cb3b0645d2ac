"""How long the main pages take and how many statements they need, with the whole demo city in the database."""
from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.demo.people import BY_KEY, user_of

VOLUNTEER, FAMILY = ("/v/", "/v/mine/", "/v/me/"), ("/f/", "/f/bookings/", "/f/requests/")
COORDINATOR = ("/c/", "/c/rotas/", "/c/volunteers/")
PAGES = {"volunteer": VOLUNTEER, "family": FAMILY, "city": COORDINATOR, "village": COORDINATOR}  # the demo's people, by key
TIMES = 12


@dataclass(frozen=True)
class Cost:
    """Milliseconds inside the application, without the network; `cpu` is the process's own time."""

    who: str
    path: str
    status: int
    statements: int
    median: float
    worst: float
    cpu: float
    kilobytes: float


def costs() -> list[Cost]:
    found = []
    for key, paths in PAGES.items():
        user = user_of(BY_KEY[key])
        assert user is not None, "the demo city is not loaded"
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(user)
        found += [cost(client, key, path) for path in paths]
    return found


def cost(client: Client, who: str, path: str) -> Cost:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    statements = len(captured)  # the next request empties the log
    times, cpu = [], time.process_time()
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    spent = (time.process_time() - cpu) * 1000 / TIMES
    return Cost(who, path, answer.status_code, statements, median(times), max(times), spent, len(answer.content) / 1024)
