"""What barred somebody is taken away by a later change: she is asked again, or has her promise
back; and what she reads is true when she reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.outbox.models import Event
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Notice, Offer, Session
from backend.rota.operations import (
    OfferGone,
    Touched,
    accept_offer,
    claim_shift,
    end_barred_offers,
    make_offers,
    see_notice,
    undo_accept,
    whom_a_change_touches,
    withdraw_assignment,
)
from backend.rota.queries import notices_of
from backend.volunteers.models import Apart, Availability, Volunteer
from tests.factories import NOW, at, make_assignment, make_offer, make_session, make_volunteer
from tests.rota.test_asked_again import change, counters
from tests.rota.test_fewer import heads, lead, said_yes

pytestmark = pytest.mark.django_db
SATURDAY = 5
HALF_PAST_THREE = {"starts_at": at("2026-12-05 15:30"), "ends_at": at("2026-12-05 16:30")}
HALF_PAST_FOUR = {"starts_at": at("2026-12-05 16:30"), "ends_at": at("2026-12-05 17:30")}
THREE = {"starts_at": at("2026-12-05 15:00"), "ends_at": at("2026-12-05 16:00")}
EVENING = {"starts_at": at("2026-12-05 18:00"), "ends_at": at("2026-12-05 19:00")}


@pytest.fixture
def session() -> Session:
    return make_session(starts_at=HALF_PAST_THREE["starts_at"], shifts=[("lead", 1, 2)])


@pytest.fixture
def her(session: Session) -> Volunteer:
    """Free on Saturdays until half past four; she has said yes."""
    her = make_volunteer(
        organisation=session.rota.organisation,
        available=[(SATURDAY, 14 * 60, 16 * 60 + 30)],
    )
    make_assignment(volunteer=her, shift=session.shifts.get())
    return her


def outcomes(touched: list[Touched]) -> list[tuple[int, str, bool, bool]]:
    return [(one.volunteer, one.outcome, one.promised, one.back) for one in touched]


def read_by(volunteer: Volunteer) -> list[tuple[str, list[str]]]:
    return [(n.kind, [r["rule"] for r in n.broken]) for n in notices_of(volunteer, NOW)]


def seen(volunteer: Volunteer) -> None:
    see_notice(notice_id=notices_of(volunteer, NOW)[0].pk, actor=None, now=NOW)


def test_moved_back_before_she_read_of_it_her_promise_stands(
    session: Session, her: Volunteer
) -> None:
    change(session, **HALF_PAST_FOUR)
    assert read_by(her) == [("released", ["availability"])]
    touched = change(session, **HALF_PAST_THREE)
    assert outcomes(touched) == [(her.pk, "restored", True, True)]
    row = Assignment.objects.get()
    assert (row.state, row.ended_at, counters(session)) == ("active", None, (1, 0, 1))
    assert read_by(her) == [("restored", [])]
    streams = Event.objects.order_by("-pk")[0].streams
    assert f"volunteer.{her.pk}" in streams


def test_who_has_read_that_she_need_not_come_is_asked_anew(
    session: Session, her: Volunteer
) -> None:
    change(session, **HALF_PAST_FOUR)
    seen(her)
    touched = change(session, **HALF_PAST_THREE)
    assert outcomes(touched) == [(her.pk, "asked", False, True)]
    offer = Offer.objects.get()
    assert (offer.state, offer.before, counters(session)) == ("pending", None, (0, 1, 1))
    accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    assert counters(session) == (1, 0, 1)


def test_at_a_third_time_that_she_can_she_is_asked_beside_what_she_had_promised(
    session: Session, her: Volunteer
) -> None:
    known = Agreed.of(session)
    change(session, **HALF_PAST_FOUR)
    touched = change(session, **THREE)
    assert outcomes(touched) == [(her.pk, "asked", True, True)]
    offer = Offer.objects.get()
    assert (Agreed.from_json(offer.before), offer.before["promised"]) == (known, True)
    assert read_by(her) == []


def test_a_promise_that_came_back_is_no_slip_of_hers_and_comes_back_once_more(
    session: Session, her: Volunteer
) -> None:
    """She tapped nothing when it came back, so there is no tap to undo."""
    change(session, **THREE)
    change(session, **HALF_PAST_THREE)
    with pytest.raises(OfferGone):
        undo_accept(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    change(session, **THREE)
    touched = change(session, **HALF_PAST_THREE)
    assert outcomes(touched) == [(her.pk, "restored", True, False)]
    assert Assignment.objects.get().state == "active" and counters(session) == (1, 0, 1)


def test_still_barred_she_reads_why_from_what_it_is_now(session: Session, her: Volunteer) -> None:
    known = Agreed.of(session)
    change(session, **HALF_PAST_FOUR)
    other = make_session(starts_at=at("2026-12-05 14:30"), rota=session.rota)
    make_assignment(volunteer=her, shift=other.shifts.get())
    assert change(session, **THREE) == []
    assert read_by(her) == [("released", ["overlap"])]
    assert Agreed.from_json(Notice.objects.get().before) == known
    assert f"volunteer.{her.pk}" in Event.objects.order_by("-pk")[0].streams


def test_a_place_that_somebody_has_by_now_is_not_given_twice(
    session: Session, her: Volunteer
) -> None:
    change(session, **HALF_PAST_FOUR)
    for _ in range(2):
        make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    touched = change(session, **HALF_PAST_THREE)
    assert her.pk not in {one.volunteer for one in touched}
    assert read_by(her) == [("released", ["place_taken"])]
    assert counters(session) == (0, 2, 2)
    role = session.shifts.get().role_id
    (back,) = change(session, shifts=[(role, 1, 3)])
    assert outcomes([back]) == [(her.pk, "restored", True, True)]


def test_too_late_to_ask_she_keeps_what_she_promised_and_nothing_new_is_asked(
    session: Session, her: Volunteer
) -> None:
    soon = at("2026-12-05 15:24")
    change(session, **HALF_PAST_FOUR)
    three = {"starts_at": at("2026-12-05 15:25"), "ends_at": at("2026-12-05 16:25")}
    assert change(session, now=soon, **three) == []
    assert read_by(her) == [("released", ["too_late_to_ask"])]
    (back,) = change(session, now=soon, **HALF_PAST_THREE)
    assert back.outcome == "restored"


def test_a_question_that_a_change_ended_waits_again(session: Session) -> None:
    her = make_volunteer(available=[(SATURDAY, 14 * 60, 16 * 60 + 30)])
    make_offer(volunteer=her, shift=session.shifts.get())
    change(session, **HALF_PAST_FOUR)
    assert read_by(her) == [("released", ["availability"])]
    touched = change(session, **HALF_PAST_THREE)
    assert outcomes(touched) == [(her.pk, "asked", False, True)]
    assert Offer.objects.get(state="pending").before is None
    assert read_by(her) == []


def test_a_question_that_was_barred_is_asked_where_it_bars_no_more(
    session: Session, her: Volunteer
) -> None:
    known = Agreed.of(session)
    change(session, **THREE)
    other = make_session(starts_at=at("2026-12-05 14:30"), rota=session.rota)
    claim_shift(volunteer_id=her.pk, shift_id=other.shifts.get().pk, actor=None, now=NOW)
    end_barred_offers(volunteer_id=her.pk, now=NOW)
    assert read_by(her) == [("barred", ["overlap"])]
    change(session, **EVENING)
    assert read_by(her) == [("released", ["availability"])]  # from what she was never asked
    touched = change(session, **HALF_PAST_THREE)
    assert outcomes(touched) == [(her.pk, "restored", True, True)]
    assert Agreed.from_json(notices_of(her, NOW)[0].before) == known


def test_whom_an_earlier_change_released_two_who_must_not_meet_do_not_both_return(
    session: Session, her: Volunteer
) -> None:
    bob = make_volunteer(available=[(SATURDAY, 14 * 60, 16 * 60 + 30)])
    make_offer(volunteer=bob, shift=session.shifts.get())
    change(session, **HALF_PAST_FOUR)
    Apart.objects.create(first=her, second=bob)
    touched = change(session, **HALF_PAST_THREE)
    assert outcomes(touched) == [(her.pk, "restored", True, True)]
    assert read_by(bob) == [("released", ["other"])]


def test_who_said_no_since_or_gave_it_back_is_left_alone(session: Session, her: Volunteer) -> None:
    bob = make_volunteer(organisation=session.rota.organisation)
    make_assignment(volunteer=bob, shift=session.shifts.get())
    Availability.objects.filter(volunteer=bob).delete()
    change(session, **HALF_PAST_FOUR)
    Availability.objects.create(volunteer=bob, weekday=SATURDAY, start=0, end=1440)
    later = NOW + timedelta(hours=1)
    shift = session.shifts.get()
    taken = claim_shift(volunteer_id=bob.pk, shift_id=shift.pk, actor=None, now=later)
    withdraw_assignment(assignment_id=taken.pk, actor=None, now=later)
    touched = change(session, now=later + timedelta(hours=1), **HALF_PAST_THREE)
    assert outcomes(touched) == [(her.pk, "restored", True, True)]


def test_another_title_or_age_asks_nobody_who_was_released(
    session: Session, her: Volunteer
) -> None:
    change(session, **HALF_PAST_FOUR)
    Availability.objects.create(volunteer=her, weekday=SATURDAY, start=990, end=1440)
    assert change(session, title="绘本课") == []
    assert read_by(her) == [("released", ["availability"])]


def test_a_head_count_that_grows_again_brings_back_who_was_let_go() -> None:
    session = make_session(shifts=[("lead", 1, 4), ("helper", 0, 2)])
    early = said_yes(session, 9)
    late = said_yes(session, 1)
    last = make_volunteer()
    make_offer(volunteer=last, shift=lead(session))
    change(session, shifts=heads(session, lead=1))
    assert read_by(late) == [("let_go", ["fewer_places"])]
    assert change(session, shifts=heads(session, helper=1)) == []
    touched = change(session, shifts=[*heads(session, lead=0), (lead(session).role_id, 1, 2)])
    assert outcomes(touched) == [(late.pk, "restored", True, True)]
    assert read_by(last) == [("released", ["place_taken"])]
    assert (lead(session).taken, lead(session).held) == (2, 0)
    assert Assignment.objects.get(volunteer=early).state == "active"


def test_whoever_may_return_is_held_before_the_session(session: Session, her: Volunteer) -> None:
    assert whom_a_change_touches(session.pk) == {her.pk}
    change(session, **HALF_PAST_FOUR)
    assert whom_a_change_touches(session.pk) == {her.pk}


def test_what_she_takes_or_is_asked_since_outdates_that_she_cannot_come(
    session: Session, her: Volunteer
) -> None:
    change(session, **HALF_PAST_FOUR)
    Availability.objects.create(volunteer=her, weekday=SATURDAY, start=0, end=1440)
    make_offers(pairs=[(her.pk, session.shifts.get().pk)], actor=None, now=NOW)
    assert read_by(her) == []
    accept_offer(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    assert read_by(her) == []


def test_who_gave_her_place_back_reads_no_more_that_she_keeps_it(
    session: Session, her: Volunteer
) -> None:
    change(session, **HALF_PAST_FOUR)
    change(session, **HALF_PAST_THREE)
    withdraw_assignment(assignment_id=Assignment.objects.get().pk, actor=None, now=NOW)
    assert read_by(her) == []


def test_what_she_has_not_read_is_told_from_what_she_knows(session: Session) -> None:
    """Another room, and back: the first room is what she knows; then a question is all of it."""
    her = make_volunteer()
    make_assignment(volunteer=her, shift=session.shifts.get())
    known = Agreed.of(session)
    point = (session.latitude, session.longitude)
    upstairs = make_session(point=point).venue_id
    assert outcomes(change(session, venue_id=upstairs)) == [(her.pk, "told", True, False)]
    assert outcomes(change(session, venue_id=known.venue_id)) == [(her.pk, "restored", True, False)]
    assert read_by(her) == [("restored", [])]
    change(session, venue_id=upstairs)
    change(session, **THREE)
    assert read_by(her) == []
    assert Agreed.from_json(Offer.objects.get().before) == known


def test_a_notice_is_on_top_until_its_session_is_over(session: Session, her: Volunteer) -> None:
    change(session, **HALF_PAST_FOUR)
    session.refresh_from_db()
    ends = session.ends_at
    assert ends is not None
    assert len(notices_of(her, ends - timedelta(minutes=1))) == 1
    assert notices_of(her, ends) == []
