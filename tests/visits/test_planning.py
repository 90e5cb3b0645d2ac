"""A coordinator finds a time, or turns a wish down; the engine's rules find who goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from backend.access.refusals import NotSeen
from backend.accounts.models import Consent
from backend.bookings.models import Booking
from backend.bookings.operations import RulesBroken, accept_seat
from backend.families.operations import ConsentNeeded
from backend.outbox.models import Event
from backend.programmes.models import ADULT, Engagement
from backend.programmes.queries import kinds_at_home
from backend.rota.models import Session
from backend.rota.operations import AgainstTheRules, SessionValueRefused, claim_shift, copy_sessions
from backend.rota.snapshot import problem_of
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    VisitMoved,
    VisitPlanRefused,
    change_visit_wish,
    decline_visit,
    effect_of_plan,
    plan_visit,
)
from backend.visits.policy import part_of, suits
from backend.visits.queries import (
    arranged_for,
    request_seen,
    requests_seen,
    rotas_for,
    waiting_for,
)
from tests.factories import (
    NOW,
    at,
    make_booking,
    make_coordinator,
    make_credential_kind,
    make_division,
    make_family,
    make_organisation,
    make_rota,
    make_session,
    qualify,
)
from tests.visits.scene import RISK, STARTS, Street, planned, said, someone, street, wish

pytestmark = pytest.mark.django_db


def plan(here: Street, row: VisitRequest, **fields: Any) -> Any:
    return plan_visit(
        request=row, version=row.version, plan=here.plan(**fields), actor=here.coordinator, now=NOW
    )


# --- a time ---------------------------------------------------------------------------------------
def test_a_visit_is_a_session_at_the_home_for_two_with_a_seat_that_is_kept() -> None:
    here = street()
    row = wish()
    visit = planned(here, row)
    session = visit.session
    assert (session.venue, session.starts_at, session.risk_note) == (None, STARTS, RISK)
    assert (session.state, session.county_code) == ("open", "350102")
    family = row.family
    assert (session.latitude, session.longitude) == (family.latitude, family.longitude)
    heads = list(session.shifts.order_by("pk").values_list("role__code", "minimum", "target"))
    assert heads == [("lead", 1, 1), ("companion", 1, 1)]
    booking = Booking.objects.get(session=session)
    assert (booking.state, booking.family_id, booking.seats) == ("offered", row.family_id, 1)
    assert VisitRequest.objects.get(pk=row.pk).state == "planned"
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"session_added", "seat_offered", "visit_planned"} <= kinds
    accept_seat(booking_id=booking.pk, actor=family.user, now=NOW)
    booking.refresh_from_db()
    assert booking.state == "confirmed"


def test_with_a_worker_of_the_community_one_volunteer_is_enough() -> None:
    visit = planned(street(), escorted=True)
    assert list(visit.session.shifts.values_list("role__code", flat=True)) == ["lead"]
    assert visit.escorted


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"staffing": [{"role": "lead", "min": 1, "target": 1}]}, "people"),
        ({"staffing": [{"role": "companion", "min": 2, "target": 2}]}, "carries"),
    ],
)
def test_nobody_goes_alone_and_somebody_looks_after_the_child(
    change: dict[str, Any], why: str
) -> None:
    here = street()
    Engagement.objects.filter(pk=here.kind.pk).update(**change)
    with pytest.raises(VisitPlanRefused) as refused:
        planned(here)
    assert refused.value.facts == {"why": why}


def test_it_is_not_planned_without_a_word_of_what_to_look_out_for() -> None:
    with pytest.raises(VisitPlanRefused) as refused:
        planned(street(), risk_note=" ")
    assert refused.value.facts == {"why": "risk"}
    with pytest.raises(VisitPlanRefused) as refused:
        planned(street(state="draft"))
    assert refused.value.facts == {"why": "rota"}
    assert not Session.objects.exists()


def test_not_without_the_consent_nor_beside_another_class_of_the_child() -> None:
    here = street()
    row = wish()
    other = make_session(starts_at=STARTS + timedelta(minutes=30), seats=(0, 9, 9))
    make_booking(family=row.family, session=other)
    with pytest.raises(RulesBroken):
        plan(here, row)
    Consent.objects.filter(child_id=row.child_id, purpose="visit").update(withdrawn_at=NOW)
    with pytest.raises(ConsentNeeded):
        plan(here, row, starts_at=at("2026-12-06 09:30"))
    with pytest.raises(SessionValueRefused):
        plan(here, wish(), starts_at=at("2027-03-01 09:30"), outside=True)
    assert not Visit.objects.exists()


def test_what_it_would_do_is_shown_and_nothing_is_done() -> None:
    here = street()
    row = wish()
    effect = effect_of_plan(
        request=row, version=1, plan=here.plan(), actor=here.coordinator, now=NOW
    )
    assert (effect.people, effect.booking.family_id) == (2, row.family_id)
    assert effect.booking.answer_by is not None
    assert not (Visit.objects.exists() or Session.objects.exists() or Booking.objects.exists())
    assert VisitRequest.objects.get(pk=row.pk).state == "open"


def test_what_the_family_has_changed_is_not_planned_as_it_was() -> None:
    here = street()
    row = wish()
    change_visit_wish(
        family_id=row.family_id,
        request_id=row.pk,
        version=1,
        said=said(parts=["workday_pm"]),
        actor=None,
        now=NOW,
    )
    with pytest.raises(VisitMoved):
        plan(here, row)
    with pytest.raises(VisitMoved):
        decline_visit(request=row, version=1, because="busy", actor=None, now=NOW)


def test_a_wish_is_turned_down_with_a_sentence_once() -> None:
    row = wish()
    with pytest.raises(VisitPlanRefused):
        decline_visit(request=row, version=1, because="懒", actor=None, now=NOW)
    decline_visit(request=row, version=1, because="far", actor=None, now=NOW)
    left = VisitRequest.objects.get(pk=row.pk)
    assert (left.state, left.because) == ("declined", "far")
    with pytest.raises(VisitMoved):
        decline_visit(request=row, version=2, because="far", actor=None, now=NOW)
    wish(row.family)  # she may ask again


def test_what_suits_is_what_the_family_said() -> None:
    row = wish(parts=["weekend_am", "workday_pm"])
    assert part_of(at("2026-12-05 11:59")) == "weekend_am"
    assert part_of(at("2026-12-07 12:00")) == "workday_pm"
    assert suits(row, STARTS)
    assert not suits(row, at("2026-12-05 14:00"))
    assert not suits(row, at("2026-12-26 09:30"))  # after its last day


# --- who goes -------------------------------------------------------------------------------------
def test_whoever_has_no_insurance_may_not_go() -> None:
    here = street()
    here.kind.requires.add(make_credential_kind(code="accident_insurance"))
    visit = planned(here)
    shift = visit.session.shifts.order_by("pk")[0]
    her = someone(visit.session)
    qualify(volunteer=her, code="adult")
    with pytest.raises(AgainstTheRules):
        claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)
    qualify(volunteer=her, code="accident_insurance", until=at("2026-12-04 12:00").date())
    with pytest.raises(AgainstTheRules):  # it lapses the day before
        claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)
    other = someone(visit.session)
    for code in ("adult", "accident_insurance"):
        qualify(volunteer=other, code=code)
    claim_shift(volunteer_id=other.pk, shift_id=shift.pk, actor=None, now=NOW)


def test_nobody_goes_whose_age_no_one_has_seen() -> None:
    """No volunteer's date of birth is kept; that somebody saw her papers is a credential."""
    here = street()
    visit = planned(here)
    shift = visit.session.shifts.order_by("pk")[0]
    her = someone(visit.session)
    with pytest.raises(AgainstTheRules):
        claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)
    qualify(volunteer=her, code="adult")
    claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)


