"""What must be true of the database whatever died: each check names what is wrong, and an empty
list is good news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from backend.bookings.models import HOLDS_SEATS, Booking
from backend.bookings.policy import free_seats, line_is_open
from backend.common.clock import now
from backend.outbox.models import Event
from backend.outbox.queries import newest
from backend.rota.models import Assignment, Session, Shift


def oversold() -> list[str]:
    """More people than places, or more children than the room has seats."""
    shifts = Shift.objects.annotate(
        n=Count("assignments", filter=Q(assignments__state="active"))
    ).filter(n__gt=F("target"))
    held = Q(bookings__state__in=HOLDS_SEATS)
    rooms = Session.objects.annotate(n=Coalesce(Sum("bookings__seats", filter=held), 0)).filter(
        n__gt=Coalesce(F("seats_max"), 0)
    )
    return [f"shift {h.pk} has {h.n} people for {h.target} places" for h in shifts] + [
        f"session {s.pk} has {s.n} children for {s.seats_max} seats" for s in rooms
    ]


def in_two_places() -> list[str]:
    """Somebody who has two shifts at one time."""
    rows = Assignment.objects.filter(state="active", start_minute__isnull=False).order_by(
        "volunteer", "start_minute"
    )
    found = []
    for one, other in pairwise(rows.values_list("volunteer", "start_minute", "end_minute")):
        if one[0] == other[0] and other[1] < one[2]:
            found.append(f"volunteer {one[0]} is in two places at minute {other[1]}")
    return found


def families_in_two_places() -> list[str]:
    """Families who have seats in two rooms at one time.

    A session that is moved takes its families along; call it where none is.
    """
    rows = Booking.objects.filter(state__in=HOLDS_SEATS).order_by("family", "session__starts_at")
    times = rows.values_list("family", "session__starts_at", "session__ends_at")
    return [
        f"family {one[0]} is in two places at {other[1]}"
        for one, other in pairwise(times)
        if one[0] == other[0] and other[1] < one[2]
    ]


def wrong_counters() -> list[str]:
    """Counters that do not say what the rows say."""
    taken = Count("assignments", filter=Q(assignments__state="active"), distinct=True)
    held = Count("offers", filter=Q(offers__state="pending"), distinct=True)
    open_rotas = ~Q(session__rota__state="closed")  # a closed rota keeps its numbers
    shifts = (
        Shift.objects.filter(open_rotas)
        .annotate(t=taken, h=held)
        .exclude(t=F("taken"), h=F("held"))
    )
    found = [f"shift {s.pk} counts {s.taken} + {s.held}, has {s.t} + {s.h}" for s in shifts]
    carriers = Q(shifts__carries_seats=True)
    staff = (
        Session.objects.exclude(rota__state="closed")
        .annotate(n=Coalesce(Sum(F("shifts__taken") + F("shifts__held"), filter=carriers), 0))
        .exclude(n=F("staff"))
    )
    found += [f"session {s.pk} counts {s.staff} people, its shifts {s.n}" for s in staff]
    seats = Coalesce(Sum("bookings__seats", filter=Q(bookings__state__in=HOLDS_SEATS)), 0)
    return found + [
        f"session {s.pk} counts {s.seats_taken} seats, its bookings {s.n}"
        for s in Session.objects.annotate(n=seats).exclude(n=F("seats_taken"))
    ]


def gaps() -> list[str]:
    """Event numbers that are missing, or given beyond the counter."""
    before = newest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(min(seq), 1), coalesce(max(seq), 0) FROM outbox_event "
            "WHERE seq IS NOT NULL"
        )
        count, low, high = cursor.fetchone()
    found = []
    if count != high - low + 1:
        found.append(f"{high - low + 1 - count} of the event numbers {low} to {high} are missing")
    counter = newest()
    if not before <= high <= counter:  # others may be numbered while it looks
        found.append(f"the last event is {high}, the counter went from {before} to {counter}")
    return found


def forgotten_families(at: datetime | None = None) -> list[str]:
    """Families who wait although their children would fit: somebody's task was lost."""
    found, at = [], at or now()
    for booking in Booking.objects.filter(state="waiting").select_related("session__rota"):
        if (
            line_is_open(booking.session, at)
            and booking.session.state == "open"
            and booking.seats <= free_seats(booking.session)
        ):
            found.append(
                f"booking {booking.pk} waits for {booking.seats} of {free_seats(booking.session)} "
                f"free seats"
            )
    return found


def bookings_of_cancelled_sessions() -> list[str]:
    live = Booking.objects.filter(
        session__state="cancelled", state__in=(*HOLDS_SEATS, "waiting")
    ).values_list("pk", flat=True)
    return [f"booking {pk} is of a cancelled session" for pk in live]


ALWAYS: tuple[Callable[[], list[str]], ...] = (
    oversold,
    in_two_places,
    families_in_two_places,
    wrong_counters,
    gaps,
)
IN_THE_END: tuple[Callable[[], list[str]], ...] = (
    forgotten_families,
    bookings_of_cancelled_sessions,
)  # once all tasks have run


def findings(checks: tuple[Callable[[], list[str]], ...]) -> list[str]:
    return [line for check in checks for line in check()]


def nothing_waits() -> bool:
    """Every event has its number."""
    return not Event.objects.filter(seq__isnull=True).exists()
