"""People, families and coordinators at once, in any order: what the rota's machine promises, what
families are promised, and that whoever only listens to events knows as much as whoever looks.

The log is replayed as pages do it: an event names streams, and what is shown of those streams, and
of no other, is read anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from backend.bookings import operations as seats
from backend.bookings.models import LIVE, Booking
from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.outbox.stored import read
from backend.rota import operations as op
from backend.rota.models import Assignment, Offer, Rota, Session, Shift
from backend.rota.operations import SessionValues
from scheduler.app import app
from scheduler.subscriptions import tasks_of
from tests.factories import make_family, make_request
from tests.faults import invariants
from tests.rota.test_machine import MANY, PEOPLE, RotaMachine, pick
from tests.thorough import thorough

FAMILIES, SESSIONS = st.integers(0, 3), st.integers(0, 3)
Shown = dict[str, list[Any]]


def shown() -> Shown:
    """stream → what its listeners show, as plain values."""
    pages: defaultdict[str, list[Any]] = defaultdict(list)
    for rota in Rota.objects.all():
        for stream in ("rota", "plan"):
            pages[f"{stream}.{rota.pk}"].append((rota.state, rota.version))
    for s in Session.objects.order_by("pk"):
        pages[f"rota.{s.rota_id}"].append((s.pk, s.state, s.starts_at, s.staff, s.seats_taken))
        pages[f"session.{s.pk}"].append(
            (s.state == "cancelled", s.title, s.starts_at, s.staff, s.seats_taken, s.seats_max)
        )
        if s.state != "planned":
            pages[f"plan.{s.rota_id}"].append((s.pk, s.state, s.starts_at))
    for h in Shift.objects.order_by("pk"):
        pages[f"session.{h.session_id}"].append((h.pk, h.taken, h.held, h.target))
    for kind in (Offer, Assignment):
        for row in kind.objects.select_related("session").order_by("pk"):
            pages[f"volunteer.{row.volunteer_id}"].append(
                (
                    row.pk,
                    row.state,
                    row.session.starts_at if row.state in ("active", "pending") else None,
                )
            )
            pages[f"session.{row.session_id}"].append((row.pk, row.state))
    for b in Booking.objects.order_by("pk"):
        pages[f"family.{b.family_id}"].append((b.pk, b.state, b.answer_by, b.code))
        pages[f"session.{b.session_id}"].append((b.pk, b.state))
    return dict(pages)


class Spine(RotaMachine):
    def __init__(self) -> None:
        super().__init__()
        Session.objects.filter(starts_at__isnull=False).update(
            seats_min=0, seats_max=4, seats_per_volunteer=2, months_low=0, months_high=36
        )
        self.families = [
            make_family(agreed=True, children=["2026-01"] * count) for count in (1, 1, 2, 3)
        ]
        self.wishes = [
            make_request(family=family, programme=self.shifts[0].session.programme, wants=9)
            for family in self.families
        ]
        self.sessions = [shift.session_id for shift in self.shifts]
        self.open_pages = shown()
        self.tasks: list[tuple[str, dict[str, Any]]] = []

    def act(self, operation: Callable[..., Any], *, actor: bool = True, **given: Any) -> Any:
        before = shown()
        try:
            done = operation(**given, **({"actor": None} if actor else {}), now=self.now)
        except Refusal:
            assert shown() == before
            return None
        self.hear(before, most=2)  # what was done, and who is offered a seat by it
        return done

    def several(self, operation: Callable[..., Any], **given: Any) -> None:
        before = shown()
        operation(**given, actor=None, now=self.now)
        self.hear(before)

    def several_questions(self, volunteer: int) -> None:
        before = shown()
        op.end_barred_offers(volunteer_id=volunteer, now=self.now)
        self.hear(before)

    def hear(self, before: Shown, most: int = 99) -> None:
        """Pages read again what the new events name, and then show what a fresh page shows; tasks
        are queued as the relay does it."""
        events = list(Event.objects.order_by("pk")[self.events :])
        after = shown()
        assert len(events) <= most and (events or after == before)
        for event in events:
            self.open_pages |= {stream: after.get(stream, []) for stream in event.streams}
            happened = read(event.kind, event.payload)
            self.tasks += tasks_of(happened) if happened else []
        stale = {
            stream: (self.open_pages.get(stream), fresh)
            for stream, fresh in after.items()
            if self.open_pages.get(stream) != fresh
        }
        assert not stale, ([event.kind for event in events], stale)
        self.events += len(events)

    # --- what families do -------------------------------------------------------------------------
    @rule(who=FAMILIES, which=SESSIONS)
    def book(self, who: int, which: int) -> None:
        family = self.families[who]
        ids = [child.pk for child in family.children.all()]
        self.act(seats.book, family_id=family.pk, session_id=self.sessions[which], child_ids=ids)

    @rule(n=MANY)
    def cancel_booking(self, n: int) -> None:
        if booking := pick(Booking.objects.filter(state__in=LIVE).order_by("pk"), n):
            self.act(seats.cancel_booking, booking_id=booking.pk)

    @rule(n=MANY, yes=st.booleans())
    def answer_seat(self, n: int, yes: bool) -> None:
        if booking := pick(Booking.objects.filter(state="offered").order_by("pk"), n):
            self.act(seats.accept_seat if yes else seats.decline_seat, booking_id=booking.pk)

    @rule(n=MANY, which=SESSIONS)
    def move_booking(self, n: int, which: int) -> None:
        if booking := pick(Booking.objects.filter(state__in=LIVE).order_by("pk"), n):
            self.act(seats.move_booking, booking_id=booking.pk, session_id=self.sessions[which])

    @rule(n=MANY, who=PEOPLE)
    def swap(self, n: int, who: int) -> None:
        """One gives her place back and another takes it at once: two operations, and between them
        it is anybody's."""
        if assignment := pick(Assignment.objects.filter(state="active").order_by("pk"), n):
            self.act(op.withdraw_assignment, assignment_id=assignment.pk)
            self.act(op.claim_shift, volunteer_id=self.people[who].pk, shift_id=assignment.shift_id)

    @rule(who=FAMILIES, which=SESSIONS)
    def seat_wish(self, who: int, which: int) -> None:
        pair = (self.wishes[who].pk, self.sessions[which])
        self.act(seats.seat_requests, seats=[pair])

    # --- what a coordinator edits -----------------------------------------------------------------
    @rule(
        which=SESSIONS,
        hours=st.sampled_from([0, 0, 1, -1]),
        more=st.integers(-1, 2),
        room=st.integers(1, 6),
    )
    def edit(self, which: int, hours: int, more: int, room: int) -> None:
        session = Session.objects.get(pk=self.sessions[which])
        assert session.starts_at is not None and session.ends_at is not None
        places = [
            (h.role_id, h.minimum, max(h.minimum, 1, h.target + more)) for h in session.shifts.all()
        ]
        move = timedelta(hours=hours)
        values = SessionValues(
            title=session.title,
            venue_id=session.venue_id,
            starts_at=session.starts_at + move,
            ends_at=session.ends_at + move,
            shifts=places,
            seats=(0, room, 2),
            months=(0, 36),
        )
        self.act(
            op.change_session_alone, session_id=session.pk, version=session.version, values=values
        )

    # --- what the clock and the workers do --------------------------------------------------------
    @rule()
    @precondition(
        lambda self: Offer.objects.filter(state="pending", answer_by__lte=self.now).exists()
    )
    def expire(self) -> None:
        before = shown()
        op.expire_offers(now=self.now)
        self.hear(before)

    @rule()
    def expire_seats(self) -> None:
        before = shown()
        seats.expire_seats(now=self.now)
        self.hear(before)

    @rule(lost=st.sampled_from([False, False, True]))
    @precondition(lambda self: bool(self.tasks))
    def workers_work(self, lost: bool) -> None:
        """They do what waits, or it is lost with Redis and found again by the clock; afterwards
        nobody is forgotten."""
        before, tasks = shown(), self.tasks
        self.tasks = []
        with patch("backend.common.clock.now", return_value=self.now):
            for name, ids in [] if lost else tasks:
                app.tasks[name](**ids)
        seats.expire_seats(now=self.now)
        if lost:
            seats.serve_forgotten(now=self.now)
        assert self.forgotten() == []
        self.hear(before)

    def forgotten(self) -> list[str]:
        return invariants.forgotten_families(self.now) + invariants.bookings_of_cancelled_sessions()

    # --- what always holds, beside what the rota's machine says -----------------------------------
    @invariant()
    def nothing_is_oversold_and_nobody_in_two_places(self) -> None:
        assert (
            invariants.oversold() + invariants.in_two_places() + invariants.wrong_counters() == []
        )

    @invariant()
    def a_family_is_in_one_place(self) -> None:
        rows = Booking.objects.filter(
            state__in=("confirmed",), session__state="open"
        ).select_related("session")
        times: defaultdict[int, list[tuple[Any, Any]]] = defaultdict(list)
        for row in rows:
            if not self.moved(row.session_id):
                times[row.family_id].append((row.session.starts_at, row.session.ends_at))
        assert all(not overlap(spans) for spans in times.values())

    def moved(self, session_id: int) -> bool:
        """A session that was moved takes its families along; whether they can come then, they say
        themselves."""
        return Event.objects.filter(kind="session_changed", payload__session=session_id).exists()


def overlap(spans: Iterable[tuple[Any, Any]]) -> bool:
    ordered = sorted(spans)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))


@pytest.mark.django_db
def test_a_stream_that_an_event_forgets_is_noticed() -> None:
    machine = Spine()
    machine.publish()
    before = shown()
    op.claim_shift(
        volunteer_id=machine.people[2].pk,
        shift_id=machine.shifts[0].pk,
        actor=None,
        now=machine.now,
    )
    Event.objects.filter(kind="shift_claimed").update(streams=["plan.1"])
    with pytest.raises(AssertionError, match="shift_claimed"):
        machine.hear(before)
    machine.teardown()


@pytest.mark.django_db
def test_everything_at_once_in_any_order() -> None:
    app.loader.import_default_modules()
    # A failure is shown as it was found: shrinking it would replay the database for many minutes.
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    calm = settings(
        max_examples=thorough(6),
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    run_state_machine_as_test(Spine, settings=calm)
