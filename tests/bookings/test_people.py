"""Families read who is there for the children, by surname and certificate where she agreed to it,
and else how many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from backend.bookings.queries import found_for, people_by_role
from backend.outbox.models import Event
from backend.rota.models import Session
from backend.volunteers.models import Volunteer
from backend.volunteers.names import surname
from backend.volunteers.operations import show_name
from tests.bookings.room import book_all, make_room
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_credential_kind,
    make_family,
    make_volunteer,
    qualify,
)

pytestmark = pytest.mark.django_db
UNNAMED = {"name": "王二丫"}


def minded(*people: Volunteer, **fields: object) -> Session:
    session = make_room(staff=0, shifts=(("lead", 0, 3),), **fields)
    for person in people:
        make_assignment(volunteer=person, shift=session.shifts.get())
    return session


def lin(*, named: bool = True, until: date | None = None) -> Volunteer:
    person = make_volunteer(name="林静", named=named)
    if until:
        qualify(volunteer=person, code="nurse", until=until)
    return person


def asks_for_nurses(session: Session) -> None:
    session.shifts.get().role.requires.add(make_credential_kind(code="nurse"))


@pytest.mark.parametrize(
    ("until", "certificate"),
    [(date(2027, 1, 1), "nurse"), (date(2026, 11, 1), ""), (None, "")],
)
def test_a_certificate_that_the_role_wants_and_that_holds_that_day(
    until: date | None, certificate: str
) -> None:
    session = minded(lin(until=until), make_volunteer(**UNNAMED))
    asks_for_nurses(session)
    (role,) = people_by_role([session.pk])[session.pk]
    assert (role.people, role.named, role.minds) == (2, [("林", certificate)], True)


def test_who_did_not_agree_is_counted() -> None:
    session = minded(lin(named=False))
    assert people_by_role([session.pk])[session.pk][0].named == []
    assert people_by_role([make_room(staff=0).pk]) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_many(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sessions = [minded(lin()).pk for _ in range(count)]
    with django_assert_num_queries(3):
        people_by_role(sessions)


def test_her_page_and_the_family_page() -> None:
    teacher = make_volunteer(name="欧阳静", with_user=True)
    session = minded(teacher, starts_at=at("2026-12-02 09:30"))
    family = make_family(agreed=True)
    booking = book_all(family, session)
    hers, theirs = Client(), Client()
    hers.force_login(teacher.user)
    theirs.force_login(family.user)
    pages = [
        reverse("family:session", args=[session.pk]),
        reverse("family:ticket", args=[booking.pk]),
    ]
    for page in pages:
        assert "欧阳" not in theirs.get(page).content.decode()
    hers.post(reverse("volunteer:naming"), {"named": "yes"})
    for page in pages:
        text = theirs.get(page).content.decode()
        assert "欧阳老师" in text and "欧阳静" not in text
    hers.post(reverse("volunteer:naming"), {"named": "no"})
    assert "欧阳" not in theirs.get(pages[0]).content.decode()


def test_saying_it_twice_is_said_once() -> None:
    person = lin(named=False)
    for _ in range(2):
        show_name(volunteer_id=person.pk, named=True, actor=None, now=NOW)
    assert Event.objects.filter(kind="naming_changed").count() == 1


@pytest.mark.parametrize(
    ("name", "said"), [("林静", "林"), ("欧阳静", "欧阳"), ("Anna Smith", "Anna Smith"), ("", "")]
)
def test_a_surname(name: str, said: str) -> None:
    assert surname(name) == said


@pytest.mark.parametrize(
    ("born", "order"),
    [("2026-02", ["近，午后", "远，上午"]), ("2025-03", ["远，上午", "近，午后"])],
)
def test_what_begins_in_the_nap_comes_last(born: str, order: list[str]) -> None:
    make_room(title="近，午后", starts_at=at("2026-12-02 13:00"))
    make_room(title="远，上午", starts_at=at("2026-12-02 09:30"), point=(26.1, 119.3))
    family = make_family(children=[born])
    day = at("2026-12-02 00:00").date()
    found = found_for(family, family.children.get(), day, day + timedelta(days=1), NOW)
    assert [one.session.title for one in found] == order
