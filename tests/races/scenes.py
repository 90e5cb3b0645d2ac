"""What is raced for: places on shifts, and seats in rooms.

Made once; `prepare` lays out a new month for each contest.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from random import Random
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet, Sum

from backend.bookings import operations as seats
from backend.bookings.models import HOLDS_SEATS, LIVE, Booking
from backend.common.clock import minute_of
from backend.rota import operations as rota
from backend.rota.models import Assignment, Session, Shift
from tests.factories import (
    NOW,
    at,
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
from tests.faults import invariants

PEOPLE = 400
LOOKING = 0.005  # seconds between looking and writing: what a view does there, in the controls
# So many people make this share of all attempts, for the sessions of the first two days: thumbs
# faster than pages.
HASTY = 12
HASTE = 0.25


class Scene(ABC):
    """`tells`: the kinds of event of which each yes has one."""

    kind = ""
    tells: tuple[str, ...] = ()
    a_day = 0
    people: list[int]
    places: list[int]

    def __init__(self) -> None:
        self.organisation = make_organisation()
        programme = make_programme(code="race", name="值班")  # its roles ask for nothing
        self.same: dict[str, Any] = {
            "programme": programme,
            "engagement": make_engagement(programme=programme),
            "venue": make_venue(),
        }

    @abstractmethod
    def prepare(self, rng: Random) -> None: ...

    def wish(self, rng: Random) -> tuple[int, int]:
        """Who wants what next."""
        hasty = rng.random() < HASTE
        return rng.choice(self.people[:HASTY] if hasty else self.people), rng.choice(
            self.places[: 2 * self.a_day] if hasty else self.places
        )

    @abstractmethod
    def take(self, *wish: int) -> int: ...

    @abstractmethod
    def naive(self, *wish: int) -> int | None: ...

    @abstractmethod
    def give_back(self, pk: int) -> None: ...

    @abstractmethod
    def rows(self) -> QuerySet[Any]: ...

    def findings(self) -> list[str]:
        return []


class SignUps(Scene):
    """Two hundred shifts of two hours, eight a day that begin half an hour apart, five places each;
    four hundred volunteers."""

    kind, tells, a_day = "sign-ups", ("shift_claimed",), 8

    def __init__(self) -> None:
        super().__init__()
        self.people = [make_volunteer(organisation=self.organisation).pk for _ in range(PEOPLE)]

    def prepare(self, rng: Random) -> None:
        month = make_rota(organisation=self.organisation)
        starts = [
            at(f"2026-12-{1 + n // 8:02d} {9 + n % 8 // 2:02d}:{n % 2 * 30:02d}")
            for n in range(200)
        ]
        sessions = [
            make_session(
                rota=month, starts_at=start, minutes=120, shifts=[("lead", 1, 5)], **self.same
            )
            for start in starts
        ]
        self.places = [session.shifts.get().pk for session in sessions]

    def take(self, *wish: int) -> int:
        volunteer, shift = wish
        return rota.claim_shift(volunteer_id=volunteer, shift_id=shift, actor=None, now=NOW).pk

    def naive(self, *wish: int) -> int | None:
        """Look whether there is room and whether she is free, then write."""
        volunteer, shift = wish[0], Shift.objects.select_related("session").get(pk=wish[1])
        assert shift.session.starts_at and shift.session.ends_at
        start, end = minute_of(shift.session.starts_at), minute_of(shift.session.ends_at)
        hers = Assignment.objects.filter(
            volunteer=volunteer, state="active", start_minute__lt=end, end_minute__gt=start
        )
        if (
            hers.exists()
            or Assignment.objects.filter(shift=shift, state="active").count() >= shift.target
        ):
            return None
        time.sleep(LOOKING)
        try:
            return Assignment.objects.create(
                shift=shift,
                session=shift.session,
                volunteer_id=volunteer,
                origin="picked",
                made_at=NOW,
                start_minute=start,
                end_minute=end,
            ).pk
        except IntegrityError:  # twice in one session: the database alone was careful
            return None

    def give_back(self, pk: int) -> None:
        rota.withdraw_assignment(assignment_id=pk, actor=None, now=NOW)

    def rows(self) -> QuerySet[Assignment]:
        return Assignment.objects.all()


class Bookings(Scene):
    """Forty classes of two hours, four a day that begin an hour apart, twenty-five seats each; four
    hundred families with one child or two."""

    kind, tells, a_day = "bookings", ("booking_made", "booking_waiting"), 4

    def __init__(self) -> None:
        super().__init__()
        families = [
            make_family(agreed=True, children=["2025-03"] * (1 + n % 2)) for n in range(PEOPLE)
        ]
        self.children = {
            family.pk: [child.pk for child in family.children.all()] for family in families
        }
        self.people = list(self.children)
        self.staff = [make_volunteer(organisation=self.organisation) for _ in range(40)]

    def prepare(self, rng: Random) -> None:
        month = make_rota(organisation=self.organisation)
        starts = [at(f"2026-12-{1 + n // 4:02d} {9 + n % 4:02d}:00") for n in range(40)]
        sessions = [
            make_session(rota=month, starts_at=start, minutes=120, seats=(0, 25, 25), **self.same)
            for start in starts
        ]
        for volunteer, session in zip(self.staff, sessions, strict=True):
            make_assignment(volunteer=volunteer, shift=session.shifts.get())
        self.places = [session.pk for session in sessions]

    def take(self, *wish: int) -> int:
        family, session = wish
        return seats.book(
            family_id=family,
            session_id=session,
            child_ids=self.children[family],
            actor=None,
            now=NOW,
        ).pk

    def naive(self, *wish: int) -> int | None:
        """Look whether there is room and whether they are free, then write."""
        family, session = wish[0], Session.objects.get(pk=wish[1])
        theirs = Booking.objects.filter(
            family=family,
            state__in=LIVE,
            session__starts_at__lt=session.ends_at,
            session__ends_at__gt=session.starts_at,
        )
        taken = (
            Booking.objects.filter(session=session, state__in=HOLDS_SEATS).aggregate(
                n=Sum("seats")
            )["n"]
            or 0
        )
        if theirs.exists() or taken + len(self.children[family]) > (session.seats_max or 0):
            return None
        time.sleep(LOOKING)
        try:
            return Booking.objects.create(
                family_id=family,
                session=session,
                seats=len(self.children[family]),
                state="confirmed",
                code=f"{family:04d}",
                made_at=NOW,
            ).pk
        except IntegrityError:
            return None

    def give_back(self, pk: int) -> None:
        seats.cancel_booking(booking_id=pk, actor=None, now=NOW)

    def rows(self) -> QuerySet[Booking]:
        return Booking.objects.all()

    def findings(self) -> list[str]:
        return invariants.forgotten_families(NOW)


SCENES: tuple[type[Scene], ...] = (SignUps, Bookings)
