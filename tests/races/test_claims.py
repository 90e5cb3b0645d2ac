"""Claims, answers and withdrawals at the same moment, with real threads on the real database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from backend.common.refusal import Refusal
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.operations import (
    accept_offer,
    claim_shift,
    close_rota,
    decline_offer,
    expire_offers,
    make_offers,
    publish_rota,
    withdraw_assignment,
)
from backend.volunteers.models import Apart, Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.faults.stand import until
from tests.patience import patience
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 32


def claim(volunteer: Volunteer, shift: Shift):
    return partial(claim_shift, volunteer_id=volunteer.pk, shift_id=shift.pk, actor=None, now=NOW)


def shift_of(session: Session) -> Shift:
    return session.shifts.order_by("pk").first()


def refusals(results: Sequence[Any]) -> list[str]:
    """The codes of those who were refused, sorted. Anything else that was raised is a failure."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refusal):
            raise result
    return sorted(r.code for r in results if isinstance(r, Refusal))


def counters_are_true() -> bool:
    """Counters say what the rows say, on every shift and session."""
    for shift in Shift.objects.all():
        taken = shift.assignments.filter(state="active").count()
        held = shift.offers.filter(state="pending").count()
        if (shift.taken, shift.held) != (taken, held) or taken + held > shift.target:
            return False
    return all(
        s.staff
        == s.assignments.filter(state="active").count() + s.offers.filter(state="pending").count()
        for s in Session.objects.all()
    )


def naive_claim(volunteer: Volunteer, shift: Shift) -> Assignment | None:
    """What everybody writes first: look, then write."""
    if Assignment.objects.filter(shift=shift, state="active").count() >= shift.target:
        return None
    time.sleep(0.02)  # the page's own work between looking and writing
    return Assignment.objects.create(
        shift=shift, session=shift.session, volunteer=volunteer, origin="picked", made_at=NOW
    )


def test_the_control_oversells() -> None:
    """If this race did not catch the naive claim, the tests below would prove nothing."""
    shift = shift_of(make_session(starts_at=None))
    people = [make_volunteer() for _ in range(HANDS)]
    together([partial(naive_claim, her, shift) for her in people])
    assert Assignment.objects.filter(shift=shift, state="active").count() > shift.target


def test_the_last_place_goes_to_exactly_one() -> None:
    shift = shift_of(make_session())
    results = together([claim(make_volunteer(), shift) for _ in range(HANDS)])
    assert refusals(results) == ["shift_full"] * (HANDS - 1)
    assert Assignment.objects.filter(state="active").count() == 1 and counters_are_true()


def test_five_places_go_to_exactly_five() -> None:
    shift = shift_of(make_session(shifts=[("lead", 1, 5)]))
    results = together([claim(make_volunteer(), shift) for _ in range(HANDS)])
    assert len(refusals(results)) == HANDS - 5 and counters_are_true()


def test_one_person_with_many_thumbs_gets_the_place_once() -> None:
    her, shift = make_volunteer(), shift_of(make_session(shifts=[("lead", 1, 5)]))
    results = together([claim(her, shift) for _ in range(16)])
    assert refusals(results) == [] and len({a.pk for a in results}) == 1 and counters_are_true()


def test_one_person_never_gets_two_sessions_at_once() -> None:
    her, rota = make_volunteer(), make_rota()
    shifts = [
        shift_of(make_session(rota=rota, starts_at=at(f"2026-12-05 09:{minute:02d}")))
        for minute in range(0, 48, 3)
    ]
    results = together([claim(her, shift) for shift in shifts])
    assert refusals(results) == ["rules"] * (len(shifts) - 1) and counters_are_true()


def test_her_limit_of_a_week_holds_against_her_own_haste() -> None:
    her, rota = make_volunteer(max_per_week=2), make_rota()
    shifts = [
        shift_of(make_session(rota=rota, starts_at=at(f"2026-12-0{day} {hour:02d}:00")))
        for day in (1, 2, 3, 4)
        for hour in (8, 12, 16, 20)
    ]
    results = together([claim(her, shift) for shift in shifts])
    assert len(refusals(results)) == len(shifts) - 2 and counters_are_true()


def test_two_people_who_are_kept_apart_claim_at_once() -> None:
    for _ in range(4):
        one, other = make_volunteer(), make_volunteer()
        Apart.objects.create(first=one, second=other)
        lead, assistant = make_session(
            shifts=[("lead", 1, 1), ("assistant", 1, 1)]
        ).shifts.order_by("pk")
        assert refusals(together([claim(one, lead), claim(other, assistant)])) == ["rules"]


def test_accepting_against_claiming() -> None:
    """The asked one has a place held; however they meet, she gets it and nobody else does."""
    for _ in range(6):
        her, session = make_volunteer(), make_session()
        offer = make_offer(volunteer=her, shift=shift_of(session))
        results = together(
            [
                partial(accept_offer, offer_id=offer.pk, actor=None, now=NOW),
                *(claim(make_volunteer(), shift_of(session)) for _ in range(7)),
            ]
        )
        assert results[0].volunteer == her and refusals(results) == ["shift_full"] * 7
    assert counters_are_true()


