"""One change of a session asks volunteers and families, in one transaction, and shows first whom it
touches."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from backend.bookings.models import Booking
from backend.outbox.models import Event
from backend.planning.operations import OthersTouched, change_session, effect_of_change
from backend.rota.models import Assignment, Notice, Offer, Session
from backend.web.coordinator.session_confirm import shown
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_family,
    make_session,
    make_volunteer,
)
from tests.rota.test_sessions import values

pytestmark = pytest.mark.django_db
LATER = {"starts_at": at("2026-12-06 14:00"), "ends_at": at("2026-12-06 15:00")}


@pytest.fixture
def session() -> Session:
    made = make_session(shifts=[("lead", 1, 4)], seats=(0, 10, 5), months=(6, 30))
    make_assignment(volunteer=make_volunteer(), shift=made.shifts.get())
    make_booking(family=make_family(children=["2025-06"]), session=made)
    made.refresh_from_db()
    return made


def world() -> list[object]:
    return [
        [list(model.objects.order_by("pk").values()) for model in (Session, Assignment, Booking)],
        Offer.objects.count(),
        Notice.objects.count(),
        Event.objects.count(),
    ]


def test_looking_at_the_effect_changes_nothing(session: Session) -> None:
    before = world()
    effect = effect_of_change(
        session_id=session.pk, version=1, values=values(session, **LATER), actor=None, now=NOW
    )
    assert [one.outcome for one in effect.volunteers] == ["asked"]
    assert [one.state for one in effect.families] == ["asked"]
    assert effect.before.changes(effect.after) == {"time"}
    assert world() == before


def test_both_sides_are_asked_by_one_change(session: Session) -> None:
    effect = change_session(
        session_id=session.pk, version=1, values=values(session, **LATER), actor=None, now=NOW
    )
    assert Offer.objects.get(state="pending").volunteer_id == effect.volunteers[0].volunteer
    booking = Booking.objects.get()
    assert (booking.state, effect.families[0].number) == ("asked", booking.family.number)
    changed, asked = Event.objects.order_by("pk")
    assert (changed.kind, asked.kind) == ("session_changed", "booking_asked")
    assert f"volunteer.{effect.volunteers[0].volunteer}" in changed.streams
    assert f"family.{booking.family_id}" in asked.streams
    assert asked.payload == {"sessions": [session.pk], "bookings": [booking.pk]}


def test_a_family_whose_child_no_longer_fits_is_named_before(session: Session) -> None:
    effect = effect_of_change(
        session_id=session.pk,
        version=1,
        values=values(session, months=(0, 6)),
        actor=None,
        now=NOW,
    )
    assert [one.broken for one in effect.families] == [("age",)]


def test_of_a_family_of_several_it_is_said_how_many_could_still_come(session: Session) -> None:
    make_booking(family=make_family(children=["2025-06", "2026-01"]), session=session)
    make_booking(family=make_family(children=["2026-01"]), session=session)
    effect = effect_of_change(
        session_id=session.pk,
        version=1,
        values=values(session, months=(12, 30)),
        actor=None,
        now=NOW,
    )
    assert [(one.broken, one.could_come) for one in effect.families] == [
        (("age",), 1),
        (("age",), 0),
    ]
    it = shown(effect, {})
    assert [one.seats for one in it["partly"]] == [2]
    assert [one.seats for one in it["hindered"]] == [1]
    page = " ".join(render_to_string("coordinator/_effect.html", {"it": it}).split())
    assert "其中 1 家按新的月龄只有一部分孩子能来，会请她们看一看" in page
    assert "（2 个孩子，1 个能来）" in page
    assert "其中 1 家按新的时间、月龄来不了，会请她们看一看" in page


def test_nobody_is_touched_whom_the_editor_did_not_see(session: Session) -> None:
    change = {"session_id": session.pk, "version": 1, "actor": None, "now": NOW}
    seen = effect_of_change(**change, values=values(session, **LATER)).mark
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    before = world()
    with pytest.raises(OthersTouched):
        change_session(**change, values=values(session, **LATER), seen=seen)
    with pytest.raises(OthersTouched):
        change_session(**change, values=values(session, **LATER), seen="")
    assert world() == before
    again = effect_of_change(**change, values=values(session, **LATER)).mark
    change_session(**change, values=values(session, **LATER), seen=again)
    assert Offer.objects.filter(state="pending").count() == 2


def test_what_touches_nobody_needs_no_second_look(session: Session) -> None:
    effect = change_session(
        session_id=session.pk,
        version=1,
        values=values(session, title="绘本课"),
        actor=None,
        now=NOW,
        seen="",
    )
    assert not effect.touches and not Offer.objects.exists()
