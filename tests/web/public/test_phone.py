"""Coming in by phone: for the first time, again, as one of several, and with a second step."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Attempt, Code, Phone, User
from backend.accounts.operations import keep_phone
from backend.common.clock import now
from backend.families.models import Family
from backend.organisations.models import Organisation
from backend.volunteers.models import TimeOff, Volunteer
from backend.volunteers.operations import MergeRefused, correct_contact, merge_applicant
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
IDENTITY = "35010219900101123X"
NUMBER = "13800138000"
HOME = {"name": "林妈妈", "street": "350102001", "nickname": "安安", "booking": "on"}


def ask(client: Client, number: str = NUMBER, **query: str):  # type: ignore[no-untyped-def]
    Attempt.objects.all().delete()
    client.get(reverse("sign_in_phone"), query)
    return client.post(reverse("sign_in_phone"), {"phone": number})


def answer(client: Client, typed: str = ""):  # type: ignore[no-untyped-def]
    typed = typed or Code.objects.latest("pk").secret
    return client.post(reverse("sign_in_code"), {"code": typed})


def known(number: str = NUMBER, **details: str) -> Volunteer:
    """A volunteer who has come in by this number before."""
    her = make.make_volunteer(with_user=True, phone=number, **details)
    keep_phone(user=her.user, number=number, now=now())
    return her


def who(client: Client) -> str | None:
    """Whom the browser has signed in."""
    return client.session.get("_auth_user_id")


def place() -> None:
    make.make_division(code="350102", name="鼓楼区")
    street = make.make_division()
    city = make.make_organisation(name="市妇联")
    make.make_organisation(parent=city, division=street, name="鼓东街道妇联")


def test_from_nothing_to_a_family_that_may_book(client: Client) -> None:
    place()
    assert ask(client).headers["Location"] == reverse("sign_in_code")
    assert answer(client).headers["Location"] == reverse("welcome")
    assert "138****8000" in client.get(reverse("welcome")).content.decode()
    assert User.objects.count() == 0  # nobody is kept who has not asked for it
    client.post(reverse("welcome"))
    user = User.objects.get()
    assert who(client) == str(user.pk) and user.own_phone.number == NUMBER
    page = client.get("/").content.decode()
    assert reverse("join_family") in page and reverse("join_volunteer") in page
    sent = client.post(reverse("join_family"), HOME | {"year": now().year - 1, "month": 3})
    assert sent.headers["Location"] == reverse("family:book")
    family = Family.objects.get()
    assert User.objects.get().display_name == ""  # her name is sealed
    assert (family.user, family.phone, family.children.get().nickname) == (user, NUMBER, "安安")
    assert client.get(reverse("family:book")).status_code == 200


def test_a_family_without_the_consent_is_told_and_loses_nothing_typed(client: Client) -> None:
    place()
    user = make.make_user()
    keep_phone(user=user, number=NUMBER, now=NOW)
    client.force_login(user)
    values = HOME | {"year": now().year - 1, "month": 3}
    del values["booking"]
    page = client.post(reverse("join_family"), values)
    assert page.status_code == 422 and "要监护人同意" in page.content.decode()
    assert "安安" in page.content.decode() and Family.objects.count() == 0


def test_a_volunteer_applies_and_her_street_says_yes(client: Client) -> None:
    place()
    ask(client)
    answer(client)
    client.post(reverse("welcome"))
    client.post(reverse("join_volunteer"), {"name": "林一一", "street": "350102001"})
    her = Volunteer.objects.get()
    assert (her.state, her.phone, her.organisation.name) == ("applied", NUMBER, "鼓东街道妇联")
    assert "等妇联确认" in client.get(reverse("volunteer:find")).content.decode()

    desk = Client()
    desk.force_login(make.make_coordinator(organisation=her.organisation))
    assert "1 位等你确认" in desk.get(reverse("coordinator:volunteers")).content.decode()
    assert "林一一" in desk.get(reverse("coordinator:applications")).content.decode()
    address = reverse("coordinator:answer_application", args=[her.pk])
    desk.post(address, {"answer": "yes"})
    her.refresh_from_db()
    assert her.state == "active"
    assert "等妇联确认" not in client.get(reverse("volunteer:find")).content.decode()
    page = desk.post(address, {"answer": "no", "reason": "晚了"}, follow=True).content.decode()
    her.refresh_from_db()
    assert her.state == "active" and "别人已经答复过她了" in page


def test_who_was_turned_down_applies_again_and_is_answered_anew(client: Client) -> None:
    place()
    ask(client)
    answer(client)
    client.post(reverse("welcome"))
    form = {"name": "林一一", "street": "350102001"}
    client.post(reverse("join_volunteer"), form)
    her = Volunteer.objects.get()
    desk = Client()
    desk.force_login(make.make_coordinator(organisation=her.organisation))
    address = reverse("coordinator:answer_application", args=[her.pk])
    desk.post(address, {"answer": "no", "reason": "先参加培训"})
    find = client.get(reverse("volunteer:find")).content.decode()
    assert "先参加培训" in find and "再报一次名" in find
    assert client.get(reverse("join_volunteer")).status_code == 200
    client.post(reverse("join_volunteer"), form | {"name": "林依依"})
    her = Volunteer.objects.get()
    assert (her.state, her.name) == ("applied", "林依依")
    assert "林依依" in desk.get(reverse("coordinator:applications")).content.decode()
    desk.post(address, {"answer": "yes"})
    assert Volunteer.objects.get().state == "active"
    assert client.get(reverse("join_volunteer")).status_code == 302


@pytest.mark.parametrize(("listed", "rows"), [("林一一", 1), ("林雪梅", 2)])
def test_whom_a_coordinator_registered_comes_into_her_own_row(
    client: Client, listed: str, rows: int
) -> None:
    place()
    hers = make.make_volunteer(name=listed, phone=NUMBER, identity_number=IDENTITY)
    ask(client)
    answer(client)
    client.post(reverse("welcome"))
    form = {"name": "林一一", "street": "350102001", "identity_end": IDENTITY[-4:]}
    said = client.post(reverse("join_volunteer"), form, follow=True).content.decode()
    hers.refresh_from_db()
    assert (Volunteer.objects.count(), hers.user is not None) == (rows, rows == 1)
    assert ("早就替你登记了" in said) == (rows == 1)
    assert hers.state == "active"


@pytest.mark.parametrize(
    ("known", "typed", "rows"),
    [
        (IDENTITY, "１２３ｘ", 1),
        (IDENTITY, "123X", 1),
        (IDENTITY, "", 2),
        (IDENTITY, "X", 2),
        (IDENTITY, "1234", 2),
        (None, "", 2),
        (None, "123X", 2),
    ],
)
def test_a_registration_opens_to_who_knows_the_end_of_its_identity_number_alone(
    client: Client, known: str | None, typed: str, rows: int
) -> None:
    """Whose identity number is not known there waits for a coordinator, too."""
    place()
    hers = make.make_volunteer(name="林一一", phone=NUMBER, identity_number=known)
    ask(client)
    answer(client)
    client.post(reverse("welcome"))
    form = {"name": "林一一", "street": "350102001", "identity_end": typed}
    client.post(reverse("join_volunteer"), form)
    hers.refresh_from_db()
    assert (Volunteer.objects.count(), hers.user is not None) == (rows, rows == 1)


def test_who_applies_under_another_name_is_seen_beside_her_row_and_made_one(
    client: Client,
) -> None:
    place()
    street = Organisation.objects.get(level=2)
    hers = make.make_volunteer(name="林雪梅", phone=NUMBER, organisation=street)
    make.make_volunteer(name="别人", phone="13900139000", organisation=street)
    ask(client)
    answer(client)
    client.post(reverse("welcome"))
    client.post(reverse("join_volunteer"), {"name": "林小梅", "street": "350102001"})
    new = Volunteer.objects.get(name="林小梅")
    TimeOff.objects.create(volunteer=new, from_date="2026-12-01", to_date="2026-12-02")
    desk = Client()
    desk.force_login(make.make_coordinator(organisation=street))
    page = desk.get(reverse("coordinator:applications")).content.decode()
    assert "林小梅" in page and "林雪梅" in page and hers.number in page and "别人" not in page
    address = reverse("coordinator:merge_application", args=[new.pk])
    desk.post(address, {"into": Volunteer.objects.get(name="别人").pk})
    assert Volunteer.objects.filter(pk=new.pk).exists()
    desk.post(address, {"into": hers.pk})
    assert set(Volunteer.objects.values_list("name", flat=True)) == {"林雪梅", "别人"}
    hers.refresh_from_db()
    assert (hers.user_id, hers.state) == (new.user_id, "active")
    assert hers.time_off.count() == 1
    assert "林雪梅" in client.get(reverse("account")).content.decode()
    assert client.get(reverse("volunteer:find")).status_code == 200


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"phone": "13900139000"}, "other"),
        ({"phone": NUMBER, "with_user": True}, "other"),
        ({"phone": NUMBER, "state": "applied"}, "other"),
        ({"phone": NUMBER}, "history"),
    ],
)
def test_what_is_not_one_person_is_not_made_one(other: dict[str, Any], why: str) -> None:
    new = make.make_volunteer(phone=NUMBER, state="applied", with_user=True)
    listed = make.make_volunteer(**other)
    actor = make.make_coordinator(organisation=new.organisation)
    if why == "history":
        make.make_assignment(volunteer=new, shift=make.make_shift(session=make.make_session()))
    with pytest.raises(MergeRefused) as refused:
        merge_applicant(volunteer_id=new.pk, into=listed.pk, actor=actor, now=NOW)
    assert refused.value.facts == {"why": why}
    assert Volunteer.objects.count() == 2


def test_a_no_has_a_reason_that_she_reads(client: Client) -> None:
    place()
    client.force_login(make.make_user())
    ask(mother := Client())
    answer(mother)
    mother.post(reverse("welcome"))
    mother.post(reverse("join_volunteer"), {"name": "林一一", "street": "350102001"})
    her = Volunteer.objects.get()
    desk = Client()
    desk.force_login(make.make_coordinator(organisation=her.organisation))
    address = reverse("coordinator:answer_application", args=[her.pk])
    page = desk.post(address, {"answer": "no", "reason": " "}, follow=True).content.decode()
    assert "请写一句为什么" in page
    desk.post(address, {"answer": "no", "reason": "要满 18 岁"})
    assert "要满 18 岁" in mother.get(reverse("volunteer:find")).content.decode()


def test_who_is_known_comes_in_and_goes_where_she_wanted_to(client: Client) -> None:
    her = known()
    ask(client, next=reverse("volunteer:mine"))
    assert answer(client).headers["Location"] == reverse("volunteer:mine")
    assert who(client) == str(her.user_id)


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "javascript:1"])
def test_nobody_is_led_to_another_house(client: Client, elsewhere: str) -> None:
    known()
    ask(client, next=elsewhere)
    assert answer(client).headers["Location"] == "/"


def test_known_or_not_the_answer_is_the_same(client: Client) -> None:
    known()
    hers, unknown = Client(), Client()
    one, other = ask(hers), ask(unknown, "13900139000")
    assert (one.status_code, one.headers["Location"]) == (other.status_code, other["Location"])
    pages = [
        page.get(reverse("sign_in_code")).content.decode().replace("138****8000", "139****9000")
        for page in (hers, unknown)
    ]
    strip = [page.partition("<main")[2].split("csrfmiddlewaretoken")[0] for page in pages]
    assert strip[0] == strip[1]
    assert Code.objects.count() == 2


def test_of_several_on_one_phone_she_says_who_she_is(client: Client) -> None:
    mother = known(name="陈秀")
    daughter = known(name="陈一一")
    stranger = make.make_user()
    ask(client)
    assert answer(client).headers["Location"] == reverse("sign_in_who")
    page = client.get(reverse("sign_in_who")).content.decode()
    assert "陈秀" in page and "陈一一" in page
    client.post(reverse("sign_in_who"), {"who": stranger.pk})
    assert who(client) is None
    client.post(reverse("sign_in_who"), {"who": daughter.user_id})
    assert who(client) == str(daughter.user_id) != str(mother.user_id)


def test_the_number_that_she_has_proved_is_the_only_one_that_opens(client: Client) -> None:
    """A number that was put into the register by mistake, or by somebody who means ill, lets nobody
    in once she has shown which is hers."""
    her = known()
    ask(client)
    answer(client)
    correct_contact(volunteer_id=her.pk, actor=None, now=NOW, phone="13900139000")
    ask(other := Client(), "13900139000")
    assert answer(other).headers["Location"] == reverse("welcome")
    assert Phone.objects.get().user_id == her.user_id


def test_a_code_counts_in_the_browser_that_asked_for_it(client: Client) -> None:
    known()
    ask(client)
    page = answer(Client())
    assert page.headers["Location"] == reverse("sign_in_phone")


def test_a_wrong_code_says_how_often_one_may_try(client: Client) -> None:
    ask(client)
    secret = Code.objects.latest("pk").secret
    wrong = f"{(int(secret) + 1) % 10**6:06}"
    texts = [answer(client, wrong).content.decode() for _ in range(5)]
    assert "还可以试 4 次" in texts[0] and "请重新要一个" in texts[4]
    assert "请重新要一个" in answer(client, secret).content.decode()


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize("wide", [False, True])
def test_the_digits_may_be_typed_as_they_come(client: Client, wide: bool) -> None:
    known()
    ask(client)
    secret = Code.objects.latest("pk").secret
    answer(client, f" {secret[:3]} {secret[3:]} ".translate(WIDE if wide else {}))
    assert who(client)


def test_a_landline_gets_no_code_and_is_told_so(client: Client) -> None:
    page = ask(client, "0591-87654321")
    assert page.status_code == 422
    assert "这是座机，收不到验证码，请填 11 位的手机号" in page.content.decode()
    assert Code.objects.count() == Attempt.objects.count() == 0


@pytest.mark.parametrize("typed", ["²²²²²²", "", "abc", "1" * 4000])
def test_nonsense_is_no_code(client: Client, typed: str) -> None:
    ask(client)
    page = client.post(reverse("sign_in_code"), {"code": typed})
    assert page.status_code == 422 and who(client) is None


def test_somebody_who_may_not_sign_in_does_not(client: Client) -> None:
    her = known()
    User.objects.filter(pk=her.user_id).update(is_active=False)
    ask(client)
    assert answer(client).headers["Location"] == reverse("welcome") and who(client) is None


def test_a_coordinator_who_comes_by_phone_still_needs_her_second_step(
    client: Client,
    settings,  # type: ignore[no-untyped-def]
) -> None:
    settings.SECOND_FACTOR = True
    boss = make.make_coordinator(organisation=make.make_organisation())
    her = make.make_volunteer(phone=NUMBER)
    her.user = boss
    her.save()
    keep_phone(user=boss, number=NUMBER, now=now())
    ask(client)
    answer(client)
    assert client.get(reverse("coordinator:today")).headers["Location"] == reverse(
        "mfa_activate_totp"
    )


def test_who_came_by_name_shows_a_number_before_she_registers(client: Client) -> None:
    client.force_login(make.make_user())
    sent = client.get(reverse("join_family"))
    assert sent.headers["Location"].startswith(reverse("sign_in_phone"))
    client.get(sent.headers["Location"])
    Attempt.objects.all().delete()
    client.post(reverse("sign_in_phone"), {"phone": NUMBER})
    assert answer(client).headers["Location"] == reverse("join_family")


def test_a_stranger_who_asks_and_asks_does_not_shut_her_out(client: Client) -> None:
    known()
    ask(client)
    answer(client)
    client.post(reverse("account_logout"))
    Attempt.objects.all().delete()
    for browser in (Client(), Client()):
        page = browser.post(reverse("sign_in_phone"), {"phone": NUMBER})
    assert page.status_code == 422  # the minute of this number is used up, for strangers
    sent = client.post(reverse("sign_in_phone"), {"phone": NUMBER})
    assert sent.headers["Location"] == reverse("sign_in_code")
    answer(client)
    assert who(client)


def test_whose_browser_it_is_says_nothing_about_other_numbers(client: Client) -> None:
    known()
    known("13900139000")
    ask(client)
    answer(client)
    client.post(reverse("account_logout"))
    Attempt.objects.all().delete()
    for number in ("13900139000", "13700137000"):
        Client().post(reverse("sign_in_phone"), {"phone": number})
        assert client.post(reverse("sign_in_phone"), {"phone": number}).status_code == 422


@pytest.mark.parametrize(
    ("door", "begins"), [("/v/", "join_volunteer"), ("/f/", "join_family"), ("/c/", "home")]
)
def test_who_is_new_comes_from_a_door_of_the_house_to_where_it_begins(
    client: Client, door: str, begins: str
) -> None:
    asked = client.get(door)
    assert asked.headers["Location"] == f"{reverse('sign_in_phone')}?next={door}"
    ask(client, next=door)
    answer(client)
    assert client.post(reverse("welcome")).headers["Location"] == reverse(begins)
    assert "成功登录" not in client.get(reverse(begins)).content.decode()


def test_the_two_ways_in_lead_to_each_other_and_on(client: Client) -> None:
    by_phone = client.get(reverse("sign_in_phone"), {"next": "/v/me/"}).content.decode()
    assert f'{reverse("account_login")}?next=%2Fv%2Fme%2F"' in by_phone
    by_password = client.get(reverse("account_login"), {"next": "/v/me/"}).content.decode()
    assert f'{reverse("sign_in_phone")}?next=/v/me/"' in by_password


def test_who_only_looks_at_the_way_in_has_no_session(client: Client) -> None:
    assert "sessionid" not in client.get(reverse("sign_in_phone")).cookies


def test_nobody_reads_the_made_up_name_of_an_account(client: Client) -> None:
    place()
    ask(client)
    answer(client)
    client.post(reverse("welcome"))
    made_up = User.objects.get().username
    page = client.get(reverse("account")).content.decode()
    assert made_up not in page and page.count("138****8000") == 2
    client.post(reverse("join_family"), HOME | {"year": now().year - 1, "month": 3})
    assert "<h1>林妈妈</h1>" in client.get(reverse("account")).content.decode()
    other = known(name="陈一一")
    ask(shared := Client())
    answer(shared)
    page = shared.get(reverse("sign_in_who")).content.decode()
    assert "林妈妈" in page and other.name in page and made_up not in page


def test_no_age_is_chosen_for_a_child_beforehand(client: Client) -> None:
    place()
    user = make.make_user()
    keep_phone(user=user, number=NUMBER, now=NOW)
    client.force_login(user)
    page = client.post(reverse("join_family"), HOME)
    assert page.status_code == 422 and Family.objects.count() == 0
    assert {"year", "month"} <= set(page.context["form"].errors)


def test_nobody_says_yes_to_herself(client: Client) -> None:
    place()
    boss = make.make_coordinator(organisation=Organisation.objects.get(level=2))
    keep_phone(user=boss, number=NUMBER, now=NOW)
    client.force_login(boss)
    client.post(reverse("join_volunteer"), {"name": "林一一", "street": "350102001"})
    her = Volunteer.objects.get()
    address = reverse("coordinator:answer_application", args=[her.pk])
    page = client.post(address, {"answer": "yes"}, follow=True).content.decode()
    her.refresh_from_db()
    assert her.state == "applied" and "要请别人来确认" in page


def test_what_she_had_chosen_to_read_by_stays_when_she_has_an_account(client: Client) -> None:
    client.cookies["text"] = "xxl"
    client.cookies["theme"] = "dark"
    ask(client)
    answer(client)
    answered = client.post(reverse("welcome"))
    assert (answered.cookies["text"].value, answered.cookies["theme"].value) == ("xxl", "dark")
    user = User.objects.get()
    assert (user.text_size, user.theme) == ("xxl", "dark")
