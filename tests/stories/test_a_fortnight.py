"""Two weeks of a county, lived by chance through pages alone: volunteers, families and coordinators
go wherever a page leads and send what it offers, while the clock moves, runs are made and messages
go out. Nobody is in two places, nothing is sold twice, nothing waits for ever, no page falls, and
no message tells of a child."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.common import clock
from backend.families.models import Child
from backend.outbox.models import Event
from backend.outbox.stored import read
from backend.planning.models import Run
from backend.programmes.models import ADULT
from backend.records.models import Attendance, ServiceRecord
from backend.rota.models import Assignment, Offer, Session
from scheduler.app import app
from scheduler.subscriptions import tasks_of
from tests.factories import (
    MONDAY,
    at,
    make_coordinator,
    make_credential_kind,
    make_family,
    make_organisation,
    make_programme,
    make_rota,
    make_session,
    make_venue,
    make_volunteer,
)
from tests.faults import invariants
from tests.notifications.post import Box, tell
from tests.stories.walking import Walker
from tests.thorough import thorough

pytestmark = pytest.mark.django_db(transaction=True)
HOMES = {
    "volunteer": ("/v/", "/v/mine/", "/v/offers/", "/v/check-in/", "/v/hours/", "/v/me/"),
    "family": ("/f/", "/f/sessions/", "/f/bookings/", "/f/requests/", "/f/me/"),
    "coordinator": ("/c/", "/c/rotas/", "/c/hours/", "/c/volunteers/", "/c/messages/"),
}
BEGINS = at("2026-11-28 09:00")
SAID_BY_NOBODY = "小名不说"
TURN = timedelta(hours=2)
CLOCKS = (  # of the timetable, those that move what people see
    "expire_offers",
    "expire_seats",
    "serve_forgotten",
    "plan_reminders",
    "watch_visits",
    "expire_pair_questions",
    "end_past_visits",
    "award_displayed",
    "issue_displayed",
)


class County:
    """Its people, its clock, and everything that was sent."""

    def __init__(self, seed: int, move) -> None:
        self.chance = random.Random(seed)
        self.move = move
        self.now = BEGINS
        move(self.now)
        self.box = Box("file")
        self.events = 0
        self.organisation = make_organisation()
        make_credential_kind(code=ADULT)
        self.programme = make_programme(roles={"lead": [], "helper": []})
        coordinator = make_coordinator(organisation=self.organisation)
        self.rota = make_rota(organisation=self.organisation, starts_on=MONDAY)
        self.draft = make_rota(
            organisation=self.organisation, starts_on=MONDAY + timedelta(weeks=2), state="draft"
        )
        for rota, first in ((self.rota, 0), (self.draft, 14)):
            self._sessions(rota, first)
        people: list[tuple[str, User]] = [("coordinator", coordinator)]
        for number in range(10):
            row = make_volunteer(organisation=self.organisation, with_user=True)
            row.programmes.add(self.programme)
            assert row.user is not None
            people.append(("volunteer", row.user))
            if number < 8:
                family = make_family(children=["2025-03"] * (1 + number % 2), agreed=True)
                assert family.user is not None
                people.append(("family", family.user))
        for child in Child.objects.all():
            child.nickname = SAID_BY_NOBODY
            child.save()
        self.walkers = [self._walker(role, user) for role, user in people]

    def _sessions(self, rota, first: int) -> None:
        venue = make_venue()
        for day in range(0, 14):
            start = at("2026-11-30 09:30") + timedelta(days=first + day)
            for hours in (0, 5) if day % 3 else (0,):
                make_session(
                    rota=rota,
                    programme=self.programme,
                    venue=venue,
                    starts_at=start + timedelta(hours=hours),
                    shifts=(("lead", 1, 2), ("helper", 0, 2)),
                    seats=(1, 4, 4),
                )

    def _walker(self, role: str, user: User) -> Walker:
        client = Client(raise_request_exception=True)
        client.force_login(user)
        today = clock.local_day(self.now)
        return Walker(role, client, HOMES[role], self.chance, today)

    def walk(self, steps: int) -> None:
        """Somebody does something, several times; what follows from it is done as the relay does
        it."""
        for _ in range(steps):
            role = self.chance.choice(sorted(HOMES))
            walker = self.chance.choice([one for one in self.walkers if one.role == role])
            walker.today = clock.local_day(self.now)
            answer = walker.step()
            assert answer.status_code < 500, walker.steps[-3:]
            self.follow()

    def follow(self) -> None:
        for event in list(Event.objects.order_by("pk")[self.events :]):
            self.events += 1
            happened = read(event.kind, event.payload)
            for name, given in tasks_of(happened) if happened else ():
                app.tasks[name](**given)
        if Event.objects.count() > self.events:
            self.follow()

    def turn(self) -> None:
        """The clock goes on; what it brings is done, and told."""
        self.now += TURN
        self.move(self.now)
        for name in CLOCKS:
            app.tasks[f"scheduler.tasks.clock.{name}"]()
            self.follow()
        tell(self.box, now=self.now)
        self.follow()

    def holds(self) -> None:
        found = invariants.findings(
            (
                invariants.oversold,
                invariants.in_two_places,
                invariants.wrong_counters,
                invariants.bookings_of_cancelled_sessions,
            )
        )
        assert found + invariants.forgotten_families(self.now) + left_for_ever(self.now) == []
        told = [repr(message) for _, message in self.box.got]
        assert [text for text in told if SAID_BY_NOBODY in text] == []


def left_for_ever(now: datetime) -> list[str]:
    """What should have ended with its time."""
    offers = Offer.objects.filter(state="pending", answer_by__lte=now)
    seats = Booking.objects.filter(state__in=("offered", "asked"), answer_by__lte=now)
    runs = Run.objects.filter(state__in=("queued", "running"))
    hours = Attendance.objects.filter(came_at__gt=now)
    beyond = ServiceRecord.objects.filter(minutes__gt=24 * 60)
    twice = [
        f"{one.volunteer_id} twice in {one.session_id}"
        for one in Assignment.objects.filter(state="active")
        if Assignment.objects.filter(
            state="active", session=one.session_id, volunteer=one.volunteer_id
        ).count()
        > 1
    ]
    rows = (*offers, *seats, *runs, *hours, *beyond)
    return [repr(row) for row in rows] + twice


@pytest.fixture(name="move")
def clock_that_moves(monkeypatch: pytest.MonkeyPatch):
    def to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return to


def test_a_fortnight_of_chance_breaks_nothing(move) -> None:
    app.loader.import_default_modules()
    county = County(seed=thorough(1), move=move)
    for _ in range(thorough(6)):  # half a day; THOROUGH=28 is the fortnight
        county.walk(8)
        county.turn()
        county.holds()
    lived = {step.what.split(" ")[0] for walker in county.walkers for step in walker.steps}
    assert lived == {"GET", "POST"}
    assert Session.objects.exists()
