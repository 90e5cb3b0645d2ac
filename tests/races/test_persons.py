"""Who somebody is, at one moment with something else: her data are erased while she claims, her
registration is taken by two, two rows are made one."""

from __future__ import annotations

from functools import partial

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Phone, User
from backend.accounts.operations import keep_phone
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.rights.operations import erase_volunteer
from backend.rights.operations.volunteers import NOBODY
from backend.rota.models import Assignment, Offer
from backend.rota.operations import accept_offer, claim_shift
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import AlreadyAnswered, apply, approve, merge_applicant
from tests import factories as make
from tests.again import show_again
from tests.factories import NOW
from tests.races.together import Result, together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6
NUMBER, NAME = "13800138000", "林一一"
IDENTITY = "35010219900101123X"


def refused_or_done(results: list[Result | Exception]) -> list[bool]:
    """Whether each was done; anything but a refusal is a failure."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refusal):
            raise result
    return [not isinstance(result, Exception) for result in results]


def somebody(number: str = NUMBER) -> User:
    """Who has shown that she holds this number."""
    user = make.make_user()
    keep_phone(user=user, number=number, now=NOW)
    return user


def applies(user: User, organisation: object) -> partial[Volunteer]:
    street = make.make_division()
    return partial(
        apply,
        user=user,
        name=NAME,
        phone=NUMBER,
        street=street,
        organisation=organisation,  # type: ignore[arg-type]
        identity_end=IDENTITY[-4:],
        now=NOW,
    )


def test_who_erases_her_data_while_she_claims_has_no_place_left() -> None:
    for _ in range(ROUNDS):
        her = make.make_volunteer(with_user=True)
        shift = make.make_session().shifts.get()
        acts = [
            partial(erase_volunteer, volunteer_id=her.pk, actor=her.user, now=NOW),
            partial(claim_shift, volunteer_id=her.pk, shift_id=shift.pk, actor=her.user, now=NOW),
        ]
        assert refused_or_done(together(acts))[0]
        left = Volunteer.objects.get(pk=her.pk)
        assert (left.name, left.user_id) == (NOBODY, None)
        assert not Assignment.objects.filter(volunteer=her, state="active").exists()


def test_who_erases_her_data_while_she_answers_has_no_place_left() -> None:
    for _ in range(ROUNDS):
        her = make.make_volunteer(with_user=True)
        offer = make.make_offer(volunteer=her, shift=make.make_session().shifts.get())
        acts = [
            partial(erase_volunteer, volunteer_id=her.pk, actor=her.user, now=NOW),
            partial(accept_offer, offer_id=offer.pk, actor=her.user, now=NOW),
        ]
        assert refused_or_done(together(acts))[0]
        assert not Assignment.objects.filter(volunteer=her, state="active").exists()
        assert not Offer.objects.filter(volunteer=her, state="pending").exists()


def test_no_number_is_left_of_who_comes_in_while_her_data_are_erased() -> None:
    for _ in range(ROUNDS):
        her = make.make_volunteer(with_user=True)
        assert her.user is not None
        acts = [
            partial(erase_volunteer, volunteer_id=her.pk, actor=her.user, now=NOW),
            partial(keep_phone, user=her.user, number=NUMBER, now=NOW),
        ]
        assert refused_or_done(together(acts)) == [True, True]
        assert not Phone.objects.filter(user=her.user).exists()


def test_a_registration_that_two_accounts_would_take_is_of_one() -> None:
    organisation = make.make_organisation()
    for _ in range(ROUNDS):
        Volunteer.objects.all().delete()
        row = make.make_volunteer(
            organisation=organisation, name=NAME, phone=NUMBER, identity_number=IDENTITY
        )
        both = [somebody(), somebody()]
        done = together([applies(user, organisation) for user in both])
        assert refused_or_done(done) == [True, True]
        hers = Volunteer.objects.get(pk=row.pk).user
        other = next(user for user in both if user != hers)
        assert hers in both and Volunteer.objects.get(user=other).state == "applied"


def test_a_registration_is_taken_or_made_one_with_an_applicant() -> None:
    organisation = make.make_organisation()
    boss = make.make_coordinator(organisation=organisation)
    for _ in range(ROUNDS):
        Volunteer.objects.all().delete()
        waits, comes = somebody(), somebody()
        new = apply(
            user=waits,
            name="林依依",
            phone=NUMBER,
            street=make.make_division(),
            organisation=organisation,
            now=NOW,
        )
        row = make.make_volunteer(
            organisation=organisation, name=NAME, phone=NUMBER, identity_number=IDENTITY
        )
        acts = [
            partial(merge_applicant, volunteer_id=new.pk, into=row.pk, actor=boss, now=NOW),
            applies(comes, organisation),
        ]
        merged, _came = refused_or_done(together(acts))  # type: ignore[arg-type]
        assert Volunteer.objects.get(pk=row.pk).user == (waits if merged else comes)
        assert Volunteer.objects.count() == 2


def test_an_applicant_who_erases_her_data_is_made_one_with_nobody() -> None:
    organisation = make.make_organisation()
    boss = make.make_coordinator(organisation=organisation)
    for _ in range(ROUNDS):
        row = make.make_volunteer(organisation=organisation, name="林依依", phone=NUMBER)
        user = somebody()
        new = applies(user, organisation)()
        acts = [
            partial(merge_applicant, volunteer_id=new.pk, into=row.pk, actor=boss, now=NOW),
            partial(erase_volunteer, volunteer_id=new.pk, actor=user, now=NOW),
        ]
        merged = not isinstance(together(acts)[0], Exception)  # type: ignore[arg-type]
        row.refresh_from_db()
        assert (row.user == user) is merged
        assert User.objects.get(pk=user.pk).is_active is merged
        Volunteer.objects.filter(pk=row.pk).delete()


def applicant(user: User, organisation: Organisation) -> tuple[Volunteer, Volunteer]:
    """Her application, and the row that a coordinator has of her."""
    new = apply(
        user=user,
        name="林依依",
        phone=NUMBER,
        street=make.make_division(),
        organisation=organisation,
        now=NOW,
    )
    return new, make.make_volunteer(organisation=organisation, name=NAME, phone=NUMBER)


def test_who_erases_her_data_while_she_is_made_one_with_her_row_is_told_so() -> None:
    """She is erased as she is registered then, or nothing happened to her and she looks first."""
    organisation = make.make_organisation()
    boss = make.make_coordinator(organisation=organisation)
    for _ in range(ROUNDS):
        Volunteer.objects.all().delete()
        user = somebody()
        new, row = applicant(user, organisation)
        browser = Client(raise_request_exception=False)
        browser.force_login(user)
        show_again(browser, user)
        acts = [
            partial(merge_applicant, volunteer_id=new.pk, into=row.pk, actor=boss, now=NOW),
            partial(browser.post, reverse("volunteer:erase")),
        ]
        answer = together(acts)[1]
        assert isinstance(answer, HttpResponse) and answer.status_code == 303
        erased = Volunteer.objects.exclude(erased_at=None).count()
        assert (answer.headers["Location"], erased) in (("/", 1), ("/v/me/", 0))


def test_who_is_made_one_while_her_page_is_at_work_sees_first_what_is_hers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    organisation = make.make_organisation()
    boss = make.make_coordinator(organisation=organisation)
    user = somebody()
    new, row = applicant(user, organisation)

    def merged(*_: object) -> bool:
        merge_applicant(volunteer_id=new.pk, into=row.pk, actor=boss, now=NOW)
        return True

    monkeypatch.setattr("backend.web.volunteer.held.has_shown", merged)
    browser = Client()
    browser.force_login(user)
    answer = browser.post(reverse("volunteer:erase"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/v/me/")
    row.refresh_from_db()
    assert (row.user, row.erased_at) == (user, None)
    with pytest.raises(AlreadyAnswered):
        approve(volunteer_id=new.pk, actor=boss, now=NOW)
    with pytest.raises(AlreadyAnswered):
        merge_applicant(volunteer_id=new.pk, into=row.pk, actor=boss, now=NOW)
