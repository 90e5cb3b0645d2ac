"""A session changes: whom that touches is asked or told, old and new, and nobody is dragged
along."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.outbox.models import Event
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations import (
    Touched,
    accept_offer,
    cancel_session,
    change_session_alone,
    decline_offer,
    expire_offers,
    make_offers,
    see_notice,
    withdraw_assignment,
    withdraw_offer,
)
from backend.rota.snapshot import problem_of
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_session,
    make_venue,
    make_volunteer,
)
from tests.rota.test_sessions import values

pytestmark = pytest.mark.django_db
LATER = {"starts_at": at("2026-12-06 14:00"), "ends_at": at("2026-12-06 15:00")}
FAR = (25.6, 118.6)  # more than an hour away


def change(session: Session, now: datetime = NOW, **new: Any) -> list[Touched]:
    session.refresh_from_db()
    change = change_session_alone(
        session_id=session.pk,
        version=session.version,
        values=values(session, **new),
        actor=None,
        now=now,
    )
    return list(change.touched)


def room(name: str, point: tuple[float, float] = (26.08, 119.3)) -> int:
    return make_venue(name=name, point=point).pk


def counters(session: Session) -> tuple[int, int, int]:
    shift = session.shifts.get()
    return shift.taken, shift.held, Session.objects.get(pk=session.pk).staff


@pytest.fixture
def session() -> Session:
    return make_session(shifts=[("lead", 1, 4)])


def test_a_change_of_place_asks_again_and_says_what_it_was(session: Session) -> None:
    alice = make_volunteer()
    make_assignment(volunteer=alice, shift=session.shifts.get())
    before = session.venue
    (touched,) = change(session, venue_id=room("活动室（3）", (26.1, 119.35)))
    offer = Offer.objects.get(state="pending")
    assert (touched.volunteer, touched.outcome, touched.promised) == (alice.pk, "asked", True)
    assert (offer.before["place"], offer.before["promised"]) == (before.name, True)
    assert counters(session) == (0, 1, 1)
    accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    assert counters(session) == (1, 0, 1)
    assert not Notice.objects.exists()


def test_whom_the_new_place_is_too_far_for_is_told_and_not_asked(session: Session) -> None:
    alice = make_volunteer(max_travel=60)
    make_assignment(volunteer=alice, shift=session.shifts.get())
    (touched,) = change(session, venue_id=room("廷坪乡社区活动室（3）", FAR))
    assert touched.outcome == "released"
    assert [rule["rule"] for rule in touched.broken] == ["reach"]
    assert touched.broken[0]["way"] > touched.broken[0]["limit"] == 60
    notice = Notice.objects.get()
    assert (notice.volunteer, notice.kind, notice.promised) == (alice, "released", True)
    assert not Offer.objects.exists()
    assert Assignment.objects.get().state == "moved"
    assert counters(session) == (0, 0, 0)


def test_whom_another_promise_bars_from_the_new_time_is_told(session: Session) -> None:
    alice, bob = make_volunteer(), make_volunteer()
    other = make_session(starts_at=at("2026-12-06 14:30"))
    make_assignment(volunteer=alice, shift=other.shifts.get())
    for who in (alice, bob):
        make_assignment(volunteer=who, shift=session.shifts.get())
    touched = {one.volunteer: one for one in change(session, **LATER)}
    assert (touched[alice.pk].outcome, touched[bob.pk].outcome) == ("released", "asked")
    assert "overlap" in [rule["rule"] for rule in touched[alice.pk].broken]


def test_another_room_of_the_same_house_is_told_and_asks_nobody(session: Session) -> None:
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    point = (session.latitude, session.longitude)
    (touched,) = change(session, venue_id=room("楼上", point))
    assert touched.outcome == "told"
    assert Assignment.objects.get().state == "active"
    assert Notice.objects.get().kind == "told"


def test_a_new_title_tells_nobody(session: Session) -> None:
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    assert change(session, title="绘本课", required=False, risk_note="带水") == []
    assert not Notice.objects.exists()


def test_other_ages_are_asked_and_nobody_loses_her_place_for_them() -> None:
    session = make_session(
        shifts=[("lead", 1, 4)],
        seats=(0, 10, 5),
        months=(6, 12),
        starts_at=at("2026-12-05 09:00"),
    )
    alice, bob = make_volunteer(), make_volunteer()
    for who in (alice, bob):
        make_assignment(volunteer=who, shift=session.shifts.get())
    bob.availability.all().delete()  # she has changed her week since; her promise stands
    touched = {one.volunteer: one.outcome for one in change(session, months=(12, 18))}
    assert touched == {alice.pk: "asked", bob.pk: "told"}
    assert Assignment.objects.get(volunteer=bob).state == "active"
    assert Offer.objects.get().before["months"] == [6, 12]


def test_moved_back_before_she_answered_it_is_her_promise_again(session: Session) -> None:
    alice = make_volunteer()
    make_assignment(volunteer=alice, shift=session.shifts.get())
    old = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    change(session, **LATER)
    (touched,) = change(session, **old)
    assert touched.outcome == "restored"
    assert Assignment.objects.get().state == "active"
    assert not Offer.objects.filter(state="pending").exists()
    assert counters(session) == (1, 0, 1)
    assert Notice.objects.get().kind == "restored"


def test_moved_twice_she_is_asked_once_and_told_what_she_knew(session: Session) -> None:
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    first = session.starts_at
    change(session, **LATER)
    change(session, starts_at=at("2026-12-08 14:00"), ends_at=at("2026-12-08 15:00"))
    offer = Offer.objects.get(state="pending")
    assert datetime.fromisoformat(offer.before["starts_at"]) == first
    assert offer.before["promised"]


def test_a_no_to_the_old_time_does_not_bind_for_the_new(session: Session) -> None:
    hers = session.rota.organisation
    alice, bob = make_volunteer(organisation=hers), make_volunteer(organisation=hers)
    shift = session.shifts.get()
    decline_offer(offer_id=make_offer(volunteer=alice, shift=shift).pk, actor=None, now=NOW)
    gone = make_assignment(volunteer=bob, shift=shift)
    withdraw_assignment(assignment_id=gone.pk, actor=None, now=NOW)
    assert len(problem_of(session.rota, now=NOW).bans) == 2
    change(session, title="绘本课")
    assert len(problem_of(session.rota, now=NOW).bans) == 2
    change(session, **LATER)
    assert problem_of(session.rota, now=NOW).bans == ()
    offers = make_offers(pairs=[(alice.pk, shift.pk), (bob.pk, shift.pk)], actor=None, now=NOW)
    assert len(offers) == 2
    decline_offer(offer_id=offers[0].pk, actor=None, now=NOW)  # this no is to the new time
    assert len(problem_of(session.rota, now=NOW).bans) == 1


def test_a_promise_is_kept_until_its_time_to_answer_is_over(session: Session) -> None:
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    change(session, **LATER)
    by = Offer.objects.get().answer_by
    expire_offers(now=by - timedelta(minutes=1))
    assert counters(session) == (0, 1, 1)
    expire_offers(now=by)
    assert counters(session) == (0, 0, 0)
    assert Notice.objects.get().kind == "unanswered"


def test_moved_to_early_tomorrow_in_the_night_nobody_is_asked_in_her_sleep() -> None:
    session = make_session(shifts=[("lead", 1, 4)], starts_at=at("2026-12-05 09:00"))
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    soon = {"starts_at": at("2026-12-01 08:00"), "ends_at": at("2026-12-01 09:00")}
    (touched,) = change(session, now=at("2026-11-30 22:00"), **soon)
    assert (touched.outcome, touched.broken) == ("released", ({"rule": "too_late_to_ask"},))
    assert counters(session) == (0, 0, 0)


def test_who_was_only_asked_is_asked_for_what_it_is_now(session: Session) -> None:
    make_offer(volunteer=make_volunteer(), shift=session.shifts.get())
    (touched,) = change(session, **LATER)
    offer = Offer.objects.get()
    assert (touched.outcome, touched.promised, offer.before["promised"]) == ("asked", False, False)


def test_a_cancelled_session_tells_everybody_who_was_to_come_and_why(session: Session) -> None:
    alice, bob, carol = make_volunteer(), make_volunteer(), make_volunteer()
    shift = session.shifts.get()
    make_assignment(volunteer=alice, shift=shift)
    make_offer(volunteer=bob, shift=shift)
    make_offer(volunteer=carol, shift=shift, state="declined")
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="停电")
    session.refresh_from_db()
    assert session.cancelled_because == "停电"
    told = Notice.objects.filter(kind="cancelled").values_list("volunteer", "promised")
    assert sorted(told) == sorted([(alice.pk, True), (bob.pk, False)])


def test_a_question_about_a_promise_that_is_taken_back_is_told(session: Session) -> None:
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    change(session, **LATER)
    withdraw_offer(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    assert Notice.objects.get().kind == "withdrawn"


def test_a_notice_goes_when_it_was_seen_and_the_newest_stays(session: Session) -> None:
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    change(session, venue_id=room("楼上", (session.latitude, session.longitude)))
    cancel_session(session_id=session.pk, actor=None, now=NOW)
    notice = Notice.objects.get()
    assert notice.kind == "cancelled"
    for _ in range(2):
        see_notice(notice_id=notice.pk, actor=None, now=NOW)
    notice.refresh_from_db()
    assert notice.seen_at == NOW


def test_the_numbers_of_places_stay_true_in_every_role() -> None:
    session = make_session(shifts=[("lead", 1, 2), ("helper", 0, 2)])
    lead, helper = session.shifts.order_by("pk")
    for shift in (lead, helper):
        make_assignment(volunteer=make_volunteer(), shift=shift)
    make_offer(volunteer=make_volunteer(max_travel=10), shift=helper)
    change(session, venue_id=room("远处", (26.2, 119.4)))
    held = {h.role.code: (h.taken, h.held) for h in Shift.objects.select_related("role")}
    assert held == {"lead": (0, 1), "helper": (0, 1)}
    assert Session.objects.get().staff == 2


def test_whose_old_no_binds_no_more_hears_of_it() -> None:
    session = make_session(starts_at=at("2026-12-05 09:30"))
    assignment = make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    withdraw_assignment(assignment_id=assignment.pk, actor=None, now=NOW)
    change(session, **LATER)
    streams = Event.objects.get(kind="session_changed").streams
    assert f"volunteer.{assignment.volunteer_id}" in streams


@pytest.mark.parametrize("answers", [True, False])
def test_who_said_no_to_the_new_time_is_asked_when_it_is_the_old_one_again(
    session: Session, answers: bool
) -> None:
    alice = make_volunteer()
    make_assignment(volunteer=alice, shift=session.shifts.get())
    at_first = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    later = {name: moment + timedelta(hours=3) for name, moment in at_first.items() if moment}
    change(session, **later)
    if answers:
        decline_offer(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    else:
        Offer.objects.update(state="expired")
    later |= {name: moment + timedelta(hours=4) for name, moment in at_first.items() if moment}
    assert change(session, **later) == []  # a third time is not what she had promised
    (touched,) = change(session, **at_first)
    assert (touched.name, touched.outcome, touched.back) == (alice.name, "asked", True)
    asked = Offer.objects.get(state="pending")
    assert (asked.volunteer, asked.before, asked.made_at) == (alice, None, NOW)
    assert counters(session)[:2] == (0, 1)


def test_who_said_no_and_whose_place_is_taken_since_is_not_asked_for_it() -> None:
    session = make_session(shifts=[("lead", 1, 1)])
    alice, bob = make_volunteer(), make_volunteer()
    make_assignment(volunteer=alice, shift=session.shifts.get())
    at_first = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    later = {name: moment + timedelta(hours=3) for name, moment in at_first.items() if moment}
    change(session, **later)
    decline_offer(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    make_assignment(volunteer=bob, shift=session.shifts.get())
    assert [one.name for one in change(session, **at_first)] == [bob.name]
