"""What the main pages cost, with the whole demo city in the database: statements, rows, processor
time beside a yardstick, bytes."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test import Client

from backend.bookings.models import Booking
from backend.demo.people import BY_KEY, user_of
from backend.planning.models import Proposal
from backend.rota.models import Rota, Session
from backend.rota.snapshot.around import pool_of
from tests.bench.rig import milliseconds, yardstick
from tests.plans import rows_read, statements_of

TIMES = 12
FRAGMENTS = ("/v/shifts/", "/c/rotas/…/run-panel/")  # parts of a page, in themselves no page


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
    among_most = crowded(draft)
    yield "nobody", "/", "/"
    for path in (
        "/v/",
        "/v/?fit=0",
        "/v/shifts/",
        "/v/mine/",
        "/v/me/",
        "/v/check-in/",
        "/v/hours/",
    ):
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
    yield "city", f"/c/sessions/{among_most.pk}/ask/", "/c/sessions/…/ask/"
    if proposal:
        yield "city", f"/c/proposals/{proposal.pk}/", "/c/proposals/…/"


def crowded(rota: Rota) -> Session:
    """The session near which most people live: finding somebody for it costs most."""
    timed = rota.sessions.filter(starts_at__isnull=False).order_by("latitude", "longitude", "pk")
    places = timed.distinct("latitude", "longitude").select_related("rota__organisation")
    return max(places, key=lambda session: len(pool_of(session).near))


@dataclass(frozen=True)
class Beside:
    """A page and the board of a whole city, shown in turns: milliseconds from request to answer,
    PostgreSQL's part in them, and of the process's own time. Medians."""

    name: str
    wall: float
    cpu: float
    board_wall: float
    board_cpu: float


def beside_the_board() -> list[Beside]:
    """What a coordinator opens most: her day, and whom to ask where most people live."""
    draft = Rota.objects.filter(state="draft").order_by("-weeks")[0]
    client = Client(HTTP_HOST="127.0.0.1")
    user = user_of(BY_KEY["city"])
    assert user is not None, "the demo city is not loaded"
    client.force_login(user)
    board = f"/c/rotas/{draft.pk}/"
    wanted = {"/c/": "/c/", "/c/sessions/…/ask/": f"/c/sessions/{crowded(draft).pk}/ask/"}
    return [_in_turns(client, name, path, board) for name, path in wanted.items()]


def _in_turns(client: Client, name: str, path: str, board: str) -> Beside:
    for address in (path, board):
        client.get(address)
    times = [(*_shown(client, path), *_shown(client, board)) for _ in range(TIMES)]
    return Beside(name, *map(median, zip(*times, strict=True)))


def _shown(client: Client, path: str) -> tuple[float, float]:
    began = time.perf_counter()
    cpu = milliseconds(lambda: client.get(path))
    return (time.perf_counter() - began) * 1000, cpu


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
