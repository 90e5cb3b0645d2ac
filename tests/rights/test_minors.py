"""Volunteers under age: with a guardian's own yes, never alone, never late, and of age by the
clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.utils.translation import override

from backend.accounts.models import Code, User
from backend.accounts.operations import keep_phone, try_code
from backend.common.clock import local_day
from backend.rights.operations import withdraw_guardian_consent
from backend.rota.models import Assignment, Session
from backend.rota.operations import accept_offer, claim_shift, end_barred_offers, make_offers
from backend.rota.operations.places import AgainstTheRules
from backend.rota.queries.minors import minors_alone, with_ages
from backend.rota.snapshot import problem_of
from backend.volunteers.models import GuardianConsent, Pause, Volunteer
from backend.volunteers.operations import (
    GuardianNeeded,
    MinorRefused,
    apply_with_guardian,
    approve,
    change_state,
    guardian_agrees,
    note_of_age,
    send_guardian_code,
)
from backend.volunteers.policy import is_number_of_minor, is_too_young, needs_guardian, of_age_on
from backend.words import refused
from backend.words.standing import why_paused
from matching import Plan, may_take, violations_of
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_credential_kind,
    make_division,
    make_minor,
    make_organisation,
    make_rota,
    make_session,
    make_typed_code,
    make_user,
    make_volunteer,
)
from tests.races.together import together

pytestmark = pytest.mark.django_db
GUARDIAN = "13900000009"
LATER = NOW + timedelta(minutes=5)


def apply(
    born: tuple[int, int], guardian_phone: str = GUARDIAN, phone: str = "13800000001"
) -> Volunteer:
    return apply_with_guardian(
        user=make_user(name="林一一"),
        name="林一一",
        phone=phone,
        street=make_division(),
        organisation=make_organisation(),
        born=born,
        guardian="林大一",
        guardian_phone=guardian_phone,
        now=NOW,
    )


def agree(row: Volunteer) -> None:
    yes(row, make_typed_code(row))


def yes(row: Volunteer, code: Code, now: datetime = NOW) -> None:
    """What the page writes after the code was typed."""
    actor = row.user
    assert actor is not None
    guardian_agrees(volunteer_id=row.pk, code_id=code.pk, actor=actor, now=now)


def send(row: Volunteer, now: datetime = NOW) -> Code:
    return send_guardian_code(volunteer_id=row.pk, address="", language="", now=now)


def test_only_the_day_on_which_she_is_of_age_is_kept_of_her_birth() -> None:
    row = apply((2010, 3))
    assert (row.state, row.of_age_on) == ("applied", date(2028, 4, 1))
    assert of_age_on(2008, 12) == date(2027, 1, 1)


def test_below_fourteen_nothing_is_kept_and_of_age_she_applies_by_herself() -> None:
    for born, why in [((2012, 11), "young"), ((2020, 1), "young"), ((2008, 10), "adult")]:
        with pytest.raises(MinorRefused) as found:
            apply(born)
        assert found.value.facts["why"] == why
    assert not Volunteer.objects.exists() and not GuardianConsent.objects.exists()
    assert "欢迎" in refused(MinorRefused(why="young"))
    assert not is_too_young(2012, 10, local_day(NOW))


def test_nobody_says_yes_to_her_before_her_guardian_has_by_another_number_than_hers() -> None:
    coordinator = make_coordinator(organisation=make_organisation())
    with pytest.raises(MinorRefused, match="own"):
        apply((2010, 3), "13800000001")
    row = apply((2010, 3))
    with pytest.raises(GuardianNeeded):
        approve(volunteer_id=row.pk, actor=coordinator, now=NOW)
    with pytest.raises(MinorRefused, match="code"):
        yes(row, make_typed_code(row, number="13800000001"))
    agree(row)
    approve(volunteer_id=row.pk, actor=coordinator, now=NOW)
    row.refresh_from_db()
    assert row.is_active


def test_no_number_of_somebody_under_age_says_yes_as_a_guardian() -> None:
    one = apply((2010, 3))
    with pytest.raises(MinorRefused, match="'minor'"):
        apply((2010, 4), "13800000001", "13800000002")  # the first one's own number
    # who registers after she was named as a guardian
    other = apply((2010, 4), "13900000008", GUARDIAN)
    with pytest.raises(MinorRefused, match="'minor'"):
        agree(one)
    with pytest.raises(MinorRefused, match="'minor'"):
        send(one)
    assert not Code.objects.filter(used_at=None).exists()
    # who comes in by a number that is not in the register
    assert other.user is not None
    keep_phone(user=other.user, number="13900000007", now=NOW)
    with pytest.raises(MinorRefused, match="'minor'"):
        apply((2010, 5), "13900000007", "13800000003")
    # and of age she is a guardian like any other
    of_age = at("2028-05-01 09:00")
    assert not is_number_of_minor("13900000007", of_age)


def test_a_guardians_own_number_does_not_register_somebody_under_age() -> None:
    agree(apply((2010, 3)))
    with pytest.raises(MinorRefused, match="'guardian'"):
        apply((2010, 4), "13900000008", GUARDIAN)
    assert "请用自己的号码报名" in refused(MinorRefused(why="guardian"))


def test_a_code_from_before_a_withdrawal_restores_nothing() -> None:
    row = apply((2010, 3))
    assert row.user is not None
    first, second = send(row), send(row, LATER)
    assert try_code(code_id=first.pk, typed=first.secret, now=LATER).number
    yes(row, first, LATER)
    assert try_code(code_id=second.pk, typed=second.secret, now=LATER).number is None
    with pytest.raises(MinorRefused, match="'given'"):
        send(row, LATER)
    Code.objects.filter(pk=second.pk).update(until=LATER + timedelta(minutes=9))
    withdraw_guardian_consent(volunteer_id=row.pk, actor=row.user, now=LATER)
    assert try_code(code_id=second.pk, typed=second.secret, now=LATER).number is None
    third = send(row, LATER + timedelta(minutes=2))
    again = try_code(code_id=third.pk, typed=third.secret, now=LATER + timedelta(minutes=3))
    assert again.number == GUARDIAN


def test_a_code_that_was_typed_before_a_withdrawal_writes_no_yes_after_it() -> None:
    """However late the yes comes that was on its way, and whatever its clock said."""
    row = apply((2010, 3))
    assert row.user is not None
    first, second = make_typed_code(row), make_typed_code(row, now=NOW + timedelta(seconds=1))
    yes(row, first)
    withdraw_guardian_consent(volunteer_id=row.pk, actor=row.user, now=LATER)
    for now in (NOW + timedelta(seconds=1), LATER):
        with pytest.raises(MinorRefused, match="code"):
            yes(row, second, now)
    assert not GuardianConsent.objects.get(volunteer=row).stands


def test_a_code_of_another_or_that_was_not_typed_is_no_yes() -> None:
    row, other = apply((2010, 3)), apply((2010, 4), "13900000008", "13800000002")
    code = make_typed_code(other, number=GUARDIAN)
    with pytest.raises(MinorRefused, match="code"):
        yes(row, code)
    asked = send(row)
    with pytest.raises(MinorRefused, match="code"):
        yes(row, asked)


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_a_yes_at_one_moment_leave_the_withdrawal() -> None:
    """With real threads: the code was typed, and the yes is not written yet."""
    for n in range(6):
        row = apply((2010, 3), f"1390000001{n}", f"1380000001{n}")
        assert row.user is not None
        first, second = make_typed_code(row), make_typed_code(row)
        GuardianConsent.objects.filter(volunteer=row).update(given_at=NOW)
        assert first.pk != second.pk
        back = partial(withdraw_guardian_consent, volunteer_id=row.pk, actor=row.user, now=LATER)
        found = together([back, partial(yes, row, first, LATER), partial(yes, row, second, LATER)])
        assert not isinstance(found[0], Exception), found[0]
        consent = GuardianConsent.objects.get(volunteer=row)
        assert (consent.withdrawn_at, consent.stands) == (LATER, False)


def test_nothing_is_taken_back_where_nothing_stands() -> None:
    row = apply((2010, 3))
    assert row.user is not None
    with pytest.raises(MinorRefused, match="not_given"):
        withdraw_guardian_consent(volunteer_id=row.pk, actor=row.user, now=NOW)
    assert "没有同意" in refused(MinorRefused(why="not_given"))
    agree(row)
    assert withdraw_guardian_consent(volunteer_id=row.pk, actor=row.user, now=NOW) == 0
    with pytest.raises(MinorRefused, match="not_given"):
        withdraw_guardian_consent(volunteer_id=row.pk, actor=row.user, now=NOW)


class Saturday:
    """A class for two at 9:30, another that ends at 20:30, a grown-up and somebody under age."""

    def __init__(self, of_age: date | None = None) -> None:
        organisation = make_organisation()
        self.coordinator: User = make_coordinator(organisation=organisation)
        self.rota = make_rota(organisation=organisation)
        self.morning = self.session("2026-12-05 09:30")
        self.late = self.session("2026-12-05 19:30")
        self.grown = make_volunteer(name="陈秀英", organisation=organisation, with_user=True)
        self.young = make_volunteer(name="林一一", organisation=organisation, with_user=True)
        make_minor(self.young, agreed=True, of_age_on=of_age or date(2028, 1, 1))

    def session(self, starts_at: str) -> Session:
        shifts = (("helper", 1, 3),)
        return make_session(rota=self.rota, starts_at=at(starts_at), minutes=60, shifts=shifts)

    def claims(self, session: Session) -> str:
        """ "" or what she is told."""
        shift = session.shifts.get()
        try:
            claim_shift(
                volunteer_id=self.young.pk, shift_id=shift.pk, actor=self.young.user, now=NOW
            )
        except AgainstTheRules as refusal:
            return refused(refusal)
        return ""

    def grown_up_is_in(self, session: Session) -> None:
        make_assignment(volunteer=self.grown, shift=session.shifts.get())


def test_she_is_never_alone_in_a_session() -> None:
    day = Saturday()
    assert "要有成年志愿者同场" in day.claims(day.morning)
    day.grown_up_is_in(day.morning)
    assert day.claims(day.morning) == ""


def test_somebody_else_under_age_is_no_grown_up() -> None:
    day = Saturday()
    other = make_volunteer(organisation=day.rota.organisation)
    make_minor(other, agreed=True, of_age_on=date(2028, 1, 1))
    make_assignment(volunteer=other, shift=day.morning.shifts.get())
    assert "要有成年志愿者同场" in day.claims(day.morning)


def test_she_does_not_serve_late() -> None:
    day = Saturday()
    day.grown_up_is_in(day.late)
    assert day.claims(day.late) == "未满 18 周岁，晚上 8 点以后的场次不排你"


def test_from_the_day_on_which_she_is_of_age_nothing_of_it_holds() -> None:
    day = Saturday(of_age=date(2026, 12, 5))
    assert day.claims(day.morning) == ""
    assert day.claims(day.late) == ""
    assert not needs_guardian(day.young, at("2026-12-05 00:00"))


def test_a_plan_keeps_the_same_rules() -> None:
    day = Saturday()
    problem = problem_of(day.rota, now=NOW)
    young, grown = f"v{day.young.pk}", f"v{day.grown.pk}"
    morning, late = (f"h{s.shifts.get().pk}" for s in (day.morning, day.late))
    ids = {h.id for s in problem.sessions for h in s.shifts}
    assert {morning, late} <= ids
    alone = [v.rule for v in violations_of(problem, Plan(((young, morning),)))]
    beside = [v.rule for v in violations_of(problem, Plan(((young, morning), (grown, morning))))]
    assert ("supervision" in alone, "supervision" in beside) == (True, False)
    assert "availability" in [v.rule for v in may_take(problem, Plan(), young, late)]


def test_a_withdrawn_consent_ends_what_stood_on_it_and_a_new_one_lets_her_come_back() -> None:
    day = Saturday()
    day.grown_up_is_in(day.morning)
    assert day.claims(day.morning) == ""
    assert withdraw_guardian_consent(volunteer_id=day.young.pk, actor=day.coordinator, now=NOW) == 1
    day.young.refresh_from_db()
    gone = Assignment.objects.get(volunteer=day.young)
    assert (day.young.state, gone.state) == ("paused", Assignment.State.WITHDRAWN)
    pause = Pause.objects.get()
    assert (pause.why, pause.because, pause.made_by) == ("", "guardian", day.coordinator)
    with override("zh-hans"):
        assert "监护人撤回了同意" in why_paused(pause)
    with override("en"):
        assert "guardian" in why_paused(pause)
    back = {"volunteer_id": day.young.pk, "state": "active", "now": NOW}
    with pytest.raises(GuardianNeeded):
        change_state(actor=day.coordinator, **back)  # type: ignore[arg-type]
    agree(day.young)
    change_state(actor=day.coordinator, **back)  # type: ignore[arg-type]
    day.young.refresh_from_db()
    assert day.young.is_active


def test_of_age_begins_by_the_clock_where_a_coordinator_saw_her_papers_before() -> None:
    day = Saturday()
    make_credential_kind(code="adult")
    row = note_of_age(volunteer_id=day.young.pk, actor=day.coordinator, now=NOW)
    assert row.valid_from == date(2028, 1, 1)
    of = make_volunteer(organisation=day.rota.organisation)
    row = note_of_age(volunteer_id=of.pk, actor=day.coordinator, now=NOW + timedelta(days=1))
    assert row.valid_from == date(2026, 11, 29)


def test_a_question_waits_until_a_grown_up_has_said_yes() -> None:
    day = Saturday()
    shift = day.morning.shifts.get()
    (offer,) = make_offers(pairs=[(day.young.pk, shift.pk)], actor=day.coordinator, now=NOW)
    assert end_barred_offers(volunteer_id=day.young.pk, now=NOW) == 0
    with pytest.raises(AgainstTheRules):
        accept_offer(offer_id=offer.pk, actor=day.young.user, now=NOW)
    day.grown_up_is_in(day.morning)
    accept_offer(offer_id=offer.pk, actor=day.young.user, now=NOW)
    offer.refresh_from_db()
    assert offer.state == "accepted"


def test_a_promise_of_who_was_left_alone_is_not_the_plans_to_move() -> None:
    day = Saturday()
    make_assignment(volunteer=day.young, shift=day.morning.shifts.get())
    problem = problem_of(day.rota, now=NOW)
    assert problem.pins == ()
    assert minors_alone(with_ages(Session.objects.all()).get(pk=day.morning.pk)) == 1
    day.grown_up_is_in(day.morning)
    assert len(problem_of(day.rota, now=NOW).pins) == 2
    assert minors_alone(with_ages(Session.objects.all()).get(pk=day.morning.pk)) == 0