def test_a_coordinator_notes_that_she_has_seen_it_and_nothing_of_the_papers(
    client: Client,
) -> None:
    here = street()
    visit = planned(here)
    her = someone(visit.session)
    client.force_login(here.coordinator)
    page = reverse("coordinator:volunteer", args=[her.pk])
    note = reverse("coordinator:of_age", args=[her.pk])
    assert note in client.get(page).content.decode()
    assert client.post(note).status_code == 303
    held = her.credentials.get()
    assert (held.kind.code, held.number, held.valid_until) == ("adult", "", None)
    assert held.checked_by == here.coordinator
    assert note not in client.get(page).content.decode()


def test_a_kind_that_does_not_ask_for_it_is_not_planned() -> None:
    here = street()
    here.kind.requires.clear()
    with pytest.raises(VisitPlanRefused) as refused:
        planned(here)
    assert refused.value.facts == {"why": "adult"}
    assert not Session.objects.exists()


def test_the_federations_own_kind_of_visit_asks_for_it() -> None:
    call_command("load_programmes")
    (kind,) = kinds_at_home()
    assert kind.requires.filter(code=ADULT).exists()


def test_the_planner_finds_two_for_it_and_gives_its_seat_to_nobody_else() -> None:
    here = street()
    visit = planned(here)
    problem = problem_of(here.rota, now=NOW)
    (session,) = problem.sessions
    assert session.required
    assert [(h.min, h.target) for h in session.shifts] == [(1, 1), (1, 1)]
    assert session.alternatives == f"home-{visit.request_id}"


