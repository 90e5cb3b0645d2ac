"""A number is not the person: one that stands in the register or was not shown for long, and
another number for who is signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters_now
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Attempt, Code, Phone, User
from backend.accounts.operations import keep_phone
from backend.common.clock import now
from backend.families.models import Family
from backend.organisations.models import Membership, NumberQuestion, Organisation
from backend.records.operations import forget_number_questions, prove_by_fact
from backend.records.operations.number import TRIES_AT_HER, TooManyProofs
from backend.records.queries.numbers import LASTS
from backend.rights.operations.volunteers import erase_volunteer
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import correct_contact
from tests import factories as make

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "13800138000", "13900139000"
SECRET = "JBSWY3DPEHPK3PXP"
YOU = {"name": "林一一", "fact": "1234"}


def shows(client: Client, number: str = NUMBER):  # type: ignore[no-untyped-def]
    """She types the code that came to this number."""
    Attempt.objects.all().delete()
    client.post(reverse("sign_in_phone"), {"phone": number})
    secret = Code.objects.exclude(secret=None).filter(says="").latest("pk").secret
    return client.post(reverse("sign_in_code"), {"code": secret})


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def registered(*, days: int | None = None) -> Volunteer:
    """Written down by a coordinator; `days` ago she has shown the number, None: never."""
    her = make.make_volunteer(with_user=True, phone=NUMBER, name="林一一")
    her.identity_number = "350102199001011234"
    her.save()
    if days is not None:
        keep_phone(user=her.user, number=NUMBER, now=now() - timedelta(days=days))
    return her


def desk_of(her: Volunteer) -> Client:
    desk = Client()
    desk.force_login(make.make_coordinator(organisation=her.organisation))
    return desk


def words() -> list[tuple[str, str]]:
    """What numbers were told, codes aside."""
    return [(row.number, row.says) for row in Code.objects.exclude(says="").order_by("pk")]


@pytest.mark.parametrize("days", [None, LASTS.days + 1])
def test_a_number_alone_opens_no_account_that_never_showed_it_or_long_ago(
    client: Client, days: int | None
) -> None:
    her = registered(days=days)
    assert shows(client).headers["Location"] == reverse("sign_in_you")
    page = client.get(reverse("sign_in_you")).content.decode()
    assert who(client) is None and her.name not in page and her.number not in page
    wrong = client.post(reverse("sign_in_you"), YOU | {"fact": "4321"})
    assert wrong.status_code == 422 and who(client) is None
    client.post(reverse("sign_in_you"), YOU)
    assert who(client) == str(her.user_id)
    assert Phone.objects.get(user=her.user).proved_at > now() - timedelta(minutes=5)
    again = Client()
    assert shows(again).headers["Location"] == "/"
    assert who(again) == str(her.user_id)


def test_a_number_that_she_showed_lately_lets_her_in_as_ever(client: Client) -> None:
    her = registered(days=LASTS.days - 1)
    shows(client)
    assert who(client) == str(her.user_id)


def test_what_is_not_known_of_her_is_not_shown_by_typing_nothing(client: Client) -> None:
    her = registered()
    Volunteer.objects.filter(pk=her.pk).update(identity_number=None)
    shows(client)
    for fact in ("", "-", "0000"):
        assert client.post(reverse("sign_in_you"), YOU | {"fact": fact}).status_code == 422
    assert who(client) is None


def test_nobody_goes_on_guessing(client: Client) -> None:
    registered()
    shows(client)
    for _ in range(5):
        client.post(reverse("sign_in_you"), YOU | {"fact": "0000"})
    page = client.post(reverse("sign_in_you"), YOU)
    assert page.status_code == 422 and "今天试得太多了" in page.content.decode()
    assert who(client) is None


def test_who_has_time_does_not_try_all_months() -> None:
    her = registered()
    start = now()

    def tries(fact: str, days: int) -> User | None:
        later = start + timedelta(days=days, hours=days)
        people = [her.user_id or 0]
        return prove_by_fact(user_ids=people, number=NUMBER, name=her.name, fact=fact, now=later)

    assert [tries("0000", day) for day in (0, 0, 0, 0, 1, 1, 1, 1)] == [None] * 8
    for day in (2, 20):
        with pytest.raises(TooManyProofs) as refused:
            tries(YOU["fact"], day)
        assert refused.value.facts["days"] == 30
    assert tries(YOU["fact"], 31) == her.user


def test_nobody_goes_on_guessing_at_one_person_by_writing_down_number_after_number() -> None:
    her = registered()
    people = [her.user_id or 0]

    def tries(number: str, fact: str) -> User | None:
        return prove_by_fact(user_ids=people, number=number, name=her.name, fact=fact, now=make.NOW)

    numbers = [f"138001380{n:02}" for n in range(TRIES_AT_HER + 1)]
    assert [tries(one, "0000") for one in numbers[:TRIES_AT_HER]] == [None] * TRIES_AT_HER
    with pytest.raises(TooManyProofs):
        tries(numbers[-1], YOU["fact"])


def test_who_wrote_the_number_down_does_not_say_herself_whose_it_is(client: Client) -> None:
    her = registered()
    boss = make.make_coordinator(organisation=her.organisation)
    correct_contact(volunteer_id=her.pk, phone=OTHER, actor=boss, now=now())
    shows(client, OTHER)
    client.post(reverse("sign_in_you"), {"name": "林一一", "fact": "", "ask": "1"})
    address = reverse("coordinator:answer_number", args=[NumberQuestion.objects.get().pk])
    desk = Client()
    desk.force_login(boss)
    refused = desk.post(address, {"answer": "yes"}, follow=True).content.decode()
    assert "请另一位调度员来确认号码" in refused and not Phone.objects.exists()
    desk_of(her).post(address, {"answer": "yes"})
    assert str(Phone.objects.get(user=her.user).number) == OTHER


def test_a_mother_is_known_by_a_child_of_hers(client: Client) -> None:
    family = make.make_family(phone=NUMBER, children=["2025-03"])
    Phone.objects.filter(user=family.user).delete()
    family.guardian_name = "林妈妈"
    family.save()
    shows(client)
    client.post(reverse("sign_in_you"), {"name": "林妈妈", "fact": "2025 03"})
    assert who(client) == str(Family.objects.get().user_id)


def test_who_is_here_for_the_first_time_gets_an_account_of_her_own(client: Client) -> None:
    her = registered(days=LASTS.days + 1)
    shows(client)
    assert client.get(reverse("welcome")).status_code == 200
    client.post(reverse("welcome"))
    assert who(client) not in (None, str(her.user_id))
    later = Client()
    assert shows(later).headers["Location"] == reverse("sign_in_who")
    page = later.get(reverse("sign_in_who")).content.decode()
    assert her.name not in page and reverse("sign_in_you") in page
    later.post(reverse("sign_in_who"), {"who": her.user_id})
    assert who(later) is None


def test_who_knows_her_says_yes_and_the_number_is_told(client: Client) -> None:
    her = registered()
    shows(client)
    client.post(reverse("sign_in_you"), {"name": "林小雪", "fact": "", "ask": "1"})
    client.post(reverse("sign_in_you"), {"name": "林小雪", "fact": "", "ask": "1"})
    question = NumberQuestion.objects.get()
    desk = desk_of(her)
    page = desk.get(reverse("coordinator:applications")).content.decode()
    assert "林一一" in page and "林小雪" in page and "138****8000" in page and NUMBER not in page
    assert "1 位等你确认" in desk.get(reverse("coordinator:volunteers")).content.decode()
    desk.post(reverse("coordinator:answer_number", args=[question.pk]), {"answer": "yes"})
    assert words() == [(NUMBER, "number_confirmed")]
    assert her.user.own_phone.number == NUMBER
    shows(client)
    assert who(client) == str(her.user_id)
    late = desk.post(
        reverse("coordinator:answer_number", args=[question.pk]), {"answer": "no"}, follow=True
    )
    assert "别人已经答复过了" in late.content.decode()


def test_a_yes_ends_the_sessions_of_whoever_came_in_by_another_number(client: Client) -> None:
    her = registered(days=30)
    shows(client)
    assert who(client) == str(her.user_id)
    question = make.make_number_question(organisation=her.organisation, user=her.user)
    address = reverse("coordinator:answer_number", args=[question.pk])
    desk_of(her).post(address, {"answer": "no"})
    assert client.get(reverse("account")).status_code == 200
    question = make.make_number_question(organisation=her.organisation, user=her.user)
    address = reverse("coordinator:answer_number", args=[question.pk])
    desk_of(her).post(address, {"answer": "yes"})
    assert client.get(reverse("account")).status_code == 302


def test_a_no_opens_nothing_and_is_told(client: Client) -> None:
    her = registered(days=LASTS.days + 1)
    shows(client)
    client.post(reverse("sign_in_you"), {"name": "别人", "fact": "", "ask": "1"})
    pk = NumberQuestion.objects.get().pk
    desk_of(her).post(reverse("coordinator:answer_number", args=[pk]), {"answer": "no"})
    assert words() == [(NUMBER, "number_denied")]
    assert shows(client).headers["Location"] == reverse("sign_in_you")
    assert who(client) is None


def test_nobody_answers_for_herself_or_elsewhere(client: Client) -> None:
    boss = make.make_coordinator(organisation=make.make_organisation())
    mine = make.make_number_question(organisation=boss.memberships.get().organisation, user=boss)
    client.force_login(boss)
    assert "138****" not in client.get(reverse("coordinator:applications")).content.decode()
    address = reverse("coordinator:answer_number", args=[mine.pk])
    assert "要请别人来确认" in client.post(address, {"answer": "yes"}, follow=True).content.decode()
    far = make.make_number_question(organisation=make.make_organisation())
    address = reverse("coordinator:answer_number", args=[far.pk])
    assert client.post(address, {"answer": "yes"}).status_code == 404
    assert set(NumberQuestion.objects.values_list("yes", flat=True)) == {None}


def test_a_question_is_forgotten_after_a_month_and_with_its_account(client: Client) -> None:
    here = make.make_organisation()
    rows = [make.make_number_question(organisation=here) for _ in range(3)]
    old = NumberQuestion.objects.filter(pk=rows[0].pk)
    old.update(asked_at=now() - timedelta(days=31))
    NumberQuestion.objects.exclude(pk=rows[0].pk).update(asked_at=now() - timedelta(days=29))
    assert forget_number_questions(now=now()) == 1
    erase_volunteer(volunteer_id=rows[1].user.volunteer.pk, actor=None, now=now())
    assert NumberQuestion.objects.get().pk == rows[2].pk


# --- another number -------------------------------------------------------------------------------
@pytest.fixture
def hers(client: Client) -> Volunteer:
    """She has shown her number, is signed in, and has shown to hold another."""
    her = make.make_volunteer(with_user=True, phone=OTHER)
    keep_phone(user=her.user, number=OTHER, now=now())
    client.force_login(her.user)
    assert shows(client).headers["Location"] == reverse("new_number")
    return her


def number_of(her: Volunteer) -> str:
    return str(Phone.objects.get(user=her.user).number)


def test_a_code_to_the_old_number_lets_the_new_one_in(client: Client, hers: Volunteer) -> None:
    address = reverse("new_number")
    page = client.get(address).content.decode()
    assert "139****9000" in page and "138****8000" in page and number_of(hers) == OTHER
    client.post(address, {"how": "send"})
    code = Code.objects.latest("pk")
    assert code.number == OTHER
    wrong = client.post(address, {"how": "code", "code": f"{(int(code.secret) + 1) % 10**6:06}"})
    assert wrong.status_code == 422 and number_of(hers) == OTHER
    done = client.post(address, {"how": "code", "code": code.secret})
    assert done.headers["Location"] == reverse("account")
    hers.refresh_from_db()
    assert (hers.phone, number_of(hers)) == (NUMBER, NUMBER)
    assert words() == [(OTHER, "number_left")]
    old = Client()
    assert shows(old, OTHER).headers["Location"] == reverse("welcome")
    assert who(old) is None


def test_her_password_a_moment_ago_does_as_well(client: Client, hers: Volunteer) -> None:
    assert hers.user is not None
    hers.user.set_password("moli-2026-roster")
    hers.user.save()
    client.force_login(hers.user)
    shows(client)
    client.post(reverse("new_number"), {"how": "again"})
    assert number_of(hers) == OTHER
    address = f"{reverse('account_reauthenticate')}?next={reverse('new_number')}"
    assert address in client.get(reverse("new_number")).content.decode()
    sent = client.post(address, {"password": "moli-2026-roster"})
    assert sent.headers["Location"] == reverse("new_number")
    client.post(reverse("new_number"), {"how": "again"})
    assert number_of(hers) == NUMBER


def test_whose_old_number_is_gone_is_confirmed_by_those_who_know_her(
    client: Client, hers: Volunteer
) -> None:
    client.post(reverse("new_number"), {"how": "desk"})
    assert number_of(hers) == OTHER
    pk = NumberQuestion.objects.get().pk
    desk = desk_of(hers)
    page = desk.get(reverse("coordinator:applications")).content.decode()
    assert "138****8000" in page and "现在登记的是 139****9000" in page
    desk.post(reverse("coordinator:answer_number", args=[pk]), {"answer": "yes"})
    assert number_of(hers) == NUMBER
    assert words() == [(OTHER, "number_left"), (NUMBER, "number_confirmed")]


def test_another_account_in_this_browser_takes_nothing_over(
    client: Client, hers: Volunteer
) -> None:
    kept = client.session["number_new"]
    other = make.make_user()
    client.force_login(other)
    session = client.session
    session["number_new"] = kept
    session.save()
    assert client.get(reverse("new_number")).headers["Location"] == reverse("sign_in_phone")
    assert not Phone.objects.filter(user=other).exists()


def test_who_has_no_number_yet_takes_one_at_once(client: Client) -> None:
    user = make.make_user()
    client.force_login(user)
    assert shows(client).headers["Location"] == reverse("account")
    assert User.objects.get(pk=user.pk).own_phone.number == NUMBER and words() == []


def test_whose_account_has_a_password_shows_it_before_a_number_opens_it(client: Client) -> None:
    user = make.make_user()
    user.set_password("moli-2026-roster")
    user.save()
    client.force_login(user)
    client.get(reverse("sign_in_phone"), {"next": "/join/family/"})
    assert shows(client).headers["Location"] == reverse("new_number")
    page = client.get(reverse("new_number")).content.decode()
    assert "138****8000" in page and "原来的号码" not in page
    client.post(reverse("new_number"), {"how": "send"})
    client.post(reverse("new_number"), {"how": "again"})
    assert not Phone.objects.filter(user=user).exists() and Code.objects.count() == 1
    address = f"{reverse('account_reauthenticate')}?next={reverse('new_number')}"
    client.post(address, {"password": "moli-2026-roster"})
    done = client.post(reverse("new_number"), {"how": "again"})
    assert done.headers["Location"] == "/join/family/"
    assert User.objects.get(pk=user.pk).own_phone.number == NUMBER


# --- who sees other people's data -----------------------------------------------------------------
@pytest.fixture
def city() -> Organisation:
    return make.make_organisation(name="市妇联")


def in_office(*organisations: Organisation, role: str = "coordinator") -> Volunteer:
    """Registered as a volunteer in a street, and with a role in each of these organisations."""
    her = registered()
    for organisation in organisations:
        Membership.objects.create(user=her.user, organisation=organisation, role=role)
    return her


def asked_of(client: Client) -> Organisation | None:
    """Where it is asked whose number it is."""
    shows(client)
    client.post(reverse("sign_in_you"), {"name": "林一一", "fact": "", "ask": "1"})
    question = NumberQuestion.objects.first()
    return question and question.organisation


def test_what_a_register_says_of_her_opens_no_account_with_a_role(
    client: Client, city: Organisation
) -> None:
    in_office(city)
    shows(client)
    assert client.post(reverse("sign_in_you"), YOU).status_code == 422
    assert who(client) is None


def test_her_street_does_not_open_what_her_role_opens(client: Client, city: Organisation) -> None:
    her = in_office(city)
    assert asked_of(client) == city
    address = reverse("coordinator:answer_number", args=[NumberQuestion.objects.get().pk])
    assert desk_of(her).post(address, {"answer": "yes"}).status_code == 404
    colleague = Client()
    colleague.force_login(make.make_coordinator(organisation=city))
    colleague.post(address, {"answer": "yes"})
    shows(client)
    assert who(client) == str(her.user_id)


def test_of_several_roles_who_stands_above_them_is_asked(
    client: Client, city: Organisation
) -> None:
    counties = [make.make_organisation(parent=city) for _ in range(2)]
    in_office(*counties, role="viewer")
    assert asked_of(client) == city


@pytest.mark.parametrize("role", ["operator", "officer"])
def test_nobody_opens_a_role_that_she_could_not_give(
    client: Client, city: Organisation, role: str
) -> None:
    in_office(city, role=role)
    assert asked_of(client) is None
    page = client.get(reverse("sign_in_you")).content.decode()
    assert "没有妇联能替你确认" in page and "问了妇联" not in page


def test_the_platforms_own_people_are_nobodys_to_open(client: Client) -> None:
    her = registered()
    User.objects.filter(pk=her.user_id).update(is_staff=True)
    assert asked_of(client) is None


def test_a_role_that_came_after_the_question_counts(client: Client, city: Organisation) -> None:
    her = registered()
    assert asked_of(client) == her.organisation
    Membership.objects.create(user=her.user, organisation=city, role="viewer")
    address = reverse("coordinator:answer_number", args=[NumberQuestion.objects.get().pk])
    assert desk_of(her).post(address, {"answer": "yes"}).status_code == 403
    assert words() == []


# --- a number counts once she is in ---------------------------------------------------------------
@pytest.fixture
def second(settings) -> Volunteer:  # type: ignore[no-untyped-def]
    """She has a second factor, comes in by one number, and is registered with it."""
    settings.MFA_TOTP_TOLERANCE = 1  # a half minute may end between a code and its proof
    her = registered(days=30)
    TOTP.activate(her.user, SECRET)
    return her


def second_step(client: Client) -> None:
    code = format_hotp_value(hotp_value(SECRET, list(counters_now())[1]))
    client.post(reverse("mfa_authenticate"), {"code": code})


def test_a_number_is_shown_anew_by_who_passes_the_second_step_alone(
    client: Client, second: Volunteer
) -> None:
    before = Phone.objects.get(user=second.user).proved_at
    assert shows(client).headers["Location"] == reverse("mfa_authenticate")
    assert Phone.objects.get(user=second.user).proved_at == before
    second_step(client)
    assert who(client) == str(second.user_id)
    assert Phone.objects.get(user=second.user).proved_at > now() - timedelta(minutes=5)


def test_a_number_of_the_register_becomes_hers_after_the_second_step_alone(
    client: Client, second: Volunteer
) -> None:
    Phone.objects.filter(user=second.user).delete()
    shows(client)
    assert not Phone.objects.filter(user=second.user).exists()
    second_step(client)
    assert number_of(second) == NUMBER


def test_what_was_shown_for_one_account_is_not_kept_for_another(
    client: Client, second: Volunteer
) -> None:
    shows(client)
    other = make.make_user()
    other.set_password("moli-2026-roster")
    other.save()
    elsewhere = Client()
    elsewhere.get(reverse("sign_in_phone"), {"next": "/account/"})  # it has a session now
    session = elsewhere.session
    session["number_shown"] = client.session["number_shown"]
    session.save()
    elsewhere.post(
        reverse("account_login"), {"login": other.username, "password": "moli-2026-roster"}
    )
    assert who(elsewhere) == str(other.pk)
    assert not Phone.objects.filter(user=other).exists()
