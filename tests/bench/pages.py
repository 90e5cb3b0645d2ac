"""What the main pages cost, with the whole demo city in the database: statements, rows, processor
time beside a yardstick, bytes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test import Client

from backend.bookings.models import Booking
from backend.demo.people import BY_KEY, user_of
from backend.planning.models import Proposal
from backend.rota.models import Rota, Session
from tests.bench.rig import milliseconds, yardstick
from tests.plans import rows_read, statements_of

TIMES = 12


@dataclass(frozen=True)
class Cost:
    """Inside the application, without the network. cpu: milliseconds of the process's own time, the
    median; `yard`: the same for the yardstick, measured in turns with the page; rows: what
    PostgreSQL looked at; kilobytes of HTML, plain and gzipped."""

    who: str
    path: str
    name: str
    status: int
    statements: int
    rows: int
    cpu: float
    yard: float
    plain: float
    packed: float


def pages() -> Iterator[tuple[str, str, str]]:
    """(whose, address, name for the table). Addresses with a number are named without it."""
    draft = Rota.objects.filter(state="draft").order_by("-weeks")[0]
    published = Rota.objects.filter(state="published").order_by("pk")[0]
    picked = draft.sessions.filter(starts_at__isnull=False).order_by("starts_at", "pk")[0]
    booking = Booking.objects.filter(family__user=user_of(BY_KEY["family"])).order_by("pk").first()
    bookable = (
        Session.objects.filter(
            rota=published, state="open", seats_max__isnull=False, starts_at__isnull=False, group=""
        )
        .order_by("starts_at", "pk")
        .first()
    )
    proposal = Proposal.objects.order_by("-pk").first()
    yield "nobody", "/", "/"
    for path in ("/v/", "/v/?fit=0", "/v/shifts/", "/v/mine/", "/v/me/"):
        yield "volunteer", path, path
    for path in ("/f/", "/f/bookings/", "/f/requests/", "/f/me/"):
        yield "family", path, path
    if bookable:
        yield "family", f"/f/sessions/{bookable.pk}/", "/f/sessions/…/"
    if booking:
        yield "family", f"/f/bookings/{booking.pk}/", "/f/bookings/…/"
    for key in ("city", "county", "village"):
        for path in ("/c/", "/c/rotas/", "/c/volunteers/"):
            yield key, path, path
    board = f"/c/rotas/{draft.pk}/"
    for rest in (
        "",
        "?view=person",
        "?view=table",
        "?view=open",
        f"?pick={picked.pk}",
        "holes/",
        "run-panel/",
    ):
        yield "city", board + rest, "/c/rotas/…/" + rest.replace(str(picked.pk), "…")
    yield "city", f"/c/sessions/{picked.pk}/", "/c/sessions/…/"
    if proposal:
        yield "city", f"/c/proposals/{proposal.pk}/", "/c/proposals/…/"


def costs() -> list[Cost]:
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE"
        )  # the city came all at once; in a deployment autovacuum has counted it
    return [cost(*page) for page in pages()]


def cost(who: str, path: str, name: str) -> Cost:
    client = Client(HTTP_HOST="127.0.0.1")
    if who != "nobody":
        user = user_of(BY_KEY[who])
        assert user is not None, "the demo city is not loaded"
        client.force_login(user)
    statements = statements_of(client, path)
    times, yards = [], []
    for _ in range(TIMES):
        yards.append(milliseconds(yardstick))
        times.append(milliseconds(lambda: client.get(path)))
    answer = client.get(path)
    packed = len(gzip.compress(answer.content, 6)) / 1024
    return Cost(
        who,
        path,
        name,
        answer.status_code,
        len(statements),
        rows_read(statements),
        median(times),
        median(yards),
        len(answer.content) / 1024,
        packed,
    )
