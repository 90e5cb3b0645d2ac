"""The evening the rota opens: many people press the same buttons at once, over real HTTP, signed
in."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Q, Sum

from backend.accounts.models import User
from backend.accounts.sessions import SessionStore
from backend.rota.models import Assignment, Session, Shift
from tests.bench.rig import (
    Webs,
    milliseconds,
    percentile,
    python,
    yardstick,
)
from tests.factories import (
    make_assignment,
    make_engagement,
    make_family,
    make_organisation,
    make_programme,
    make_rota,
    make_session,
    make_venue,
    make_volunteer,
)
from tests.faults.cast import moment, monday

CONNECTIONS, PEOPLE, SHIFTS, PLACES, ATTEMPTS = 64, 400, 200, 5, 2_400
WEB_PROCESSES = 2
Wish = tuple[str, str, str, str]


@dataclass(frozen=True)
class Herd:
    """`rate`: certain answers a second; `cpu`: milliseconds of the web processes' time per attempt;
    `memory`: MiB of all of them; `yardstick`: milliseconds that the yardstick took just before."""

    name: str
    attempts: int
    taken: int
    places: int
    rate: float
    median: float
    p99: float
    worst: float
    cpu: float
    memory: float
    errors: int
    oversold: int
    yardstick: float


def door(user: User) -> tuple[str, str]:
    """The cookie header and the CSRF token of a signed-in browser."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
        str(user.pk),
        settings.AUTHENTICATION_BACKENDS[0],
    )
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = secrets.token_hex(16)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={token}", token


class Evening:
    """A rota of 200 shifts with five places each, 400 people, and what they press; new for every
    run, so that each starts empty."""

    def __init__(self, week: int) -> None:
        programme = make_programme(code="herd", name="值班")
        same = {
            "programme": programme,
            "engagement": make_engagement(programme=programme),
            "venue": make_venue(),
        }
        organisation = make_organisation()
        rota = make_rota(organisation=organisation, starts_on=monday(week), weeks=4)
        starts = [moment(rota, n % 28, 9 + (n // 28) * 0.5) for n in range(SHIFTS)]
        shifts = [
            make_session(
                rota=rota, starts_at=start, minutes=120, shifts=[("lead", 1, PLACES)], **same
            )
            .shifts.get()
            .pk
            for start in starts
        ]
        people = [make_volunteer(organisation=organisation, with_user=True) for _ in range(PEOPLE)]
        doors = [door(person.user) for person in people if person.user]
        self.rota, rng = rota, Random(1)
        self.wishes: list[Wish] = [
            (f"/v/shifts/{rng.choice(shifts)}/claim/", *rng.choice(doors), "")
            for _ in range(ATTEMPTS)
        ]

    def result(self) -> tuple[int, int, int]:
        """Taken, places, and how many were sold beyond a shift's places."""
        taken = Counter(
            Assignment.objects.filter(session__rota=self.rota, state="active").values_list(
                "shift", flat=True
            )
        )
        targets = dict(Shift.objects.filter(session__rota=self.rota).values_list("pk", "target"))
        return (
            sum(taken.values()),
            sum(targets.values()),
            sum(max(0, n - targets[pk]) for pk, n in taken.items()),
        )


class Empty:
    """The smallest request that the server answers: what it costs is the floor under every
    other."""

    def __init__(self, week: int) -> None:
        self.wishes: list[Wish] = [("/healthz", "", "", "")] * ATTEMPTS

    def result(self) -> tuple[int, int, int]:
        return 0, 0, 0


class Morning:
    """Seats of forty classes open; four hundred families press at once."""

    def __init__(self, week: int) -> None:
        programme = make_programme(code="herd", name="值班")
        same = {
            "programme": programme,
            "engagement": make_engagement(programme=programme),
            "venue": make_venue(),
        }
        self.rota = make_rota(starts_on=monday(week), weeks=4)
        starts = [moment(self.rota, n % 28, 9 + n // 28) for n in range(40)]
        sessions = [
            make_session(rota=self.rota, starts_at=start, seats=(0, 25, 25), **same)
            for start in starts
        ]
        for session in sessions:
            make_assignment(
                volunteer=make_volunteer(organisation=self.rota.organisation),
                shift=session.shifts.get(),
            )
        born = f"{monday(week) - timedelta(days=300):%Y-%m}"
        families = [make_family(agreed=True, children=[born]) for _ in range(PEOPLE)]
        homes = [
            (door(family.user), family.children.get().pk) for family in families if family.user
        ]
        rng = Random(1)
        self.wishes: list[Wish] = []
        for _ in range(ATTEMPTS):
            (cookie, token), child = rng.choice(homes)
            self.wishes.append(
                (
                    "/f/confirm/",
                    cookie,
                    token,
                    urlencode({"session": rng.choice(sessions).pk, "child": child}),
                )
            )

    def result(self) -> tuple[int, int, int]:
        """Seats that are confirmed, seats there are, and how many were given beyond a room's."""
        taken = Sum("bookings__seats", filter=Q(bookings__state="confirmed"), default=0)
        rows = list(
            Session.objects.filter(rota=self.rota)
            .annotate(taken=taken)
            .values_list("taken", "seats_max")
        )
        return (
            sum(taken for taken, _ in rows),
            sum(most for _, most in rows),
            sum(max(0, taken - most) for taken, most in rows),
        )


Scene = Evening | Morning | Empty


def rush(
    name: str,
    scene: Scene,
    module: str = "backend.launcher.web",
    *,
    htmx: bool = False,
    warm: int = 100,
) -> Herd:
    """Send all wishes over 64 kept lines; the first few are for what Python loads once and are not
    counted."""
    speed = min(milliseconds(yardstick) for _ in range(9))
    with Webs(module, WEB_PROCESSES) as webs, python("-m", "scheduler.relay"):
        send(webs.port, scene.wishes[:warm], htmx)
        cpu = webs.cpu
        said = send(webs.port, scene.wishes[warm:], htmx)
        spent, memory = webs.cpu - cpu, webs.memory
    times, statuses = (
        [milliseconds for _, milliseconds in said["answers"]],
        Counter(status for status, _ in said["answers"]),
    )
    errors = sum(
        count for status, count in statuses.items() if status >= 500 or status in (401, 403, 404)
    )
    return Herd(
        name,
        len(times),
        *scene.result()[:2],
        len(times) / said["seconds"],
        percentile(times, 0.5),
        percentile(times, 0.99),
        max(times),
        spent * 1000 / len(times),
        memory / 2**20,
        errors,
        scene.result()[2],
        speed,
    )


def send(port: int, wishes: list[Wish], htmx: bool) -> dict:
    with python(
        "-m",
        "tests.bench.herd_crowd",
        str(port),
        str(CONNECTIONS),
        *(["htmx"] if htmx else []),
        pipes=True,
    ) as crowd:
        out, _ = crowd.communicate(json.dumps(wishes) + "\n", timeout=240)
    return json.loads(out)
