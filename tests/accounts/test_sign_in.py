"""Signing in by user name or phone; what one chose on one device is there on the next."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.accounts.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "茉莉花开在四月里"


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    """argon2 is slow on purpose; these tests are not about it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, name: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post("/accounts/login/", {"login": name, "password": password})


def test_the_page_asks_for_name_or_phone(client: Client) -> None:
    page = client.get("/sign-in/", follow=True).content.decode()
    assert "用户名或手机号" in page and 'autocomplete="current-password"' in page


def test_by_user_name_with_her_preferences(client: Client) -> None:
    with_password(make.make_user(username="linjing", text_size="lg", theme="dark", language="en"))
    answer = sign_in(client, "linjing")
    assert answer.status_code == 302
    assert (
        answer.cookies["text"].value,
        answer.cookies["theme"].value,
        answer.cookies["language"].value,
    ) == ("lg", "dark", "en")


@pytest.mark.parametrize("typed", ["13800138000", "138 0013 8000", "+8613800138000"])
def test_by_phone_however_it_is_typed(client: Client, typed: str) -> None:
    volunteer = make.make_volunteer(phone="13800138000", with_user=True)
    assert volunteer.user
    with_password(volunteer.user)
    assert sign_in(client, typed).status_code == 302
    assert client.session["_auth_user_id"] == str(volunteer.user.pk)


def test_a_guardian_signs_in_by_phone_too(client: Client) -> None:
    family = make.make_family(phone="13800138001", with_user=True)
    assert family.user
    with_password(family.user)
    assert sign_in(client, "13800138001").status_code == 302


def test_where_two_share_a_phone_the_password_decides(client: Client) -> None:
    mother = make.make_volunteer(phone="13800138000", with_user=True).user
    daughter = make.make_family(phone="13800138000", with_user=True).user
    assert mother and daughter
    mother.set_password("a password of the mother")
    mother.save()
    with_password(daughter)
    assert sign_in(client, "13800138000").status_code == 302
    assert client.session["_auth_user_id"] == str(daughter.pk)
    with_password(mother)  # now it fits both: nobody is signed in
    other = Client()
    assert "_auth_user_id" not in other.session
    sign_in(other, "13800138000")
    assert "_auth_user_id" not in other.session


@pytest.mark.parametrize("name", ["13800138000", "nobody", "", "13800138999"])
def test_a_wrong_password_or_name_stays_outside(client: Client, name: str) -> None:
    volunteer = make.make_volunteer(phone="13800138000", with_user=True)
    assert volunteer.user
    with_password(volunteer.user)
    assert sign_in(client, name, "wrong password").status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_closed_account_stays_outside(client: Client) -> None:
    volunteer = make.make_volunteer(phone="13800138000", with_user=True)
    assert volunteer.user
    volunteer.user.is_active = False
    with_password(volunteer.user)
    sign_in(client, "13800138000")
    assert "_auth_user_id" not in client.session


def test_strangers_cannot_make_accounts(client: Client) -> None:
    client.post(
        "/accounts/signup/", {"username": "stranger", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(username="stranger").exists()


def test_a_choice_is_kept_with_the_person(client: Client) -> None:
    user = make.make_user()
    client.force_login(user)
    client.post("/preferences/", {"text": "xxl"})
    client.post("/preferences/", {"theme": "dark"})
    user.refresh_from_db()
    assert (user.text_size, user.theme, user.language) == ("xxl", "dark", "zh-hans")


def test_signing_out_asks_first_and_then_does(client: Client) -> None:
    client.force_login(make.make_user())
    assert "要退出登录吗" in client.get("/accounts/logout/").content.decode()
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/"]
)
def test_account_pages_wear_our_clothes(client: Client, path: str) -> None:
    user = with_password(make.make_user(username="linjing"))
    sign_in(client, "linjing")
    answer = client.get(path, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and 'class="plain"' in page and "button-wide" in page, user
