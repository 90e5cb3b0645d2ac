"""What it costs to tell a whole city: `told()` on a database in which a city's proposal was just
published; `table()` for the page of figures.

Twice: all whom the publication asked or seated, and the reminders of a day on which as many people
have something to come to as the city has volunteers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.bookings.models import Booking
from backend.bookings.states import BookingState
from backend.common.bulk import among
from backend.common.clock import now
from backend.notifications.channels.base import Channel
from backend.notifications.models import Delivery
from backend.notifications.operations import plan_deliveries, plan_reminders, send_due
from backend.rota.models import Assignment, Session
from tests.notifications.post import Box
from tests.outbox.numbering import number_all

PEOPLE = 11_000  # with something to come to on that day
NOON = 12
TARGET = 10  # seconds of processor time for the reminders of such a day


@dataclass(frozen=True)
class Told:
    """`people` were told, `messages` left the house; processor seconds of planning and of sending,
    and the statements of planning."""

    what: str
    people: int
    messages: int
    statements: int
    planned: float
    sent: float


def told() -> list[Told]:
    number_all()
    noon = now().replace(hour=NOON - 8, minute=0)  # in waking hours: nothing waits for the morning
    publication = _measured("a publication", lambda at: plan_deliveries(now=at), noon)
    _everybody_on(noon + timedelta(hours=24))
    reminders = _measured("the day before", lambda at: plan_reminders(now=at), noon)
    return [publication, reminders]


def _measured(what: str, plan: Callable[[datetime], int], at: datetime) -> Told:
    box = Box()
    channels: Mapping[str, Channel] = {"file": box}
    before = Delivery.objects.count()
    began = time.process_time()
    with CaptureQueriesContext(connection) as captured:
        plan(at)
    planned = time.process_time() - began
    began = time.process_time()
    send_due(channels=channels, now=at)
    sent = time.process_time() - began
    people = Delivery.objects.count() - before
    return Told(what, people, len(box.got), len(captured), planned, sent)


def _everybody_on(day: datetime) -> None:
    """Sessions are moved to one moment until enough people hold a place or a seat in them. Only
    the rows: nobody is asked."""
    seats = Booking.objects.filter(state__in=(BookingState.OFFERED, BookingState.CONFIRMED))
    held = Assignment.objects.filter(state=Assignment.State.ACTIVE).values_list("session")
    holding = [pk for (pk,) in held.union(seats.values_list("session"), all=True)]
    moved = set(sorted(holding)[:PEOPLE])
    moment = day - timedelta(minutes=1)
    rows = Session.objects.filter(among("pk", moved))
    rows.update(starts_at=moment, ends_at=moment + timedelta(hours=1), state=Session.State.OPEN)
    seats.filter(among("session", moved)).update(state=BookingState.CONFIRMED)


def table(found: list[Told]) -> list[str]:
    """Lines of Markdown."""
    return [
        "## A whole city is told",
        "",
        "Into every inbox and out by a channel that takes all; the words are made one by one, "
        f"because each is asked once more whether it is still true. Wanted: the reminders of "
        f"{PEOPLE:,} people in {TARGET} s of processor time.",
        "",
        "| what | people | messages | statements of planning | planning, CPU s | telling, CPU s |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {t.what} | {t.people:,} | {t.messages:,} | {t.statements} | {t.planned:.1f} | "
            f"{t.sent:.1f} |"
            for t in found
        ),
        "",
    ]
