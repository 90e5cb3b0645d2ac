"""What a coordinator does by hand: to whom, what she reads of it, and that it can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.models import User
from backend.outbox.models import Event
from backend.rota.models import Act, Assignment, Notice, Offer, Session, Shift
from backend.rota.operations import (
    AgainstTheRules,
    NoMoreTime,
    NotActive,
    OfferGone,
    OffersRefused,
    PlaceGone,
    ReasonMissing,
    SessionBegun,
    SessionNotOpen,
    TooLateToUndo,
    accept_offer,
    cancel_session,
    claim_shift,
    make_offers,
    pin_offer,
    place,
    prolong_offer,
    replace,
    see_notice,
    swap,
    take_back_offer,
    take_out,
    undo_act,
    withdraw_assignment,
)
from backend.rota.policy import UNDO
from backend.rota.snapshot.promises import promises_in
from backend.volunteers.models import Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=8)


def only_shift(session: Session) -> Shift:
    return session.shifts.get()


def counters(session: Session) -> tuple[int, int, int]:
    shift = only_shift(session)
    return shift.taken, shift.held, Session.objects.get(pk=session.pk).staff


def has(session: Session) -> set[int]:
    rows = Assignment.objects.filter(session=session, state=Assignment.State.ACTIVE)
    return set(rows.values_list("volunteer", flat=True))


def waits(session: Session) -> set[int]:
    rows = Offer.objects.filter(session=session, state=Offer.State.PENDING)
    return set(rows.values_list("volunteer", flat=True))


def log(session: Session) -> list[tuple[str, int | None, str]]:
    rows = Act.objects.filter(session=session).order_by("pk")
    return list(rows.values_list("verb", "volunteer", "because"))


# --- taken out ------------------------------------------------------------------------------------
def test_who_is_taken_out_has_no_place_and_reads_why() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    take_out(assignment_id=hers.pk, because=" 换了  主讲 ", actor=me, now=NOW)
    hers.refresh_from_db()
    assert (hers.state, hers.ended_at, counters(session)) == ("taken_out", NOW, (0, 0, 0))
    notice = Notice.objects.get()
    assert (notice.volunteer_id, notice.kind, notice.because) == (her.pk, "taken_out", "换了 主讲")
    assert log(session) == [("took_out", her.pk, "换了 主讲")]
    assert Event.objects.get().kind == "volunteer_taken_out"


def test_nobody_is_taken_out_without_a_reason_after_the_beginning_or_twice() -> None:
    session = make_session()
    hers = make_assignment(volunteer=make_volunteer(), shift=only_shift(session))
    with pytest.raises(ReasonMissing):
        take_out(assignment_id=hers.pk, because=" ", actor=None, now=NOW)
    with pytest.raises(SessionBegun):
        take_out(assignment_id=hers.pk, because="换人", actor=None, now=session.starts_at)
    take_out(assignment_id=hers.pk, because="换人", actor=None, now=NOW)
    with pytest.raises(PlaceGone):
        take_out(assignment_id=hers.pk, because="换人", actor=None, now=NOW)
    assert (Act.objects.count(), counters(session)) == (1, (0, 0, 0))


def test_no_plan_asks_her_for_that_session_again() -> None:
    her, session = make_volunteer(), make_session()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    take_out(assignment_id=hers.pk, because="换人", actor=None, now=NOW)
    promised = promises_in(Assignment.objects.all(), Offer.objects.all())
    assert promised.bans == [(f"v{her.pk}", f"s{session.pk}")]


def test_it_is_undone_within_a_moment_and_she_has_heard_nothing() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    act = take_out(assignment_id=hers.pk, because="换人", actor=me, now=NOW)
    undo_act(act_id=act.pk, actor=me, now=SOON)
    hers.refresh_from_db()
    assert (hers.state, hers.ended_at, counters(session)) == ("active", None, (1, 0, 1))
    assert Notice.objects.count() == 0
    assert Act.objects.get().undone_at == SOON


def test_who_has_read_it_already_reads_that_it_is_as_before() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    act = take_out(assignment_id=hers.pk, because="换人", actor=me, now=NOW)
    see_notice(notice_id=Notice.objects.get().pk, actor=None, now=NOW)
    undo_act(act_id=act.pk, actor=me, now=SOON)
    assert Notice.objects.get(seen_at=None).kind == "put_back"


def test_nobody_undoes_for_another_twice_or_later() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    act = take_out(assignment_id=hers.pk, because="换人", actor=me, now=NOW)
    for who, when in ((make_user(), SOON), (me, NOW + UNDO + timedelta(seconds=1))):
        with pytest.raises(TooLateToUndo):
            undo_act(act_id=act.pk, actor=who, now=when)
    undo_act(act_id=act.pk, actor=me, now=SOON)
    with pytest.raises(TooLateToUndo):
        undo_act(act_id=act.pk, actor=me, now=SOON)
    assert has(session) == {her.pk}


def test_her_place_is_not_given_back_to_her_over_what_she_took_meanwhile() -> None:
    her, rota, me = make_volunteer(), make_rota(), make_user()
    session, other = make_session(rota=rota), make_session(rota=rota)  # at the same time
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    act = take_out(assignment_id=hers.pk, because="换人", actor=me, now=NOW)
    claim_shift(volunteer_id=her.pk, shift_id=only_shift(other).pk, actor=None, now=NOW)
    with pytest.raises(AgainstTheRules):
        undo_act(act_id=act.pk, actor=me, now=SOON)
    assert (has(session), has(other)) == (set(), {her.pk})


# --- placed, with her word ------------------------------------------------------------------------
def test_her_word_by_telephone_answers_the_question_that_waited() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    offer = make_offer(volunteer=her, shift=only_shift(session))
    place(volunteer_id=her.pk, shift_id=only_shift(session).pk, actor=me, now=NOW)
    assert (has(session), counters(session)) == ({her.pk}, (1, 0, 1))
    assert log(session) == [("placed", her.pk, "")]
    undo_act(act_id=Act.objects.get().pk, actor=me, now=SOON)
    offer.refresh_from_db()
    assert (has(session), offer.state, counters(session)) == (set(), "pending", (0, 1, 1))


def test_who_is_there_already_is_not_placed_again() -> None:
    her, session = make_volunteer(), make_session()
    make_assignment(volunteer=her, shift=only_shift(session))
    place(volunteer_id=her.pk, shift_id=only_shift(session).pk, actor=None, now=SOON)
    assert (log(session), counters(session)) == ([], (1, 0, 1))


# --- questions ------------------------------------------------------------------------------------
def test_a_question_is_taken_back_and_asked_on() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    offer = make_offer(volunteer=her, shift=only_shift(session))
    act = take_back_offer(offer_id=offer.pk, actor=me, now=NOW)
    assert (waits(session), counters(session)) == (set(), (0, 0, 0))
    undo_act(act_id=act.pk, actor=me, now=SOON)
    assert (waits(session), counters(session)) == ({her.pk}, (0, 1, 1))


def test_a_question_has_as_long_as_if_it_were_asked_now() -> None:
    session, me = make_session(), make_user()  # a week away
    offer = make_offer(
        volunteer=make_volunteer(),
        shift=only_shift(session),
        answer_by=NOW + timedelta(hours=1),
    )
    act = prolong_offer(offer_id=offer.pk, actor=me, now=NOW)
    offer.refresh_from_db()
    assert offer.answer_by == at("2026-11-29 12:00")
    with pytest.raises(NoMoreTime):
        prolong_offer(offer_id=offer.pk, actor=me, now=NOW)
    undo_act(act_id=act.pk, actor=me, now=SOON)
    offer.refresh_from_db()
    assert offer.answer_by == NOW + timedelta(hours=1)


def test_what_was_answered_is_neither_taken_back_nor_prolonged() -> None:
    session = make_session()
    offer = make_offer(volunteer=make_volunteer(), shift=only_shift(session))
    accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    for act in (take_back_offer, prolong_offer):
        with pytest.raises(OfferGone):
            act(offer_id=offer.pk, actor=None, now=NOW)


def test_those_who_were_asked_together_are_unasked_together() -> None:
    session, me = make_session(shifts=[("lead", 1, 3)]), make_user()
    shift = only_shift(session)
    pairs = [(make_volunteer().pk, shift.pk) for _ in range(3)]
    make_offers(pairs=pairs, actor=me, now=NOW)
    first = Act.objects.get(beside=None)
    undo_act(act_id=first.pk, actor=me, now=SOON)
    assert (waits(session), counters(session)) == (set(), (0, 0, 0))
    assert set(Offer.objects.values_list("state", flat=True)) == {"lapsed"}


def test_who_has_answered_is_not_unasked() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    make_offers(pairs=[(her.pk, only_shift(session).pk)], actor=me, now=NOW)
    accept_offer(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    with pytest.raises(OfferGone):
        undo_act(act_id=Act.objects.get().pk, actor=me, now=SOON)
    assert has(session) == {her.pk}


def test_a_plan_keeps_a_pinned_question_as_it_keeps_a_promise() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    offer = make_offer(volunteer=her, shift=only_shift(session))
    pair = (f"v{her.pk}", f"h{only_shift(session).pk}")

    def told() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        promised = promises_in(Assignment.objects.all(), Offer.objects.all())
        return promised.pins, promised.asked

    assert told() == ([], [pair])
    act = pin_offer(offer_id=offer.pk, pinned=True, actor=me, now=NOW)
    assert told() == ([pair], [])
    undo_act(act_id=act.pk, actor=me, now=SOON)
    assert told() == ([], [pair])


# --- one for another ------------------------------------------------------------------------------
@pytest.mark.parametrize("agreed", [True, False])
def test_another_in_her_place_as_one_act(agreed: bool) -> None:
    her, other, session, me = make_volunteer(), make_volunteer(), make_session(), make_user()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    act = replace(
        part=hers, volunteer_id=other.pk, agreed=agreed, because="她要出差", actor=me, now=NOW
    )
    now_there = (has(session), waits(session))
    assert now_there == (({other.pk}, set()) if agreed else (set(), {other.pk}))
    undo_act(act_id=act.pk, actor=me, now=SOON)
    assert (has(session), waits(session), counters(session)) == ({her.pk}, set(), (1, 0, 1))


def test_who_cannot_come_replaces_nobody() -> None:
    her, busy, session = make_volunteer(), make_volunteer(available=[]), make_session()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    ways: list[tuple[bool, type[Exception]]] = [(True, AgainstTheRules), (False, OffersRefused)]
    for agreed, refusal in ways:
        with pytest.raises(refusal):
            replace(
                part=hers, volunteer_id=busy.pk, agreed=agreed, because="换", actor=None, now=NOW
            )
    assert (has(session), Act.objects.count(), Notice.objects.count()) == ({her.pk}, 0, 0)


def test_two_exchange_their_places_also_where_each_bars_the_other() -> None:
    """Both sessions are at one time: neither could take the other's place beside her own."""
    one, other, rota, me = make_volunteer(), make_volunteer(), make_rota(), make_user()
    first, second = make_session(rota=rota), make_session(rota=rota)
    ones = make_assignment(volunteer=one, shift=only_shift(first))
    others = make_assignment(volunteer=other, shift=only_shift(second))
    act = swap(one_id=others.pk, other_id=ones.pk, because="两位说好的", actor=me, now=NOW)
    assert (has(first), has(second)) == ({other.pk}, {one.pk})
    undo_act(act_id=act.pk, actor=me, now=SOON)
    assert (has(first), has(second)) == ({one.pk}, {other.pk})
    assert (counters(first), counters(second)) == ((1, 0, 1), (1, 0, 1))


