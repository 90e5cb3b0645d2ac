"""Every kind of event that tells somebody, made by the operation that a user would start: who hears
of it, and nobody else does."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from backend.bookings.operations import (
    ask_families_again,
    cancel_booking,
    cancel_bookings_of_session,
    put_back_in_line,
)
from backend.notifications.models import Delivery
from backend.notifications.table import TOLD
from backend.places.operations import note_printed, renew_wall
from backend.rota.agreed import Agreed
from backend.rota.models import Rota, Session
from backend.rota.operations import (
    cancel_session,
    expire_offers,
    reopen_session_alone,
    withdraw_assignment,
    withdraw_offer,
)
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_coordinator,
    make_family,
    make_offer,
    make_organisation,
    make_rota,
    make_session,
    make_user,
    make_venue,
    make_volunteer,
)
from tests.live.changes import CHANGES
from tests.notifications.post import Box, tell
from tests.rota.test_asked_again import change

pytestmark = pytest.mark.django_db(transaction=True)

# Kind of event → message and how many have it, as its case in tests/live/changes.py makes it.
HEARD: dict[str, dict[str, int]] = {
    "act_undone": {},  # the notice that was undone is gone, unread
    "assignment_withdrawn": {},  # nobody is short of time yet
    "booking_asked": {"booking_changed": 1},
    "booking_cancelled": {},  # by the family itself
    "bookings_called_off": {"booking_called_off": 1},
    "bookings_reopened": {"booking_reopened": 1},  # which also says that a seat is kept
    "claim_undone": {},
    "cover_asked": {"cover_asked": 1},
    "cover_ended": {"cover_over": 1},
    "cover_taken": {"cover_taken": 1},
    "credential_added": {"credential_added": 1},
    "credential_ended": {"credential_ended": 1},
    "credential_handed_in": {"credential_handed_in": 1},
    "credential_returned": {"credential_returned": 1},
    "offer_barred": {"notice": 1},
    "offer_declined": {},
    "offer_expired": {"offer_expired": 1},
    "offer_made": {"offer_made": 1},
    "offer_prolonged": {"offer_prolonged": 1},
    "offer_reopened": {"offer_made": 1},
    "offer_withdrawn": {"offer_withdrawn": 1},
    "proposal_published": {"offer_made": 2, "seat_offered": 1},
    "proposal_refused": {"proposal_refused": 1},
    "run_failed": {"run_failed": 1},
    "run_finished": {"run_finished": 1},
    "seat_expired": {"seat_expired": 1},
    "seat_offered": {"seat_offered": 1},
    "seat_taken_back": {"booking_ended": 1},
    "session_cancelled": {"notice": 1},
    "session_changed": {"asked_again": 1},
    "session_reopened": {"offer_made": 1},
    "offer_accepted": {},  # nobody under age was alone in it
    "shift_claimed": {},
    "shift_placed": {"placed": 1},
    "vetting_requested": {"vetting_wanted": 1},
    "vetting_answered": {"vetting_clear": 1},
    "volunteer_applied": {"somebody_applied": 1},
    "volunteer_approved": {"approved": 1},
    "number_asked": {"number_asked": 1},
    "export_asked": {},  # there is nobody but her who asked
    "export_decided": {"export_decided": 1},
    "volunteer_merged": {"merged": 1},
    "volunteer_left": {"standing_changed": 1},
    "pause_kept": {"pause_kept": 1},
    "resume_asked": {"resume_asked": 1, "standing_changed": 1},
    "volunteer_paused": {"standing_changed": 1},
    "volunteer_resumed": {"standing_changed": 1},
    "volunteer_taken_out": {"notice": 1},
    "volunteer_turned_down": {"turned_down": 1},
    "waiting_ended": {"waiting_ended": 1},
    "back_entry_asked": {},  # there is nobody but her who asked
    "back_entry_decided": {"hours_confirmed": 1},
    "families_absent": {"visit_missed": 1},
    "hours_confirmed": {"hours_confirmed": 1},
    "hours_corrected": {"hours_corrected": 1},
    "objection_answered": {"objection_answered": 1},
    "objection_made": {"objection_made": 1},
    "volunteer_was_away": {"was_away": 1},
    "star_awarded": {"star_changed": 1},
    "star_ended": {"star_changed": 1},
    "star_on_display": {"star_changed": 1},
    "statement_denied": {"statement_denied": 1},
    "statement_displayed": {"statement_displayed": 1},
    "statement_doubted": {"statement_doubted": 1},
    "statement_printed": {"statement_ready": 1},
    "statement_requested": {"statement_requested": 1},
    "statement_revoked": {"statement_revoked": 1},
}
HEARD |= {
    "agreement_published": {"agreement_new": 2},
}
HEARD |= {
    "visit_asked": {"home_asked": 1},
    "visit_wish_changed": {},
    "visit_wish_ended": {},
    "visit_declined": {"home_declined": 1},
    "visit_sought_again": {"home_asked": 1},
    "visit_overdue": {"home_overdue": 2},
    "visit_alarmed": {"home_alarm": 1},
    "visit_reopened": {"home_again": 1, "home_alarm_again": 1},
}
HEARD |= {
    "pair_asked": {"pair_asked": 1, "pair_handing": 1},
    "pair_stood": {"pair_at_desk": 1},
    "pair_turned_down": {"pair_at_desk": 1},
    "pair_question_taken_back": {"pair_news": 1},
    "pair_visit_told": {"pair_help": 1},
    "pair_rested": {"pair_news": 1},
    "pair_resumed": {"pair_news": 1},
    "pair_ended": {"pair_news": 1},
}
HEARD |= {
    "case_helper_asked": {"case_asked": 1},
    "case_helper_answered": {"case_answered": 1},
    "case_helper_ended": {"case_over": 1},
}
# Done by the family itself: the others of several grown-ups hear of it, and who is alone knows.
HEARD |= {
    kind: {}
    for kind in (
        *("booking_made", "booking_waiting", "booking_confirmed", "booking_moved"),
        *("booking_children_changed", "seat_accepted", "seat_declined"),
        *("request_opened", "request_closed", "family_hours_changed"),
    )
}
NEAR = at("2026-11-30 09:30")  # the day after tomorrow


def heard() -> Counter[str]:
    rows = Delivery.objects.filter(state=Delivery.State.SENT)
    return Counter(rows.values_list("kind", flat=True))


@pytest.mark.parametrize("kind", HEARD)
def test_who_hears_of_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    story = CHANGES[kind]()
    next(story)
    tell()  # what was before
    Delivery.objects.all().delete()
    next(story, None)
    tell(Box())
    assert heard() == HEARD[kind]


def test_every_event_that_tells_somebody_and_has_a_case_is_heard() -> None:
    assert set(HEARD) == {kind.kind for kind in TOLD if kind.kind in CHANGES}


@pytest.fixture
def rota() -> Rota:
    """Of a county without a coordinator, in a city that has two."""
    city = make_organisation()
    for _ in range(2):
        make_coordinator(organisation=city)
    make_coordinator(organisation=city, role="viewer")
    make_coordinator(organisation=make_organisation(parent=city))  # another county
    return make_rota(organisation=make_organisation(parent=city))


def give_back(session: Session) -> None:
    place = make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    withdraw_assignment(assignment_id=place.pk, actor=None, now=NOW)


def test_a_place_given_back_late_concerns_the_coordinators_of_the_rota(rota: Rota) -> None:
    session = make_session(rota=rota, starts_at=NEAR)
    give_back(session)
    tell()
    assert heard() == {"hole_near": 2}
    told = Delivery.objects.order_by("pk").first()
    assert told is not None
    assert told.text.endswith("「" + session.title + "」（lead）：还缺 1 人。")
    assert told.link == f"/c/sessions/{session.pk}/"


def test_a_place_given_back_in_time_or_beyond_the_minimum_concerns_nobody(rota: Rota) -> None:
    give_back(make_session(rota=rota, starts_at=NEAR + timedelta(days=7)))
    give_back(make_session(rota=rota, starts_at=NEAR, shifts=[("lead", 0, 1)]))
    tell()
    assert heard() == {}


def test_what_nobody_counts_on_any_more_lacks_nobody(rota: Rota) -> None:
    """As the pages say: it need not take place, and nobody else comes."""
    give_back(make_session(rota=rota, starts_at=NEAR, required=False))
    tell()
    assert heard() == {}


def test_a_hole_that_was_filled_meanwhile_is_told_nobody(rota: Rota) -> None:
    session = make_session(rota=rota, starts_at=NEAR)
    give_back(session)
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    tell()
    assert heard() == {}


def test_a_booking_that_somebody_else_ends_is_told_the_family(rota: Rota) -> None:
    session = make_session(rota=rota, starts_at=NEAR, seats=(0, 9, 9))
    booking = make_booking(family=make_family(), session=session)
    cancel_booking(booking_id=booking.pk, actor=make_user(), now=NOW)
    tell()
    assert heard() == {"booking_ended": 1}


@pytest.mark.parametrize(
    ("state", "title", "meaning"),
    [
        ("confirmed", "约好的场次取消了", "不用来了。别的场次还可以约。"),
        ("asked", "约好的场次取消了", "不用来了。别的场次还可以约。"),
        ("offered", "等位子的场次取消了", "不用再等，也不用回复了。别的场次还可以约。"),
        ("waiting", "等位子的场次取消了", "不用再等，也不用回复了。别的场次还可以约。"),
    ],
)
def test_a_family_hears_that_a_session_is_called_off_whether_it_had_a_seat_or_waited(
    state: str, title: str, meaning: str
) -> None:
    session = make_session(starts_at=NEAR, seats=(0, 9, 9), title="亲子课")
    make_booking(
        family=make_family(), session=session, state=state, answer_by=NOW + timedelta(hours=3)
    )
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="停电")
    cancel_bookings_of_session(session_id=session.pk, actor=None, now=NOW)
    tell()
    told = Delivery.objects.get(state=Delivery.State.SENT)
    assert (told.kind, told.title) == ("booking_called_off", title)
    assert told.text.endswith(f"「亲子课」。这一场取消了：停电。{meaning}")


def test_who_stands_at_the_door_of_a_class_called_off_after_its_start_hears_of_it() -> None:
    session = make_session(starts_at=NEAR, seats=(0, 9, 9), title="亲子课")
    make_booking(family=make_family(), session=session)
    late = NEAR + timedelta(minutes=5)
    cancel_session(session_id=session.pk, actor=None, now=late, because="停电")
    cancel_bookings_of_session(session_id=session.pk, actor=None, now=late)
    tell(now=late)
    told = Delivery.objects.get(state=Delivery.State.SENT)
    assert told.kind == "booking_called_off" and "这一场取消了：停电。" in told.text


@pytest.mark.parametrize("state", ["confirmed", "waiting"])
def test_nobody_hears_of_a_class_as_called_off_that_takes_place_after_all(state: str) -> None:
    """The family could not come to it by now, so it is not put back in its line either."""
    session = make_session(starts_at=NEAR, seats=(0, 9, 9), title="亲子课")
    family = make_family()
    make_booking(family=family, session=session, state=state)
    cancel_session(session_id=session.pk, actor=None, now=NOW)
    cancel_bookings_of_session(session_id=session.pk, actor=None, now=NOW)
    beside = make_session(starts_at=NEAR, seats=(0, 9, 9))
    make_booking(family=family, session=beside)
    reopen_session_alone(session_id=session.pk, actor=None, now=NOW)
    put_back_in_line(session_id=session.pk, actor=None, now=NOW)
    tell()
    assert heard() == {}


def test_whose_question_was_changed_and_then_taken_back_hears_of_that_too() -> None:
    """She had never said yes, so no notice says it instead."""
    session = make_session(starts_at=at("2026-12-05 09:30"))
    offer = make_offer(volunteer=make_volunteer(), shift=session.shifts.get())
    change(session, starts_at=at("2026-12-05 10:30"), ends_at=at("2026-12-05 11:30"))
    tell()
    withdraw_offer(offer_id=offer.pk, actor=None, now=NOW)
    tell()
    assert heard() == {"asked_again": 1, "offer_withdrawn": 1}


def test_the_time_to_answer_runs_out_for_what_has_no_beginning_too() -> None:
    offer = make_offer(
        volunteer=make_volunteer(), shift=make_session(starts_at=None).shifts.get(), answer_by=NOW
    )
    expire_offers(now=NOW)
    tell()
    assert heard() == {"offer_expired": 1}
    assert Delivery.objects.get().subjects == [offer.pk]


def test_who_did_not_answer_in_time_is_not_sent_to_what_was_called_off_since() -> None:
    session = make_session(starts_at=NEAR)
    make_offer(volunteer=make_volunteer(), shift=session.shifts.get(), answer_by=NOW)
    expire_offers(now=NOW)
    cancel_session(session_id=session.pk, actor=None, now=NOW)
    tell()
    assert heard() == {}


@pytest.mark.parametrize(
    ("change_to", "text", "one_tap"),
    [
        ({"months": (30, 36)}, "位子给你留着。照现在这样你们来不了，打开看看怎么办。请在", False),
        (
            {"months": (18, 30)},
            "位子给你留着。照现在这样只有 1 个孩子能来，打开看看是谁。请在",
            False,
        ),
        (
            {"starts_at": at("2026-12-05 10:30"), "ends_at": at("2026-12-05 11:30")},
            "位子给你留着。请在",
            True,
        ),
    ],
)
def test_who_could_not_say_yes_to_a_change_is_led_to_the_page_and_not_asked_to_tap(
    change_to: dict[str, Any], text: str, one_tap: bool
) -> None:
    session = make_session(starts_at=at("2026-12-05 09:30"), seats=(0, 9, 9))
    family = make_family(children=("2025-03", "2025-10"), agreed=True)
    booking = make_booking(family=family, session=session)
    before = Agreed.of(session)
    change(session, **change_to)
    ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)
    box = Box()
    tell(box)
    (message,) = [m for _, m in box.got if m.template == "booking_changed"]
    assert text in message.text
    assert ("/l/" in message.link) == one_tap
    assert one_tap or message.link.endswith(f"/f/bookings/{booking.pk}/")


def test_whoever_printed_the_sheet_that_works_no_more_hears_of_it() -> None:
    venue = make_venue(name="乌山亲子园")
    printed, renews = make_user(), make_user()
    for user in (printed, renews):
        note_printed(venue=venue, actor=user, now=NOW)
    renew_wall(venue_id=venue.pk, seen=1, actor=renews, now=NOW)
    tell()
    told = Delivery.objects.get()
    assert (told.user_id, told.subjects) == (printed.pk, [venue.pk])
    assert told.text == "「乌山亲子园」墙上的签到码换过了，旧的扫不出来。请打印第 2 张贴上去。"


def test_who_waits_in_a_line_is_not_told_that_she_had_booked() -> None:
    session = make_session(starts_at=at("2026-12-05 09:30"), seats=(0, 9, 9))
    make_booking(family=make_family(agreed=True), session=session, state="waiting")
    before = Agreed.of(session)
    change(session, starts_at=at("2026-12-05 10:30"), ends_at=at("2026-12-05 11:30"))
    ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)
    tell()
    told = Delivery.objects.get(kind="booking_changed")
    assert told.title == "等位子的场次改了"
    assert told.text.endswith("你还排着候补。")


def test_who_waits_for_ages_that_do_not_fit_any_more_reads_that_she_cannot_come() -> None:
    session = make_session(starts_at=at("2026-12-05 09:30"), seats=(0, 9, 9))
    family = make_family(children=("2025-03",), agreed=True)
    make_booking(family=family, session=session, state="waiting")
    before = Agreed.of(session)
    change(session, months=(24, 36))
    ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)
    tell()
    told = Delivery.objects.get(kind="booking_changed")
    assert told.text.endswith("你还排着候补。照现在这样你们来不了，打开看看怎么办。")


def test_who_left_a_child_at_home_for_its_age_reads_that_it_fits_again() -> None:
    session = make_session(starts_at=at("2026-12-05 09:30"), seats=(0, 9, 9))
    family = make_family(children=("2026-03", "2025-03"), agreed=True)
    booking = make_booking(family=family, session=session)
    at_home = family.children.order_by("pk")[1]
    booking.children.remove(at_home)
    booking.left_for_age.add(at_home)
    before = Agreed.of(session)
    change(session, months=(6, 24))
    ask_families_again(session_id=session.pk, before=before, actor=None, now=NOW)
    tell()
    told = Delivery.objects.get(kind="booking_changed")
    assert told.title == "约好的场次改了"
    assert "月龄改了" in told.text
    fits = "没来的孩子里，有 1 个现在也合适了，打开可以加上。"
    assert told.text.endswith(f"你的位子不变。{fits}")


def test_who_gets_her_seat_back_reads_that_it_takes_place_after_all_and_is_asked_once() -> None:
    session = make_session(starts_at=at("2026-12-05 09:30"), seats=(0, 1, 1))
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    make_booking(family=make_family(agreed=True), session=session)
    make_booking(family=make_family(agreed=True), session=session, state="waiting")
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    cancel_bookings_of_session(session_id=session.pk, actor=None, now=NOW)
    Session.objects.filter(pk=session.pk).update(state="open")
    put_back_in_line(session_id=session.pk, actor=None, now=NOW)
    tell()
    told = Delivery.objects.exclude(kind="booking_called_off").order_by("pk")
    assert {one.title for one in told} == {"取消的场次又开了"}
    asked, waits = (one.text for one in told)
    assert "又开了。位子给你留着，还来的话请说一声。请在" in asked
    assert waits.endswith("又开了。你排在候补里，有位子就马上问你，不想去了请取消。")
