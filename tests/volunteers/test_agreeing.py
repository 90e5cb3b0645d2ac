"""What volunteers agree to: which version holds for whom, what waits until she has agreed, and that
nothing of it is ever changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from backend.common.clock import local_day
from backend.organisations.models import Organisation
from backend.rota.models import Assignment, Session, Shift
from backend.rota.operations import accept_offer, claim_shift, place
from backend.volunteers.agreements import (
    agreed_among,
    must_agree_first,
    next_version_for,
    version_for,
    versions_of,
)
from backend.volunteers.models import Agreement, AgreementVersion, Volunteer
from backend.volunteers.operations import (
    AgreementNeeded,
    AgreementNotPublished,
    AgreementOver,
    DataErased,
    agree,
    merge_applicant,
    publish_agreement,
)
from tests.factories import (
    NOW,
    make_offer,
    make_organisation,
    make_session,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
TODAY = local_day(NOW)
LATER = TODAY + timedelta(days=30)


def shift_of(session: Session) -> Shift:
    return session.shifts.get()


def publish(
    organisation: Organisation, *, from_on: date = TODAY, text: str = "请按时到"
) -> AgreementVersion:
    return publish_agreement(
        organisation_id=organisation.pk, text=text, from_on=from_on, actor=make_user(), now=NOW
    )


def says_yes(her: Volunteer, version: AgreementVersion) -> Agreement:
    actor = her.user or make_user()
    return agree(volunteer_id=her.pk, version_id=version.pk, actor=actor, now=NOW)


def test_where_nothing_is_published_nothing_waits() -> None:
    her = make_volunteer()
    assert must_agree_first(her.pk, NOW) is None
    claim_shift(volunteer_id=her.pk, shift_id=shift_of(make_session()).pk, actor=None, now=NOW)


def test_she_takes_nothing_new_until_she_agrees_and_what_she_promised_stays() -> None:
    her = make_volunteer()
    promised = claim_shift(
        volunteer_id=her.pk, shift_id=shift_of(make_session()).pk, actor=None, now=NOW
    )
    version = publish(her.organisation)
    new = shift_of(make_session(starts_at=promised.session.ends_at + timedelta(days=2)))
    offer = make_offer(volunteer=her, shift=shift_of(make_session()))
    with pytest.raises(AgreementNeeded) as refused:
        claim_shift(volunteer_id=her.pk, shift_id=new.pk, actor=None, now=NOW)
    assert refused.value.facts == {"number": 1}
    with pytest.raises(AgreementNeeded):
        accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    promised.refresh_from_db()
    assert promised.state == Assignment.State.ACTIVE
    says_yes(her, version)
    assert claim_shift(volunteer_id=her.pk, shift_id=new.pk, actor=None, now=NOW).shift == new


def test_a_coordinator_places_her_with_her_word_all_the_same() -> None:
    her = make_volunteer()
    publish(her.organisation)
    shift = shift_of(make_session())
    assert place(volunteer_id=her.pk, shift_id=shift.pk, actor=make_user(), now=NOW).shift == shift


def test_who_had_promised_and_is_asked_again_answers_as_before() -> None:
    her = make_volunteer()
    publish(her.organisation)
    shift = shift_of(make_session())
    offer = make_offer(volunteer=her, shift=shift)
    offer.before = {"promised": True}
    offer.save(update_fields=["before"])
    assert accept_offer(offer_id=offer.pk, actor=None, now=NOW).shift == shift


def test_a_new_version_asks_everybody_again_from_its_day_on() -> None:
    her = make_volunteer()
    says_yes(her, publish(her.organisation))
    second = publish(her.organisation, from_on=LATER)
    assert second.number == 2
    assert must_agree_first(her.pk, NOW) is None
    assert next_version_for(her.pk, TODAY) == second
    assert must_agree_first(her.pk, NOW + timedelta(days=30)) == second
    says_yes(her, second)  # before its day
    assert must_agree_first(her.pk, NOW + timedelta(days=30)) is None
    assert [one.number for one in versions_of(her.organisation)] == [2, 1]


def test_of_two_versions_the_newer_holds_although_the_older_begins_later() -> None:
    her = make_volunteer()
    publish(her.organisation, from_on=LATER)
    third = publish(her.organisation)
    assert version_for(her.pk, LATER) == third
    assert next_version_for(her.pk, TODAY) is None


def test_the_nearest_organisation_that_has_one_holds() -> None:
    city = make_organisation()
    village = make_organisation(parent=city)
    there = make_volunteer(organisation=village)
    here = make_volunteer(organisation=city)
    of_city = publish(city)
    assert version_for(there.pk, TODAY) == of_city
    assert agreed_among(of_city) == (0, 2)
    of_village = publish(village)
    assert version_for(there.pk, TODAY) == of_village
    assert version_for(here.pk, TODAY) == of_city
    says_yes(here, of_city)
    assert agreed_among(of_city) == (1, 1)
    with pytest.raises(AgreementOver):
        says_yes(there, of_city)


def test_agreeing_twice_is_once_and_an_older_version_is_over() -> None:
    her = make_volunteer()
    first = publish(her.organisation)
    one = says_yes(her, first)
    assert says_yes(her, first) == one
    other = make_volunteer(organisation=her.organisation)
    publish(her.organisation)
    with pytest.raises(AgreementOver):
        says_yes(other, first)


def test_whoever_erased_her_data_is_asked_nothing() -> None:
    her = make_volunteer(erased_at=NOW)
    version = publish(her.organisation)
    with pytest.raises(DataErased):
        says_yes(her, version)


@pytest.mark.parametrize(
    ("text", "days", "field"),
    [("  ", 0, "text"), ("好" * 6001, 0, "text"), ("好", -1, "from_on"), ("好", 367, "from_on")],
)
def test_what_cannot_be_published(text: str, days: int, field: str) -> None:
    organisation = make_organisation()
    with pytest.raises(AgreementNotPublished) as refused:
        publish(organisation, text=text, from_on=TODAY + timedelta(days=days))
    assert refused.value.facts["field"] == field
    assert not versions_of(organisation).exists()


@pytest.mark.parametrize("table", ["volunteers_agreement", "volunteers_agreementversion"])
def test_nothing_of_it_is_changed_or_deleted(table: str) -> None:
    her = make_volunteer()
    says_yes(her, publish(her.organisation))
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_an_applicant_agreed_to_comes_along_to_her_older_registration() -> None:
    listed = make_volunteer(phone="13900000001")
    new = make_volunteer(
        phone="13900000001", state="applied", organisation=listed.organisation, with_user=True
    )
    version = publish(listed.organisation)
    says_yes(new, version)
    merge_applicant(volunteer_id=new.pk, into=listed.pk, actor=make_user(), now=NOW)
    assert [one.version for one in listed.agreements.all()] == [version]
    assert must_agree_first(listed.pk, NOW) is None
