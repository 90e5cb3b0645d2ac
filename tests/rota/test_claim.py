"""A volunteer picks a shift: the rules answer under the locks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.operations import (
    AgainstTheRules,
    NotActive,
    SessionBegun,
    SessionNotOpen,
    ShiftFull,
    claim_shift,
    place,
    withdraw_assignment,
)
from backend.volunteers.models import Apart, Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_credential_kind,
    make_offer,
    make_programme,
    make_rota,
    make_session,
    make_volunteer,
    qualify,
)

pytestmark = pytest.mark.django_db


def shift_of(session: Session) -> Shift:
    return session.shifts.order_by("pk").first()


def claim(volunteer: Volunteer, shift: Shift, now=NOW) -> Assignment:
    return claim_shift(volunteer_id=volunteer.pk, shift_id=shift.pk, actor=None, now=now)


def broken(volunteer: Volunteer, shift: Shift) -> list[str]:
    with pytest.raises(AgainstTheRules) as refused:
        claim(volunteer, shift)
    return [v.rule for v in refused.value.facts["violations"]]


def test_she_gets_the_place_and_everyone_concerned_is_told() -> None:
    xiuying, session = make_volunteer(name="陈秀英"), make_session(shifts=[("lead", 1, 2)])
    assignment = claim(xiuying, shift_of(session))
    session.refresh_from_db()
    assert (assignment.state, assignment.origin, shift_of(session).taken, session.staff) == (
        "active",
        "picked",
        1,
        1,
    )
    event = Event.objects.get()
    assert event.kind == "shift_claimed"
    assert event.streams == sorted(
        [f"rota.{session.rota_id}", f"session.{session.pk}", f"volunteer.{xiuying.pk}"]
    )


def test_a_kind_of_session_asks_something_of_every_role_in_it() -> None:
    session = make_session(shifts=[("lead", 1, 2)])
    session.engagement.requires.add(make_credential_kind(code="accident_insurance"))
    day = at("2026-12-05 09:30").date()
    never, lapsed, insured = (make_volunteer() for _ in range(3))
    qualify(volunteer=lapsed, code="accident_insurance", until=day - timedelta(days=1))
    qualify(volunteer=insured, code="accident_insurance", until=day)
    assert broken(never, shift_of(session)) == ["qualification"]
    assert broken(lapsed, shift_of(session)) == ["qualification"]
    assert claim(insured, shift_of(session)).state == "active"


def test_a_second_tap_is_the_same_claim() -> None:
    her, session = make_volunteer(), make_session(shifts=[("lead", 1, 2)])
    assert claim(her, shift_of(session)) == claim(her, shift_of(session))
    assert (shift_of(session).taken, Event.objects.count()) == (1, 1)


def test_a_second_tap_on_a_shift_that_she_filled_is_the_same_claim() -> None:
    her, session = make_volunteer(), make_session(shifts=[("lead", 1, 1)])
    assert claim(her, shift_of(session)) == claim(her, shift_of(session))


def test_a_full_shift_is_refused_by_one_look() -> None:
    session = make_session(shifts=[("lead", 1, 1)])
    claim(make_volunteer(), shift_of(session))
    late = make_volunteer()
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        pytest.raises(ShiftFull),
    ):
        claim(late, shift_of(session))
    assert not [q for q in queries if "FOR NO KEY UPDATE" in q["sql"]]


def _paused() -> tuple[Volunteer, Shift]:
    return make_volunteer(state="paused"), shift_of(make_session())


def _full_for_her_who_is_asked_for_the_other_role() -> tuple[Volunteer, Shift]:
    session = make_session(shifts=[("lead", 1, 1), ("assistant", 1, 1)])
    lead, assistant = session.shifts.order_by("pk")
    make_assignment(volunteer=make_volunteer(), shift=lead)
    her = make_volunteer()
    make_offer(volunteer=her, shift=assistant)
    return her, lead


def _against_the_rules() -> tuple[Volunteer, Shift]:
    return make_volunteer(available=[]), shift_of(make_session())


@pytest.mark.parametrize(
    "case", [_paused, _full_for_her_who_is_asked_for_the_other_role, _against_the_rules]
)
def test_who_is_refused_has_left_nothing_to_undo(
    case: Callable[[], tuple[Volunteer, Shift]],
) -> None:
    """An admission has no savepoint inside a request, so a refusal after a write would be committed
    with it."""
    her, shift = case()
    with CaptureQueriesContext(connection) as queries, pytest.raises(Refusal):
        claim(her, shift)
    assert queries.captured_queries
    assert not [
        q["sql"]
        for q in queries
        if re.search(r"INSERT|UPDATE (?!OF)", q["sql"].replace("FOR NO KEY UPDATE", ""))
    ]


def test_a_sign_up_takes_seven_statements() -> None:
    her, session = make_volunteer(), make_session(shifts=[("lead", 1, 2), ("assistant", 1, 2)])
    shift = shift_of(session)
    with CaptureQueriesContext(connection) as queries:
        claim(her, shift)
    assert (
        len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 7
    )  # look, what she agreed to, her lock, the places' locks, her excerpt, the place, the event


def test_every_rule_about_her_is_asked() -> None:
    beibei = make_programme(roles={"lead": ["beibei_lead", "child_clearance"]})
    far = (26.9, 119.9)
    session = make_session(programme=beibei, point=far, starts_at=at("2026-12-05 09:30"))
    her = make_volunteer(available=[(5, 600, 1000)], max_travel=10)
    assert broken(her, shift_of(session)) == [
        "qualification",
        "qualification",
        "availability",
        "reach",
    ]


def test_two_sessions_with_too_little_time_between_them() -> None:
    her = make_volunteer()
    make_assignment(
        volunteer=her,
        shift=shift_of(make_session(starts_at=at("2026-12-05 09:00"), point=(26.08, 119.30))),
    )
    assert broken(
        her, shift_of(make_session(starts_at=at("2026-12-05 10:10"), point=(26.18, 119.40)))
    ) == ["overlap"]


def test_back_to_back_in_one_place_is_allowed() -> None:
    her = make_volunteer()
    claim(her, shift_of(make_session(starts_at=at("2026-12-05 09:00"))))
    claim(her, shift_of(make_session(starts_at=at("2026-12-05 10:00"))))


def test_her_limits_count_what_she_does_in_other_rotas() -> None:
    her = make_volunteer(max_per_day=1, max_per_week=2, max_total=2)
    one, other = make_rota(), make_rota()
    claim(her, shift_of(make_session(rota=one, starts_at=at("2026-12-05 09:00"))))
    assert broken(her, shift_of(make_session(rota=other, starts_at=at("2026-12-05 15:00")))) == [
        "max_per_day"
    ]
    claim(her, shift_of(make_session(rota=other, starts_at=at("2026-12-02 15:00"))))
    assert broken(her, shift_of(make_session(rota=one, starts_at=at("2026-12-03 15:00")))) == [
        "max_per_week"
    ]
    claim(her, shift_of(make_session(rota=one, starts_at=at("2026-12-09 15:00"))))
    assert broken(her, shift_of(make_session(rota=one, starts_at=at("2026-12-16 15:00")))) == [
        "max_total"
    ]


def test_people_who_are_kept_apart() -> None:
    one, other = make_volunteer(), make_volunteer()
    Apart.objects.create(first=one, second=other)
    session = make_session(shifts=[("lead", 1, 1), ("assistant", 1, 1)])
    lead, assistant = session.shifts.order_by("pk")
    claim(other, assistant)
    assert broken(one, lead) == ["apart"]


def test_two_roles_in_one_session() -> None:
    her, session = make_volunteer(), make_session(shifts=[("lead", 1, 1), ("assistant", 1, 1)])
    lead, assistant = session.shifts.order_by("pk")
    claim(her, lead)
    assert "one_place" in broken(her, assistant)


@pytest.mark.parametrize("state", ["planned", "cancelled", "done"])
def test_a_session_that_is_not_open(state: str) -> None:
    with pytest.raises(SessionNotOpen):
        claim(make_volunteer(), shift_of(make_session(state=state)))


def test_a_session_that_has_begun() -> None:
    session = make_session(starts_at=at("2026-12-05 09:30"))
    with pytest.raises(SessionNotOpen):
        claim(make_volunteer(), shift_of(session), now=at("2026-12-05 09:30"))


def test_a_paused_volunteer() -> None:
    with pytest.raises(NotActive):
        claim(make_volunteer(state="paused"), shift_of(make_session()))


def test_an_open_ended_engagement_has_its_own_limit() -> None:
    her = make_volunteer(max_open=1, available=[])
    claim(her, shift_of(make_session(starts_at=None)))
    assert broken(her, shift_of(make_session(starts_at=None))) == ["max_open"]


def test_claiming_what_she_was_asked_for_answers_the_offer() -> None:
    her, session = make_volunteer(), make_session(shifts=[("lead", 1, 1), ("assistant", 1, 1)])
    lead, assistant = session.shifts.order_by("pk")
    make_offer(volunteer=her, shift=lead)
    claim(her, lead)
    lead.refresh_from_db()
    assert (Offer.objects.get().state, lead.held, lead.taken, Session.objects.get().staff) == (
        "accepted",
        0,
        1,
        1,
    )


def test_claiming_the_other_role_takes_the_offer_back() -> None:
    her, session = make_volunteer(), make_session(shifts=[("lead", 1, 1), ("assistant", 1, 1)])
    lead, assistant = session.shifts.order_by("pk")
    make_offer(volunteer=her, shift=lead)
    claim(her, assistant)
    lead.refresh_from_db()
    assert (Offer.objects.get().state, lead.held, lead.taken, Session.objects.get().staff) == (
        "withdrawn",
        0,
        0,
        1,
    )


def test_she_may_come_back_after_saying_no() -> None:
    her, session = make_volunteer(), make_session()
    make_offer(volunteer=her, shift=shift_of(session), state="declined")
    claim(her, shift_of(session))


def test_giving_a_place_back_frees_it_and_can_be_repeated() -> None:
    her, session = make_volunteer(), make_session()
    assignment = claim(her, shift_of(session))
    for _ in range(2):
        assert (
            withdraw_assignment(assignment_id=assignment.pk, actor=None, now=NOW).state
            == "withdrawn"
        )
    session.refresh_from_db()
    assert (shift_of(session).taken, session.staff) == (0, 0)
    assert [e.kind for e in Event.objects.order_by("pk")] == [
        "shift_claimed",
        "assignment_withdrawn",
    ]


def test_a_session_that_has_begun_is_not_given_back() -> None:
    her, session = make_volunteer(), make_session()
    assignment = claim(her, shift_of(session))
    with pytest.raises(SessionBegun):
        withdraw_assignment(assignment_id=assignment.pk, actor=None, now=session.starts_at)


def test_a_coordinator_places_her_by_the_same_rules() -> None:
    her, session = make_volunteer(), make_session(shifts=[("lead", 1, 1)])
    assert (
        place(volunteer_id=her.pk, shift_id=shift_of(session).pk, actor=None, now=NOW).origin
        == "placed"
    )
    with pytest.raises(ShiftFull):
        place(volunteer_id=make_volunteer().pk, shift_id=shift_of(session).pk, actor=None, now=NOW)


def test_a_limit_that_she_narrowed_afterwards_is_not_passed_any_further() -> None:
    """She has two in one week and then says one a week: that week is full, the next is not, and
    takes one."""
    her, rota = make_volunteer(max_per_week=2), make_rota()
    for day in ("01", "03"):
        claim(her, shift_of(make_session(rota=rota, starts_at=at(f"2026-12-{day} 09:00"))))
    Volunteer.objects.update(max_per_week=1)
    assert broken(her, shift_of(make_session(rota=rota, starts_at=at("2026-12-04 09:00")))) == [
        "max_per_week"
    ]
    claim(her, shift_of(make_session(rota=rota, starts_at=at("2026-12-08 09:00"))))
    assert broken(her, shift_of(make_session(rota=rota, starts_at=at("2026-12-10 09:00")))) == [
        "max_per_week"
    ]
