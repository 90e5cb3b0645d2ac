"""A page that stood open while its booking ended says so, whatever is tapped on it, and claims
nothing that it did not do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from backend.bookings.models import Booking
from backend.bookings.operations import book, cancel_booking
from backend.common import clock
from backend.families.models import Family
from backend.rota.models import Session
from tests.bookings.room import book_all, fresh, make_room
from tests.factories import NOW, make_family

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(days=4)
POSTS = (
    ("answer", {"answer": "yes"}),
    ("answer", {"answer": "no"}),
    ("answer", {"answer": "no", "asked": "yes"}),
    ("cancel", {}),
    ("cancel", {"asked": "yes"}),
    ("move", {"session": "other"}),
    ("move", {"session": "same"}),
    ("children", {"child": "same"}),
    ("children", {"child": "one"}),
)
ENDED = {
    "cancelled": {"这个预约不能再改：已取消", "这个位子已经不在了"},
    "expired": {"这个预约不能再改：过期了", "回复时间过了，位子不再给你们留着"},
    "attended": {"这个预约不能再改：来过", "这个预约已经结束，不能再改"},
    "absent": {"这个预约不能再改：没来", "这个预约已经结束，不能再改"},
}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def family() -> Family:
    return make_family(children=("2025-03", "2025-05"), agreed=True)


@pytest.fixture
def browser(family: Family) -> Client:
    client = Client()
    client.force_login(family.user)
    return client


@pytest.fixture
def booking(family: Family) -> Booking:
    return book_all(family, make_room(seats=4, starts_at=SOON))


@pytest.fixture
def other() -> Session:
    return make_room(seats=4, starts_at=SOON + timedelta(days=1))


def said(client: Client, booking: Booking, path: str, **fields: str) -> set[str]:
    answer = client.post(f"/f/bookings/{booking.pk}/{path}/", fields)
    assert answer.status_code == 303, (path, fields, answer.status_code)
    return {str(one) for one in get_messages(answer.wsgi_request)}


@pytest.mark.parametrize(("path", "fields"), POSTS)
@pytest.mark.parametrize("state", ENDED)
def test_what_is_tapped_on_a_page_of_long_ago_is_told_how_it_stands(
    browser: Client,
    booking: Booking,
    other: Session,
    state: str,
    path: str,
    fields: dict[str, str],
) -> None:
    Booking.objects.filter(pk=booking.pk).update(state=state, ended_at=NOW)
    first, second = booking.children.order_by("pk")
    values = {
        "session": {"other": other.pk, "same": booking.session_id},
        "child": {"same": (first.pk, second.pk), "one": first.pk},
    }
    sent = {name: values.get(name, {}).get(value, value) for name, value in fields.items()}
    found = said(browser, booking, path, **sent)  # type: ignore[arg-type]
    assert len(found) == 1 and found <= ENDED[state]
    assert fresh(booking).state == state
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("path", ["move", "children"])
def test_its_other_pages_lead_to_how_it_stands(
    browser: Client, booking: Booking, other: Session, path: str
) -> None:
    assert browser.get(f"/f/bookings/{booking.pk}/{path}/").status_code == 200
    cancel_booking(booking_id=booking.pk, actor=None, now=NOW)
    answer = browser.get(f"/f/bookings/{booking.pk}/{path}/", follow=True)
    assert "这个预约不能再改：已取消" in answer.content.decode()
    assert answer.redirect_chain == [(f"/f/bookings/{booking.pk}/", 303)]


def test_a_booking_that_she_made_beside_is_not_taken_for_the_one_that_was_moved(
    browser: Client, family: Family, booking: Booking, other: Session
) -> None:
    """Only the second tap on 改到这个时间 finds it done already."""
    move = {"session": str(other.pk)}
    assert said(browser, booking, "move", **move) == {"改好了"}
    assert said(browser, booking, "move", **move) == {"改好了"}
    alone = book(
        family_id=family.pk,
        session_id=booking.session_id,
        child_ids=[child.pk for child in family.children.all()],
        actor=None,
        now=NOW,
    )
    cancel_booking(booking_id=alone.pk, actor=None, now=NOW)
    browser.get("/f/bookings/")  # it has read what was said before
    assert said(browser, alone, "move", **move) == {"这个预约不能再改：已取消"}