def test_the_log_has_what_was_done_to_the_session_itself() -> None:
    session, me = make_session(), make_user()
    cancel_session(session_id=session.pk, actor=me, now=NOW, because="下雨")
    act = Act.objects.get()
    assert (act.verb, act.actor_id, act.because) == ("cancelled", me.pk, "下雨")
    with pytest.raises(TooLateToUndo):
        undo_act(act_id=act.pk, actor=me, now=SOON)


# --- undone after the world moved on --------------------------------------------------------------
def _asked_no_more(her: Volunteer, session: Session, me: User) -> Act:
    asked = make_offer(volunteer=her, shift=only_shift(session))
    return take_back_offer(offer_id=asked.pk, actor=me, now=NOW)


def test_who_was_asked_again_meanwhile_is_not_asked_twice() -> None:
    her, session, me = make_volunteer(), make_session(shifts=[("lead", 1, 2)]), make_user()
    act = _asked_no_more(her, session, me)
    make_offers(pairs=[(her.pk, only_shift(session).pk)], actor=None, now=NOW)
    with pytest.raises(OfferGone):
        undo_act(act_id=act.pk, actor=me, now=SOON)
    assert (waits(session), counters(session)[1]) == ({her.pk}, 1)


def test_nobody_is_asked_on_for_a_session_that_was_called_off_meanwhile() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    act = _asked_no_more(her, session, me)
    cancel_session(session_id=session.pk, actor=None, now=NOW)
    with pytest.raises(SessionNotOpen):
        undo_act(act_id=act.pk, actor=me, now=SOON)
    assert (waits(session), counters(session)[1]) == (set(), 0)


