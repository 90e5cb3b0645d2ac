"""The people of the stand: made once, signed in once, used in every scenario."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password

from backend.accounts.models import User
from backend.bookings.operations import cancel_bookings_of_session
from backend.common.clock import local_day, local_midnight, now
from backend.families.models import Family
from backend.organisations.models import Organisation
from backend.rota.models import Rota
from backend.rota.operations import cancel_session
from backend.volunteers.models import Volunteer
from tests.factories import (
    born,
    make_coordinator,
    make_family,
    make_organisation,
    make_rota,
    make_volunteer,
)
from tests.faults.phone import Phone
from tests.faults.stand import Stand

PASSWORD = "plum-rain-and-tea-2026"


@dataclass
class Person:
    """`pk`: of the volunteer or family, 0 for a coordinator."""

    pk: int
    user: User
    phone: Phone
    children: tuple[int, ...] = ()


@dataclass
class Cast:
    organisation: Organisation
    coordinator: Person
    volunteers: list[Person]
    families: list[Person]
    asked: list[int]  # volunteers without a phone, for plans
    messages: Path  # the folder in which messages to people are written down
    month: Rota | None = None  # a county's, to be planned
    rotas: int = 0  # so far

    def everybody(self) -> list[Person]:
        return [self.coordinator, *self.volunteers, *self.families]

    def new_rota(self, state: str = "published") -> Rota:
        """A rota of one of the next weeks; the one that was there before has been cleared away."""
        self.rotas += 1
        return make_rota(
            organisation=self.organisation,
            starts_on=monday(1 + self.rotas % 8),
            weeks=1,
            state=state,
        )


def monday(weeks: int) -> date:
    today = local_day(now())
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def moment(rota: Rota, day: int, hour: float) -> datetime:
    return local_midnight(rota.starts_on + timedelta(days=day)) + timedelta(hours=hour)


def make_cast(stand: Stand, *, volunteers: int, families: int, asked: int) -> Cast:
    """Call inside `stand.data()`."""
    organisation = make_organisation()
    coordinator = make_coordinator(organisation=organisation)
    helpers = [
        make_volunteer(organisation=organisation, with_user=True, max_per_week=20)
        for _ in range(volunteers)
    ]
    child = born(local_day(now()), months=10)
    homes = [make_family(agreed=True, children=[child] * (1 + n % 2)) for n in range(families)]
    silent = [make_volunteer(organisation=organisation).pk for _ in range(asked)]

    def person(row: Volunteer | Family | None, user: User | None) -> Person:
        assert user is not None
        children = (
            tuple(row.children.values_list("pk", flat=True)) if isinstance(row, Family) else ()
        )
        return Person(row.pk if row else 0, user, Phone(stand.port), children)

    cast = Cast(
        organisation,
        person(None, coordinator),
        [person(v, v.user) for v in helpers],
        [person(f, f.user) for f in homes],
        silent,
        stand.messages,
    )
    User.objects.filter(pk__in=[p.user.pk for p in cast.everybody()]).update(
        password=make_password(PASSWORD)
    )
    return cast


def sign_in(cast: Cast) -> None:
    for person in cast.everybody():
        person.phone.sign_in(person.user.username, PASSWORD)


def clear_away(rota: Rota) -> None:
    """End a scenario, so that the next one finds everybody free."""
    for session in rota.sessions.exclude(state="cancelled"):
        cancel_session(session_id=session.pk, actor=None, now=now())
        cancel_bookings_of_session(session_id=session.pk, actor=None, now=now())