def test_accepting_against_claiming_something_that_overlaps() -> None:
    for _ in range(6):
        her, rota = make_volunteer(), make_rota()
        offer = make_offer(
            volunteer=her, shift=shift_of(make_session(rota=rota, starts_at=at("2026-12-05 09:00")))
        )
        other = shift_of(make_session(rota=rota, starts_at=at("2026-12-05 09:30")))
        results = together(
            [partial(accept_offer, offer_id=offer.pk, actor=None, now=NOW), claim(her, other)]
        )
        assert refusals(results) == ["rules"]
        assert Assignment.objects.filter(volunteer=her, state="active").count() == 1
    assert counters_are_true()


def test_withdrawing_against_claiming() -> None:
    for _ in range(6):
        session = make_session()
        given = make_assignment(volunteer=make_volunteer(), shift=shift_of(session))
        results = together(
            [
                partial(withdraw_assignment, assignment_id=given.pk, actor=None, now=NOW),
                *(claim(make_volunteer(), shift_of(session)) for _ in range(7)),
            ]
        )
        assert len(refusals(results)) in (
            6,
            7,
        )  # one of them gets the place if she came after it was free
    assert counters_are_true()


def test_expiring_against_accepting() -> None:
    for _ in range(8):
        session = make_session()
        offer = make_offer(
            volunteer=make_volunteer(), shift=shift_of(session), answer_by=at("2026-11-29 12:00")
        )
        accept = partial(accept_offer, offer_id=offer.pk, actor=None, now=at("2026-11-29 11:59"))
        refusals(together([accept, partial(expire_offers, now=at("2026-11-29 12:00"))]))
        offer.refresh_from_db()
        assert offer.state in ("accepted", "expired")
        assert Assignment.objects.filter(session=session, state="active").exists() == (
            offer.state == "accepted"
        )
    assert counters_are_true()


def test_sweepers_at_once_expire_each_offer_once() -> None:
    session = make_session(shifts=[("lead", 1, 12)])
    for _ in range(12):
        make_offer(volunteer=make_volunteer(), shift=shift_of(session), answer_by=NOW)
    assert sum(together([partial(expire_offers, now=NOW) for _ in range(6)])) == 12
    assert counters_are_true()


def test_accepting_against_declining() -> None:
    for _ in range(8):
        session = make_session()
        offer = make_offer(volunteer=make_volunteer(), shift=shift_of(session))
        refusals(
            together(
                [
                    partial(verb, offer_id=offer.pk, actor=None, now=NOW)
                    for verb in (accept_offer, decline_offer)
                ]
            )
        )
        offer.refresh_from_db()
        assert Assignment.objects.filter(session=session, state="active").exists() == (
            offer.state == "accepted"
        )
    assert counters_are_true()


def test_asking_against_claiming() -> None:
    for _ in range(6):
        session, asked = make_session(), make_volunteer()
        ask = partial(
            make_offers,
            pairs=[(asked.pk, shift_of(session).pk)],
            answer_by=at("2026-11-30 12:00"),
            actor=None,
            now=NOW,
        )
        results = together([ask, *(claim(make_volunteer(), shift_of(session)) for _ in range(5))])
        assert len(refusals(results)) == 5
    assert counters_are_true()


def test_two_coordinators_ask_for_everybody_in_different_orders() -> None:
    """Both name the same people and shifts, one forwards, one backwards: nobody waits for ever,
    every pair is asked once."""
    rota = make_rota()
    pairs = [(make_volunteer().pk, shift_of(make_session(rota=rota)).pk) for _ in range(10)]
    ask = [
        partial(make_offers, pairs=p, answer_by=at("2026-11-30 12:00"), actor=None, now=NOW)
        for p in (pairs, pairs[::-1])
    ]
    assert refusals(together(ask * 3)) == []
    assert Offer.objects.filter(state="pending").count() == 10 and counters_are_true()


def test_closing_against_claiming_leaves_no_claim_behind() -> None:
    for _ in range(6):
        rota = make_rota()
        pairing = make_session(rota=rota, starts_at=None, shifts=[("mentor", 1, 8)])
        results = together(
            [
                partial(close_rota, rota_id=rota.pk, actor=None, now=NOW),
                *(claim(make_volunteer(), shift_of(pairing)) for _ in range(6)),
            ]
        )
        assert not Assignment.objects.filter(session=pairing, state="active").exists()
        assert set(refusals(results)) <= {"session_not_open"}


def test_publishing_twice_at_once_publishes_once() -> None:
    rota = make_rota(state="draft")
    make_session(rota=rota)
    results = together(
        [
            partial(publish_rota, rota_id=rota.pk, expected_version=0, actor=None, now=NOW)
            for _ in range(6)
        ]
    )
    assert refusals(results) == ["rota_moved"] * 5


def test_a_session_is_locked_before_its_shifts_by_the_statement_that_locks_both() -> None:
    """Whoever waits for a shift holds its session already.

    The other way round, two operations could wait for each other for ever.
    """
    shift = shift_of(make_session())
    her = make_volunteer()
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Shift.objects.select_for_update().get(pk=shift.pk)
            waiting = other.submit(lambda: (claim(her, shift)(), connection.close()))
            until(_somebody_waits_for_a_lock, 10, "the claim to wait for the shift")
            with pytest.raises(OperationalError), transaction.atomic():
                Session.objects.select_for_update(nowait=True).get(pk=shift.session_id)
        assert waiting.result(timeout=patience(10))
    assert counters_are_true()


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot()"
        )  # a transaction sees one picture of it otherwise
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
            "current_database()"
        )
        return cursor.fetchone()[0] == 1
