"""A session that was called off is opened again: whom that asks, and that it was shown before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.models import Booking
from backend.bookings.operations import cancel_bookings_of_session
from backend.bookings.policy import kept_again_by, seat_deadline
from backend.notifications.facts import offer_waits
from backend.planning.operations import effect_of_reopening, reopen_session
from backend.rota.models import Act, Assignment, Notice, Offer, Session
from backend.rota.operations import (
    SessionNotCancelled,
    SessionOver,
    cancel_session,
    claim_shift,
    see_notice,
)
from backend.web.volunteer.cards import ask_card
from backend.words.messages import WORDS
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_family,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def called_off(session: Session) -> None:
    cancel_session(session_id=session.pk, actor=None, now=NOW, because="下雨")
    cancel_bookings_of_session(session_id=session.pk, actor=None, now=NOW)


def staffed(**fields: object) -> tuple[Session, Assignment]:
    session = make_session(seats=(0, 8, 4), **fields)  # type: ignore[arg-type]
    return session, make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())


def test_volunteers_and_families_are_asked_anew() -> None:
    session, hers = staffed()
    coming = make_booking(family=make_family(), session=session)
    called_off(session)
    effect = reopen_session(session_id=session.pk, actor=None, now=NOW)
    session.refresh_from_db()
    coming.refresh_from_db()
    assert (session.state, session.cancelled_because) == ("open", "")
    offer = Offer.objects.get()
    assert (offer.volunteer_id, offer.state) == (hers.volunteer_id, "pending")
    assert (coming.state, session.seats_taken) == ("offered", 1)
    assert (list(effect.asked), effect.offered, effect.waiting) == ([hers.volunteer.name], 1, 0)
    assert Notice.objects.count() == 0  # nobody reads any more that it is called off
    assert Act.objects.latest("pk").verb == "reopened"


def test_who_cannot_come_any_more_is_counted_by_what_keeps_her() -> None:
    session, _hers = staffed()
    away, coming, grown = make_family(), make_family(), make_family(children=["2020-01"])
    for family in (away, grown, coming):
        make_booking(family=family, session=session)
    called_off(session)
    other = make_session(seats=(0, 8, 4), rota=session.rota, starts_at=session.starts_at)
    make_booking(family=away, session=other)
    session.refresh_from_db()
    effect = effect_of_reopening(session_id=session.pk, actor=None, now=NOW)
    assert (effect.elsewhere, effect.of_no_age, effect.left) == (1, 1, 0)
    assert effect.offered + effect.waiting == 1


def test_who_had_a_seat_has_the_time_that_everybody_has_who_is_asked() -> None:
    """Who only waited is asked as the line always is: a quarter of what is left, others wait."""
    session, _hers = staffed()
    coming = make_booking(family=make_family(), session=session)
    waited = make_booking(family=make_family(), session=session, state="waiting")
    called_off(session)
    assert session.starts_at is not None
    now = session.starts_at - timedelta(hours=30)
    reopen_session(session_id=session.pk, actor=None, now=now)
    for row in (session, coming, waited):
        row.refresh_from_db()
    longer, short = kept_again_by(session, now), seat_deadline(session, now)
    assert longer is not None and short is not None and longer > short
    assert (coming.state, coming.answer_by) == ("offered", longer)
    assert (waited.state, waited.answer_by) == ("offered", short)


def test_who_is_asked_anew_reads_what_it_was() -> None:
    """Who had promised, and who had been asked, are told so; who is asked for the first time is
    not."""
    session, hers = staffed(shifts=[("lead", 2, 3)])
    asked = make_offer(volunteer=make_volunteer(), shift=session.shifts.get())
    called_off(session)
    reopen_session(session_id=session.pk, actor=None, now=NOW)
    new = make_offer(volunteer=make_volunteer(), shift=session.shifts.get())
    offers = Offer.objects.filter(state="pending").in_bulk(field_name="id")
    by_volunteer = {offer.volunteer_id: offer for offer in offers.values()}
    said = {
        volunteer: WORDS["offer_made"]([offer_waits([offer.pk], NOW)[offer.pk]], NOW).text
        for volunteer, offer in by_volunteer.items()
    }
    assert "这一场取消过，现在又办了，你原来答应过。请在" in said[hers.volunteer_id]
    assert "这一场取消过，现在又办了，原来也请过你。请在" in said[asked.volunteer_id]
    assert "取消过" not in said[new.volunteer_id]
    card = ask_card(by_volunteer[hers.volunteer_id], hers.volunteer, NOW)
    assert card.headline.startswith("这一场取消过，现在又办了，你原来答应过，请在")


def test_what_it_would_do_is_shown_and_changes_nothing() -> None:
    session, _hers = staffed()
    make_booking(family=make_family(), session=session)
    called_off(session)
    effect = effect_of_reopening(session_id=session.pk, actor=None, now=NOW)
    assert (len(effect.asked), effect.offered) == (1, 1)
    session.refresh_from_db()
    assert (session.state, Offer.objects.count()) == ("cancelled", 0)


@pytest.mark.parametrize("read", [True, False])
def test_who_has_something_else_by_now_is_not_asked(read: bool) -> None:
    rota = make_rota()
    session, hers = staffed(rota=rota)
    called_off(session)
    if read:
        see_notice(notice_id=Notice.objects.get().pk, actor=None, now=NOW)
    other = make_session(rota=rota)  # at the same time
    claim_shift(volunteer_id=hers.volunteer_id, shift_id=other.shifts.get().pk, actor=None, now=NOW)
    effect = reopen_session(session_id=session.pk, actor=None, now=NOW)
    assert [pair.code for _name, pair in effect.barred] == ["rules"]
    assert Offer.objects.count() == 0
    unread = Notice.objects.filter(seen_at=None).values_list("kind", flat=True)
    assert list(unread) == ([] if read else ["barred"])


def test_a_family_that_is_elsewhere_by_now_is_left_alone() -> None:
    rota = make_rota()
    session, _hers = staffed(rota=rota)
    family = make_family()
    make_booking(family=family, session=session)
    called_off(session)
    make_booking(family=family, session=make_session(rota=rota, seats=(0, 8, 4)))
    effect = reopen_session(session_id=session.pk, actor=None, now=NOW)
    assert (effect.offered, effect.waiting, effect.elsewhere) == (0, 0, 1)
    assert Booking.objects.get(session=session).state == "cancelled"


def test_the_line_keeps_its_order_and_waits_where_nobody_can_look_after_children() -> None:
    session = make_session(seats=(0, 8, 4))
    for _ in range(2):
        make_booking(family=make_family(), session=session, state="waiting")
    called_off(session)
    effect = reopen_session(session_id=session.pk, actor=None, now=NOW)
    assert (list(effect.asked), effect.offered, effect.waiting) == ([], 0, 2)


def test_who_had_a_seat_has_it_before_who_waited_longer() -> None:
    """As when brothers and sisters were passed over because there was one seat."""
    session, _hers = staffed()
    Session.objects.filter(pk=session.pk).update(seats_max=1)
    session.refresh_from_db()
    waited = make_booking(
        family=make_family(), session=session, state="waiting", made_at=NOW - timedelta(days=2)
    )
    came = make_booking(
        family=make_family(), session=session, made_at=NOW - timedelta(days=1), code="AB12"
    )
    called_off(session)
    effect = reopen_session(session_id=session.pk, actor=None, now=NOW)
    assert (effect.offered, effect.waiting) == (1, 1)
    waited.refresh_from_db()
    came.refresh_from_db()
    assert (came.state, waited.state) == ("offered", "waiting")


def test_only_what_is_called_off_and_has_not_begun_is_opened() -> None:
    session, _hers = staffed()
    with pytest.raises(SessionNotCancelled):
        reopen_session(session_id=session.pk, actor=None, now=NOW)
    called_off(session)
    with pytest.raises(SessionOver):
        reopen_session(session_id=session.pk, actor=None, now=session.starts_at)