def test_a_rota_that_is_copied_takes_no_visit_along() -> None:
    here = street()
    planned(here)
    make_session(rota=here.rota, starts_at=STARTS)
    later = make_rota(organisation=here.organisation, starts_on=at("2026-12-28 00:00").date())
    copied = copy_sessions(rota_id=later.pk, source_id=here.rota.pk, actor=None, now=NOW)
    assert len(copied.made) == 1


# --- whose desk -----------------------------------------------------------------------------------
def test_a_desk_has_the_wishes_of_its_streets_the_nearest_end_first() -> None:
    here = street()
    far = wish(make_family(street=make_division(code="350103001", name="别处")))
    late = wish(last_day=at("2026-12-30 00:00").date())
    soon = wish(last_day=at("2026-12-10 00:00").date())
    assert waiting_for(here.coordinator) == [soon, late]
    with pytest.raises(NotSeen):
        request_seen(here.coordinator, far.pk)
    city = make_coordinator(organisation=here.organisation.parent)
    assert set(requests_seen(city)) == {far, late, soon}
    viewer = make_coordinator(organisation=here.organisation, role="viewer")
    assert list(requests_seen(viewer)) == []
    visit = planned(here, soon)
    assert waiting_for(here.coordinator) == [late]
    assert arranged_for(here.coordinator, NOW) == [visit]


def test_the_rotas_that_can_take_it_are_published_hers_and_of_those_days() -> None:
    here = street()
    make_rota(organisation=here.organisation, state="draft")
    make_rota(organisation=here.organisation, starts_on=at("2027-01-25 00:00").date())
    make_rota(organisation=make_organisation())
    row = request_seen(here.coordinator, wish().pk)
    assert rotas_for(here.coordinator, row, NOW) == [here.rota]


def test_a_time_that_the_family_did_not_name_needs_a_word_that_she_knows() -> None:
    here = street()
    row = wish()
    outside = STARTS + timedelta(days=2)  # a Monday
    with pytest.raises(VisitPlanRefused) as refused:
        plan(here, row, starts_at=outside)
    assert refused.value.facts == {"why": "outside"}
    assert plan(here, row, starts_at=outside, outside=True).visit.session.starts_at == outside
