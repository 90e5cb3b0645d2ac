"""Who is on a shift: assignments and offers for people who really could, with the counters that
operations would have kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.common.clock import minute_of
from backend.demo.city import BATCH, City, DrawnVolunteer
from backend.demo.operations.plans import DrawnSession
from backend.rota.models import Assignment, Offer, Shift

ASKED = "asked"  # not assigned
Origin = Assignment.Origin
ORIGINS = {Origin.PICKED: 0.35, Origin.ACCEPTED: 0.55, Origin.PLACED: 0.1}


class Staffing:
    """Collects assignments and offers over many plans; `store` writes them after the sessions."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.assignments: list[Assignment] = []
        self.offers: list[Offer] = []

    def fill(self, plan: DrawnSession, shift: Shift, how: str) -> DrawnVolunteer | None:
        """Put somebody on a place of the shift:

        ASKED, or the state of an assignment. None when nobody of the county could.
        """
        person = self._find(plan, shift)
        if person is not None:
            self.put(plan, shift, person, how)
        return person

    def put(self, plan: DrawnSession, shift: Shift, person: DrawnVolunteer, how: str) -> None:
        person.take(plan.date)
        plan.found.append((shift, person))
        if how == ASKED:
            self._offer(plan, shift, person)
        else:
            self._assign(plan, shift, person, how)
        plan.session.staff += shift.carries_seats and how != Assignment.State.DONE

    def decline(self, plan: DrawnSession, shift: Shift) -> None:
        """Somebody was asked before and could not."""
        if person := self._find(plan, shift):
            person.busy.add(plan.date)
            asked = self.city.now - timedelta(hours=self.city.r.randrange(20, 60))
            self.offers.append(
                Offer(
                    shift=shift,
                    session=plan.session,
                    volunteer=person.row,
                    state=Offer.State.DECLINED,
                    made_at=asked,
                    answer_by=asked + timedelta(hours=24),
                    answered_at=asked + timedelta(hours=self.city.r.randrange(1, 18)),
                )
            )

    def _find(self, plan: DrawnSession, shift: Shift) -> DrawnVolunteer | None:
        return self.city.find(
            plan.session.county_code, plan.date, plan.start, plan.end, plan.place, shift.role_id
        )

    def store(self) -> None:
        Assignment.objects.bulk_create(self.assignments, batch_size=BATCH)
        Offer.objects.bulk_create(self.offers, batch_size=BATCH)

    def _assign(self, plan: DrawnSession, shift: Shift, person: DrawnVolunteer, state: str) -> None:
        session = plan.session
        r = self.city.r
        made = min(self.city.now, plan.starts_at) - timedelta(hours=r.randrange(2, 90))
        self.assignments.append(
            Assignment(
                shift=shift,
                session=session,
                volunteer=person.row,
                state=state,
                origin=r.choices(list(ORIGINS), list(ORIGINS.values()))[0],
                start_minute=minute_of(plan.starts_at),
                end_minute=minute_of(plan.ends_at),
                made_at=made,
                ended_at=session.ends_at if state == Assignment.State.DONE else None,
                attended=True if state == Assignment.State.DONE else None,
            )
        )
        shift.taken += state == Assignment.State.ACTIVE

    def _offer(self, plan: DrawnSession, shift: Shift, person: DrawnVolunteer) -> None:
        made = self.city.now - timedelta(minutes=self.city.r.randrange(10, 400))
        answer_by = self._answer_by(plan.starts_at)
        self.offers.append(
            Offer(
                shift=shift,
                session=plan.session,
                volunteer=person.row,
                answer_by=answer_by,
                made_at=made,
            )
        )
        shift.held += 1

    def _answer_by(self, starts_at: datetime) -> datetime:
        """An hour at which people look at their phones, two hours from now at least, and an hour
        before the session at most."""
        city = self.city
        hours = [
            city.moment(city.today + timedelta(days=day), 60 * hour)
            for day in (0, 1)
            for hour in (12, 18, 20)
        ]
        earliest = city.now + timedelta(hours=2)
        latest = starts_at - timedelta(hours=1)
        return city.r.choice([hour for hour in hours if earliest <= hour <= latest] or [latest])
