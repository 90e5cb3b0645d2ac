"""This week and the next as a published rota, alive at once: some shifts taken, some offered, some
open; seats booked, lines waiting."""

from __future__ import annotations

from datetime import timedelta

from backend.bookings.models import Booking
from backend.demo.city import City
from backend.demo.operations import plans
from backend.demo.operations.history import report, store_hours
from backend.demo.operations.plans import DrawnSession
from backend.demo.operations.seating import Seating
from backend.demo.operations.staffing import ASKED, Staffing
from backend.organisations.models import Organisation
from backend.places.models import Venue
from backend.records.models import ServiceRecord, SessionReport
from backend.rota.models import Assignment, Rota, Session

DAYS = 14
MIX = (("class", 0.5), ("community", 0.14), ("station", 0.18), ("moli", 0.1), ("lecture", 0.08))
TAKEN = 0.55  # shares of places of a session that is still to come
OFFERED = 0.15
DECLINED = 0.06
SHOWN = (
    1,
    2,
    3,
    5,
    8,
)  # days from today on which the desk's county certainly has a class for the demo family's child
SHOWN_AGE = (6, 12)


class Recent:
    """One published rota in the making: plans first, then people and seats, then `store`."""

    def __init__(
        self, city: City, organisation: Organisation, count: int, county: str | None
    ) -> None:
        self.city = city
        self.rota = Rota.objects.create(
            organisation=organisation,
            name=f"{city.this_monday.month}月{city.this_monday.day}日起两周",
            starts_on=city.this_monday,
            weeks=2,
            state=Rota.State.PUBLISHED,
            version=1,
            published_at=city.moment(city.this_monday, 0) - timedelta(days=4),
        )
        self.staffing, self.seating = Staffing(city), Seating(city)
        venues = [v for v in city.venues if county in (None, v.street_id[:6])]
        self.plans = [self._draw(venues) for _ in range(count)]
        self.shown = self._shown(venues) if county == city.scale.desk else []
        self.plans += self.shown
        self.past = [p for p in self.plans if p.ends_at <= city.now]
        self.to_come = [p for p in self.plans if p.ends_at > city.now]

    def _draw(self, venues: list[Venue]) -> DrawnSession:
        kind = self.city.r.choices([kind for kind, _ in MIX], [share for _, share in MIX])[0]
        day, start = plans.slot(self.city, self.city.this_monday, DAYS)
        return plans.plan(self.city, self.rota, kind, day, start, self.city.r.choice(venues))

    def _shown(self, venues: list[Venue]) -> list[DrawnSession]:
        """Classes near the demo's own family and for its child's age."""
        latitude, longitude = self.city.home_street.point
        near = sorted(
            venues, key=lambda v: (abs(v.latitude - latitude) + abs(v.longitude - longitude), v.pk)
        )[:3]
        made = []
        for n, ahead in enumerate(SHOWN):
            day = self.city.today + timedelta(days=ahead)
            fields = {
                "months_low": SHOWN_AGE[0],
                "months_high": SHOWN_AGE[1],
                "title": "亲子课：爬爬乐",
            }
            made.append(
                plans.plan(
                    self.city,
                    self.rota,
                    "class",
                    day,
                    (600, 930)[n % 2],
                    near[n % len(near)],
                    **fields,
                )
            )
        return [p for p in made if p.date < self.rota.ends_on]

    def fill(self) -> None:
        """Put people and families where the dice say; sessions that are over took place with
        everyone they needed."""
        for p in self.past:
            for shift in p.shifts:
                for _ in range(shift.target):
                    self.staffing.fill(p, shift, Assignment.State.DONE)
            p.session.state = Session.State.DONE
            if p.session.seats_max:
                self.seating.fill(p, 0.7, Booking.State.ATTENDED)
        if self.shown:
            self._ask_star()
        for p in self.to_come:
            self._staff(p)
        for p in self.to_come:
            if p.session.seats_max:
                if self.city.r.random() < 0.35:
                    self.seating.fill(p, 1, waiting=self.city.r.randint(0, 3))
                else:
                    self.seating.fill(p, self.city.r.choice([0.3, 0.5, 0.8]))

    def _ask_star(self) -> None:
        """The demo volunteer finds two offers waiting and one assignment, on days of their own."""
        star = self.city.people[0]
        wanted = [ASKED, Assignment.State.ACTIVE, ASKED]
        later = self.city.now + timedelta(hours=20)
        for p in sorted(self.to_come, key=lambda p: (p not in self.shown, p.starts_at)):
            if wanted and p.starts_at > later:
                for shift in p.shifts:
                    if shift.free and star.can(
                        p.date, p.start, p.end, p.place, self.city.needs[shift.role_id]
                    ):
                        self.staffing.put(p, shift, star, wanted.pop(0))
                        break

    def _staff(self, p: DrawnSession) -> None:
        r = self.city.r
        soon = p.starts_at < self.city.now + timedelta(hours=4)
        sure = p in self.shown
        for shift in p.shifts:
            for _ in range(shift.free):
                u = r.random()
                if u < TAKEN or (sure and shift.taken < shift.minimum):
                    self.staffing.fill(p, shift, Assignment.State.ACTIVE)
                elif u < TAKEN + OFFERED and not soon:
                    self.staffing.fill(p, shift, ASKED)
                elif u < TAKEN + OFFERED + DECLINED:
                    self.staffing.decline(p, shift)

    def store(self) -> None:
        reports: list[SessionReport] = []
        records: list[ServiceRecord] = []
        for p in self.past:
            if p.session.seats_max:
                seen = 2 * self.city.r.randint(4, 9)
            else:
                seen = self.city.r.randint(3, 30)
            report(self.city, p, seen, reports, records)
        plans.store(self.city, self.plans, joint_with=self.city.federation)
        self.staffing.store()
        self.seating.store()
        SessionReport.objects.bulk_create(reports)
        store_hours(self.city, records)
