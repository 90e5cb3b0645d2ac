"""A family asks for a visit, says it anew, wants none any more; and what ends it otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from backend.accounts.models import Access, Consent
from backend.bookings.models import Booking
from backend.bookings.operations import (
    accept_seat,
    cancel_booking,
    cancel_bookings_of_session,
    decline_seat,
)
from backend.families.operations import ConsentNeeded, NotHerChild
from backend.outbox.models import Event
from backend.rights.operations import erase_child, erase_family
from backend.rota.models import Notice, Session
from backend.rota.operations import HomeNotReopened, cancel_session, reopen_session_alone
from backend.rota.states import OffBecause
from backend.visits.models import VisitRequest
from backend.visits.operations import (
    VisitAskRefused,
    VisitMoved,
    ask_for_visit,
    change_visit_wish,
    drop_visit_wish,
    end_late_wishes,
    end_visits_in,
    forget_visits,
    seek_again_in,
    withdraw_consent,
)
from backend.visits.policy import VISIT_KEPT
from tests.factories import NOW, born, make_family
from tests.visits.scene import DOOR, pair, planned, said, street, wish

pytestmark = pytest.mark.django_db


def fresh(row: VisitRequest) -> VisitRequest:
    return VisitRequest.objects.get(pk=row.pk)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def booking_of(row: VisitRequest) -> Booking:
    return Booking.objects.get(session__visit__request=row)


# --- asking ---------------------------------------------------------------------------------------
def test_a_family_asks_and_what_it_says_is_sealed() -> None:
    row = wish()
    assert (row.state, fresh(row).topic, fresh(row).address) == ("open", "sleep", DOOR)
    assert Consent.objects.filter(child_id=row.child_id, purpose="visit").count() == 1
    assert kinds() == ["consent_given", "visit_asked"]
    stored = VisitRequest.objects.filter(pk=row.pk).values("topic", "address").get()
    assert all(
        value.startswith(b"k") or b":" in bytes(value) for value in map(bytes, stored.values())
    )
    assert DOOR.encode() not in bytes(stored["address"])


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"topic": "小葡萄不睡"}, "topic", "choose"),
        ({"parts": []}, "parts", "choose"),
        ({"parts": ["midnight"]}, "parts", "choose"),
        ({"first_day": date(2026, 11, 27)}, "first_day", "past"),
        ({"last_day": date(2026, 11, 29)}, "last_day", "order"),
        ({"last_day": date(2027, 3, 1)}, "last_day", "far"),
        ({"address": "  "}, "address", "empty"),
        ({"address": "长" * 101}, "address", "long"),
        ({"guardian_present": False}, "guardian_present", "needed"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    fields: dict[str, Any], field: str, why: str
) -> None:
    with pytest.raises(VisitAskRefused) as refused:
        wish(**fields)
    assert (refused.value.facts["field"], refused.value.facts["why"]) == (field, why)
    assert not VisitRequest.objects.exists()


def test_to_a_visit_one_agrees_apart_from_everything_else() -> None:
    family = make_family()
    ask: dict[str, Any] = {
        "family_id": family.pk,
        "child_id": family.children.get().pk,
        "said": said(),
        "actor": family.user,
        "now": NOW,
    }
    with pytest.raises(ConsentNeeded) as needed:
        ask_for_visit(consents=set(), **ask)
    assert needed.value.facts["purpose"] == "visit"
    with pytest.raises(NotHerChild):
        other = make_family().children.get().pk
        ask_for_visit(consents={"visit"}, **(ask | {"child_id": other}))
    Consent.objects.filter(child_id=family.children.get().pk).update(withdrawn_at=NOW)
    with pytest.raises(ConsentNeeded) as needed:
        ask_for_visit(consents={"visit"}, **ask)
    assert needed.value.facts["purpose"] == "booking"


def test_one_child_has_one_wish_at_a_time_and_is_not_too_old() -> None:
    family = make_family()
    wish(family)
    with pytest.raises(VisitAskRefused) as refused:
        wish(family)
    assert refused.value.facts["why"] == "twice"
    with pytest.raises(VisitAskRefused) as refused:
        wish(make_family(children=[born(NOW.date(), months=37)]))
    assert refused.value.facts["why"] == "age"


def test_it_says_it_anew_and_whoever_saw_the_older_one_is_told_so() -> None:
    row = wish()
    change: dict[str, Any] = {
        "family_id": row.family_id,
        "request_id": row.pk,
        "actor": row.family.user,
        "now": NOW,
    }
    change_visit_wish(version=1, said=said(topic="play"), **change)
    assert (fresh(row).topic, fresh(row).version) == ("play", 2)
    with pytest.raises(VisitMoved) as moved:
        change_visit_wish(version=1, said=said(), **change)
    assert moved.value.facts == {"state": "open", "version": 2}


# --- ending ---------------------------------------------------------------------------------------
def drop(row: VisitRequest) -> None:
    drop_visit_wish(family_id=row.family_id, request_id=row.pk, actor=row.family.user, now=NOW)


def test_the_family_wants_none_any_more() -> None:
    row = wish()
    drop(row)
    drop(row)  # again changes nothing
    assert (fresh(row).state, fresh(row).end_reason) == ("ended", "")
    assert kinds().count("visit_wish_ended") == 1


def test_a_planned_visit_is_called_off_with_it_and_who_was_to_go_has_a_notice() -> None:
    visit = planned(street())
    first, second = pair(visit)
    drop(visit.request)
    off = Session.objects.get(pk=visit.session_id)
    assert (off.state, off.cancelled_because) == ("cancelled", OffBecause.FAMILY)
    assert booking_of(visit.request).state == "cancelled"
    told = Notice.objects.filter(session=visit.session_id, kind="cancelled")
    assert set(told.values_list("volunteer", flat=True)) == {
        first.volunteer_id,
        second.volunteer_id,
    }
    seek_again_in(sessions=[visit.session_id], now=NOW)  # the events' tasks find nothing to do
    end_visits_in(sessions=[visit.session_id], now=NOW)
    assert fresh(visit.request).state == "ended"


@pytest.mark.parametrize("purpose", ["visit", "booking"])
def test_a_withdrawn_consent_ends_what_stood_on_it_at_once(purpose: str) -> None:
    visit = planned(street())
    row = visit.request
    assert row.child_id is not None
    withdraw_consent(
        family_id=row.family_id,
        child_id=row.child_id,
        purpose=purpose,
        actor=row.family.user,
        now=NOW,
    )
    assert (fresh(row).state, fresh(row).end_reason) == ("ended", "consent")
    assert Session.objects.get(pk=visit.session_id).state == "cancelled"
    assert (booking_of(row).state, booking_of(row).end_reason) == ("cancelled", "consent")
    assert not Consent.objects.filter(
        child_id=row.child_id, purpose=purpose, withdrawn_at=None
    ).exists()


def test_a_child_that_is_erased_takes_its_visit_and_the_door_with_it() -> None:
    visit = planned(street())
    row = visit.request
    assert row.child_id is not None
    erase_child(family_id=row.family_id, child_id=row.child_id, actor=None, now=NOW)
    left = fresh(row)
    assert (left.state, left.child_id, left.address, left.topic) == ("ended", None, None, None)
    assert Session.objects.get(pk=visit.session_id).state == "cancelled"


def test_so_does_a_family_that_leaves() -> None:
    row = wish()
    erase_family(family_id=row.family_id, actor=row.family.user, now=NOW)
    assert (fresh(row).state, fresh(row).address) == ("ended", None)


def test_what_found_no_time_ends_and_what_is_over_is_forgotten_in_time() -> None:
    row = wish()
    end = NOW + timedelta(days=30)
    assert end_late_wishes(now=end) == 1
    assert end_late_wishes(now=end) == 0
    assert (fresh(row).state, fresh(row).end_reason) == ("ended", "late")
    assert forget_visits(now=end + VISIT_KEPT - timedelta(minutes=1)) == 0
    assert forget_visits(now=end + VISIT_KEPT) == 1
    assert (fresh(row).address, fresh(row).topic) == (None, None)


# --- another time ---------------------------------------------------------------------------------
def test_a_time_that_does_not_suit_is_looked_for_again() -> None:
    visit = planned(street())
    first, _second = pair(visit)
    decline_seat(booking_id=booking_of(visit.request).pk, actor=None, now=NOW)
    seek_again_in(sessions=[visit.session_id], now=NOW)
    assert fresh(visit.request).state == "open"
    off = Session.objects.get(pk=visit.session_id)
    assert (off.state, off.cancelled_because) == ("cancelled", OffBecause.OTHER_TIME)
    assert Notice.objects.filter(volunteer=first.volunteer_id, kind="cancelled").exists()
    seek_again_in(sessions=[visit.session_id], now=NOW)
    assert kinds().count("visit_sought_again") == 1


def test_a_session_that_is_called_off_leaves_the_wish_and_is_not_opened_again() -> None:
    """By now the family may have another time, or wish for none: the same hour is set anew."""
    here = street()
    visit = planned(here)
    cancel_session(session_id=visit.session_id, actor=here.coordinator, now=NOW, because="老师病了")
    cancel_bookings_of_session(session_id=visit.session_id, actor=None, now=NOW)
    seek_again_in(sessions=[visit.session_id], now=NOW)
    assert fresh(visit.request).state == "open"
    with pytest.raises(HomeNotReopened):
        reopen_session_alone(session_id=visit.session_id, actor=here.coordinator, now=NOW)
    assert Session.objects.get(pk=visit.session_id).state == "cancelled"
    again = planned(here, fresh(visit.request))
    assert again.session.starts_at == visit.session.starts_at
    assert fresh(visit.request).state == "planned"


def test_a_seat_that_is_given_up_later_ends_the_wish() -> None:
    visit = planned(street())
    booking = booking_of(visit.request)
    accept_seat(booking_id=booking.pk, actor=None, now=NOW)
    end_visits_in(sessions=[visit.session_id], now=NOW)  # it stands
    assert fresh(visit.request).state == "planned"
    cancel_booking(booking_id=booking.pk, actor=None, now=NOW)
    end_visits_in(sessions=[visit.session_id], now=NOW)
    assert fresh(visit.request).state == "ended"
    assert Session.objects.get(pk=visit.session_id).state == "cancelled"


def test_what_was_done_to_it_stands_in_the_familys_log() -> None:
    row = wish()
    looks = Access.objects.filter(subject=f"family:{row.family_id}", reason="home visit")
    assert list(looks.values_list("action", flat=True)) == ["create"]


def test_its_door_is_put_right_after_the_first_day_it_named() -> None:
    row = wish()
    later = NOW + timedelta(days=4)
    given: dict[str, Any] = {
        "family_id": row.family_id,
        "request_id": row.pk,
        "actor": None,
        "now": later,
    }
    change_visit_wish(**given, version=row.version, said=said(address="新门牌 9 号"))
    assert VisitRequest.objects.get().address == "新门牌 9 号"
    past = row.first_day + timedelta(days=1)
    for field in ("first_day", "last_day"):
        with pytest.raises(VisitAskRefused):
            change_visit_wish(**given, version=2, said=said(**{field: past}))