def test_who_rests_or_has_another_place_by_then_is_not_asked_on() -> None:
    her, session, me = make_volunteer(), make_session(shifts=[("lead", 1, 2)]), make_user()
    act = _asked_no_more(her, session, me)
    make_assignment(volunteer=her, shift=only_shift(make_session(rota=session.rota)))
    with pytest.raises(AgainstTheRules):
        undo_act(act_id=act.pk, actor=me, now=SOON)
    Assignment.objects.all().delete()
    Volunteer.objects.update(state=Volunteer.State.PAUSED)
    with pytest.raises(NotActive):
        undo_act(act_id=act.pk, actor=me, now=SOON)
    assert (waits(session), counters(session)[1]) == (set(), 0)


def test_what_was_done_as_one_is_undone_as_one_whichever_part_is_named() -> None:
    her, other, session, me = make_volunteer(), make_volunteer(), make_session(), make_user()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    replace(part=hers, volunteer_id=other.pk, agreed=True, because="换人", actor=me, now=NOW)
    placed = Act.objects.get(verb=Act.Verb.PLACED)
    undo_act(act_id=placed.pk, actor=me, now=SOON)
    assert has(session) == {her.pk}


def test_who_was_taken_out_and_says_that_she_cannot_come_is_not_told_that_it_has_begun() -> None:
    her, session, me = make_volunteer(), make_session(), make_user()
    hers = make_assignment(volunteer=her, shift=only_shift(session))
    take_out(assignment_id=hers.pk, because="换人", actor=me, now=NOW)
    withdraw_assignment(assignment_id=hers.pk, actor=her.user, now=SOON)
    hers.refresh_from_db()
    assert (hers.state, counters(session)[0]) == (Assignment.State.TAKEN_OUT, 0)
