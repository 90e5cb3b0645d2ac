"""Families in sessions: confirmed seats up to what the staff can look after, and the waiting line
behind a full one."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from backend.bookings.models import HOLDS_SEATS, Booking
from backend.demo import invented
from backend.demo.city import BATCH, TRAVEL, City, DrawnFamily
from backend.demo.operations.plans import DrawnSession
from backend.rota.policy import capacity_with
from matching import months_completed, travel_minutes


class Seating:
    """Collects bookings over many plans; `store` writes them after the sessions."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.bookings: list[tuple[Booking, DrawnFamily]] = []
        self.near: dict[str, list[DrawnFamily]] = defaultdict(list)
        for home in city.homes:
            self.near[home.county].append(home)

    def fill(
        self,
        plan: DrawnSession,
        share: float,
        state: str = Booking.State.CONFIRMED,
        waiting: int = 0,
    ) -> int:
        """Seat families until `share` of the capacity is taken, then line up `waiting` more.

        Returns the children seated.
        """
        limit = int(capacity(plan) * share)
        for home in self._suitable(plan):
            seats = len(home.born)
            if plan.session.seats_taken + seats <= limit:
                self.book(plan, home, state)
            elif waiting and plan.session.seats_taken + seats > capacity(plan):
                self.book(plan, home, Booking.State.WAITING)
                waiting -= 1
            elif not waiting:
                break
        return plan.session.seats_taken

    def book(self, plan: DrawnSession, home: DrawnFamily, state: str) -> None:
        home.booked.add(plan.date)
        made = min(self.city.now, plan.starts_at) - timedelta(
            minutes=self.city.r.randrange(60, 9000)
        )
        code = ""
        if state != Booking.State.WAITING:
            code = invented.spoken_code(self.city.r)
        ended = None
        if state in (Booking.State.ATTENDED, Booking.State.ABSENT):
            ended = plan.ends_at
        wish = home.wish  # a plan gave the seat to it, where it was there by then
        granted = wish is not None and state != Booking.State.WAITING and wish.created_at <= made
        row = Booking(
            session=plan.session,
            family=home.row,
            request=wish if granted else None,
            seats=len(home.born),
            state=state,
            code=code,
            made_at=made,
            ended_at=ended,
        )
        self.bookings.append((row, home))
        if state in HOLDS_SEATS:
            plan.session.seats_taken += row.seats

    def store(self) -> None:
        Booking.objects.bulk_create([b for b, _ in self.bookings], batch_size=BATCH)
        link = Booking.children.through
        rows = [
            link(booking_id=b.pk, child_id=child.pk)
            for b, home in self.bookings
            for child in home.children
        ]
        link.objects.bulk_create(rows, batch_size=BATCH)

    def _suitable(self, plan: DrawnSession) -> list[DrawnFamily]:
        homes = self.near[plan.session.county_code]
        start = self.city.r.randrange(len(homes)) if homes else 0
        turned = homes[start:] + homes[:start]
        return [home for home in turned[:1500] if fits(plan, home)]


def capacity(plan: DrawnSession) -> int:
    """Seats for children with the people of the plan; a session that is over counts no staff."""
    return capacity_with(plan.session, sum(shift.carries_seats for shift, _ in plan.found))


def fits(plan: DrawnSession, home: DrawnFamily) -> bool:
    """Whether every child is of the right age, the way is short enough, and the family has nothing
    else that day."""
    session = plan.session
    day = plan.date
    assert session.months_low is not None and session.months_high is not None
    if day in home.booked or not all(
        session.months_low <= months_completed(born, day) <= session.months_high
        for born in home.born
    ):
        return False
    return travel_minutes(TRAVEL, home.home, plan.place) <= home.row.max_travel
