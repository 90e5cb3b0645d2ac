"""The page of one session: what to know before she says yes, and what to do afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Session
from tests.factories import (
    NOW,
    make_assignment,
    make_division,
    make_offer,
    make_rota,
    make_session,
    make_shift,
    make_venue,
    make_volunteer,
)
from tests.plans import statements_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
MINE = reverse("volunteer:mine")
LEADS = "林带队"


@pytest.fixture
def session() -> Session:
    street = make_division(code="350102001")
    venue = make_venue(street=street, name="东街家园")
    venue.address = "安泰路 5 号"
    venue.save()
    made = make_session(rota=make_rota(), title="亲子课", venue=venue)
    leads = make_shift(session=made, role="leads")
    leads.role.leads = True
    leads.role.save()
    leader = make_volunteer(name=LEADS, organisation=made.rota.organisation)
    make_assignment(volunteer=leader, shift=leads)
    return made


def page_of(session: Session) -> str:
    return reverse("volunteer:session", args=[session.pk])


def her_phone(session: Session, name: str = "陈一") -> tuple[Client, object]:
    her = make_volunteer(name=name, with_user=True, organisation=session.rota.organisation)
    client = Client()
    client.force_login(her.user)
    return client, her


def read(client: Client, where: str) -> str:
    return client.get(where).content.decode()


def helping(session: Session) -> object:
    return session.shifts.order_by("pk")[0]


def test_before_her_yes_she_reads_where_it_is_and_not_who_comes(session: Session) -> None:
    phone, _her = her_phone(session)
    page = read(phone, page_of(session))
    assert "安泰路 5 号" in page and "uri.amap.com/marker?position=" in page
    assert reverse("volunteer:claim", args=[helping(session).pk]) in page
    assert LEADS not in page


def test_who_comes_reads_who_leads_and_finds_her_way_out(session: Session) -> None:
    phone, her = her_phone(session)
    place = make_assignment(volunteer=her, shift=helping(session))
    assert page_of(session) in read(phone, MINE)
    page = read(phone, page_of(session))
    assert f"{LEADS}带这一场" in page
    assert reverse("volunteer:withdraw", args=[place.pk]) in page
    assert reverse("volunteer:calendar", args=[place.pk]) in page
    assert reverse("volunteer:lead", args=[session.pk]) not in page


def test_who_leads_reads_that_she_does(session: Session) -> None:
    phone, her = her_phone(session)
    shift = session.shifts.get(role__leads=True)
    shift.target += 1
    shift.save()
    make_assignment(volunteer=her, shift=shift)
    page = read(phone, page_of(session))
    assert f"你和{LEADS}一起带这一场" in page
    assert reverse("volunteer:lead", args=[session.pk]) in page
    Assignment.objects.exclude(volunteer=her).update(state=Assignment.State.WITHDRAWN)
    assert "你带这一场" in read(phone, page_of(session))


def test_what_became_of_her_place_is_read_there_too(session: Session) -> None:
    phone, her = her_phone(session)
    make_assignment(volunteer=her, shift=helping(session), state=Assignment.State.WITHDRAWN)
    page = read(phone, page_of(session))
    assert "你说过去不了" in page and LEADS not in page
    session.state = Session.State.CANCELLED
    session.cancelled_because = "场地停电"
    session.save()
    assert "你说过去不了" in read(phone, page_of(session))


def test_what_is_over_leads_to_its_hours_and_is_closed_to_others(session: Session) -> None:
    phone, her = her_phone(session)
    place = make_assignment(volunteer=her, shift=helping(session))
    another, _other = her_phone(session, "林二")
    session.starts_at, session.ends_at = NOW - timedelta(hours=5), NOW - timedelta(hours=3)
    session.save()
    assert reverse("volunteer:hours_of", args=[place.pk]) in read(phone, page_of(session))
    page = read(another, page_of(session))
    assert "这一场已经开始或结束了" in page and LEADS not in page
    assert reverse("volunteer:claim", args=[helping(session).pk]) not in page


def test_who_is_asked_again_reads_what_changed(session: Session) -> None:
    phone, her = her_phone(session)
    was = Agreed.of(session).as_json() | {"promised": True}
    session.starts_at += timedelta(hours=1)
    session.ends_at += timedelta(hours=1)
    session.save()
    shift = helping(session)
    offer = make_offer(volunteer=her, shift=shift, answer_by=NOW + timedelta(days=1), before=was)
    page = read(phone, page_of(session))
    assert "→" in page and reverse("volunteer:accept", args=[offer.pk]) in page


def test_a_draft_is_on_nobodys_phone(session: Session) -> None:
    phone, _her = her_phone(session)
    session.rota.state = "draft"
    session.rota.save()
    assert phone.get(page_of(session)).status_code == 404


def test_however_many_come_it_asks_as_much(session: Session) -> None:
    phone, her = her_phone(session)
    make_assignment(volunteer=her, shift=helping(session))
    few = len(statements_of(phone, page_of(session)))
    for number in range(5):
        role = f"more-{number}"
        somebody = make_volunteer(organisation=session.rota.organisation)
        make_assignment(volunteer=somebody, shift=make_shift(session=session, role=role))
    assert len(statements_of(phone, page_of(session))) == few <= 14
