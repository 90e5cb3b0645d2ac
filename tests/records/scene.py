"""A class on Saturday from 9:30 to 10:30 with a leader, a helper and their coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.accounts.models import User
from backend.programmes.models import Role
from backend.records.operations import confirm_hours, sign_in, sign_out
from backend.rota.models import Assignment, Session
from backend.volunteers.models import Volunteer
from tests.factories import (
    at,
    make_assignment,
    make_coordinator,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)

BEGINS = at("2026-12-05 09:30")
ENDS = at("2026-12-05 10:30")
LATER = at("2026-12-05 12:00")


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@dataclass(frozen=True)
class Day:
    session: Session
    coordinator: User
    second: User
    leader: Assignment
    helper: Assignment

    @property
    def her(self) -> Volunteer:
        return self.helper.volunteer

    @property
    def hers(self) -> User:
        assert self.her.user is not None
        return self.her.user

    @property
    def leaders(self) -> User:
        assert self.leader.volunteer.user is not None
        return self.leader.volunteer.user

    def signed(self, came: datetime = BEGINS, left: datetime = ENDS) -> None:
        """She signed in by the code, and out."""
        sign_in(assignment_id=self.helper.pk, how="code", actor=self.hers, now=came)
        sign_out(assignment_id=self.helper.pk, how="code", actor=self.hers, now=left)

    def served(self, n: int = 60) -> None:
        """She signed, and her hours are confirmed."""
        self.signed()
        confirm_hours(assignment_id=self.helper.pk, minutes=n, actor=self.coordinator, now=LATER)


def make_day(starts_at: datetime = BEGINS, length: int = 60) -> Day:
    organisation = make_organisation()
    coordinator = make_coordinator(organisation=organisation, name="刘敏")
    second = make_coordinator(organisation=organisation, name="郑洁")
    session = make_session(
        rota=make_rota(organisation=organisation),
        starts_at=starts_at,
        minutes=length,
        shifts=(("lead", 1, 1), ("helper", 1, 3)),
        title="亲子课",
    )
    Role.objects.filter(code="lead").update(leads=True)
    lead, help_ = session.shifts.order_by("pk")
    people = [
        make_volunteer(name=name, organisation=organisation, with_user=True)
        for name in ("陈秀英", "林雪梅")
    ]
    leader = make_assignment(volunteer=people[0], shift=lead)
    helper = make_assignment(volunteer=people[1], shift=help_)
    return Day(session, coordinator, second, leader, helper)
