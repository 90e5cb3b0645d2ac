"""The forms with which an account is opened and guarded, filled in as they should be.

Without her own password, asked for again, nobody changes what guards an account; with it she
changes her own and no other.
"""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from backend.accounts.models import User
from tests.city import Scene, build
from tests.doors.asking import client_of

PASSWORD = "茉莉花开在四月里"
ANOTHER = "桂花开在九月的院子里"
SECRET = "JBSWY3DPEHPK3PXP"
SECRET_IN_SESSION = "mfa.totp.secret"

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings) -> Scene:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MFA_TOTP_TOLERANCE = 1  # a half minute may end between a code and its proof
    built = build()
    for user in filter(None, built.users.values()):
        user.set_password(PASSWORD)
        user.save()
    return built


def code() -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(SECRET, counter)))


def guards() -> set[tuple[int, str]]:
    """What guards every account: whose, and what."""
    found = {(pk, password) for pk, password in User.objects.values_list("pk", "password")}
    rows = Authenticator.objects.values_list("user_id", "type", "data")
    return found | {(user, f"{kind} {data}") for user, kind, data in rows}


def post(client: Client, name: str, **fields: str) -> int:
    return int(client.post(reverse(name), fields).status_code)


def forms() -> list[tuple[str, dict[str, str]]]:
    new = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    return [
        ("mfa_activate_totp", {"code": code()}),
        ("mfa_deactivate_totp", {}),
        ("mfa_generate_recovery_codes", {}),
        ("account_change_password", new | {"oldpassword": "nobody's"}),
    ]


def test_without_her_password_no_guard_of_any_account_changes(scene: Scene) -> None:
    for user in scene.users.values():
        if user is not None:
            totp.TOTP.activate(user, SECRET)
            RecoveryCodes.activate(user)
    before = guards()
    for user in scene.users.values():
        client = client_of(user)
        for name, fields in forms():
            post(client, name, **fields)
        post(client, "account_reauthenticate", password="nobody's")
        for name, fields in forms():
            post(client, name, **fields)
        assert guards() == before, user


def test_with_her_password_she_changes_her_own_and_no_other(scene: Scene) -> None:
    for user in filter(None, scene.users.values()):
        client = client_of(user)
        others = {one for one in guards() if one[0] != user.pk}
        assert post(client, "account_reauthenticate", password=PASSWORD) == 302
        assert client.get(reverse("mfa_activate_totp")).status_code == 200
        session = client.session
        session[SECRET_IN_SESSION] = SECRET
        session.save()
        assert post(client, "mfa_activate_totp", code=code()) == 302
        kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        assert kinds == {"totp", "recovery_codes"}
        new = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
        assert post(client, "account_change_password", **new) == 302
        user.refresh_from_db()
        assert user.check_password(ANOTHER)
        assert {one for one in guards() if one[0] != user.pk} == others


@pytest.mark.parametrize("password", ["", "nobody's", PASSWORD.upper() + "x", ANOTHER])
def test_a_wrong_password_opens_nothing(scene: Scene, password: str) -> None:
    user = scene.users["county"]
    assert user is not None
    client = Client()
    assert signs_in(client, user, password) == 200
    assert "_auth_user_id" not in client.session


def signs_in(client: Client, user: User, password: str) -> int:
    return post(client, "account_login", login=user.username, password=password)


def test_a_password_alone_opens_nothing_where_a_second_step_is_set_up(scene: Scene) -> None:
    user = scene.users["county"]
    assert user is not None
    totp.TOTP.activate(user, SECRET)
    client = Client()
    assert signs_in(client, user, PASSWORD) == 302
    for wrong in ("", "000000x", get_random_string(10)):
        assert post(client, "mfa_authenticate", code=wrong) == 200
        assert "_auth_user_id" not in client.session
    assert post(client, "mfa_authenticate", code=code()) == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_right_code_without_a_password_opens_nothing(scene: Scene) -> None:
    user = scene.users["county"]
    assert user is not None
    totp.TOTP.activate(user, SECRET)
    client = Client()
    answer: Any = client.post(reverse("mfa_authenticate"), {"code": code()})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_opens_once_and_for_her_alone(scene: Scene) -> None:
    user, other = scene.users["county"], scene.users["county2"]
    assert user is not None and other is not None
    for one in (user, other):
        totp.TOTP.activate(one, SECRET)
    used = RecoveryCodes.activate(user).get_unused_codes()[0]
    RecoveryCodes.activate(other)
    for who, expected in ((other, 200), (user, 302), (user, 200)):
        client = Client()
        assert signs_in(client, who, PASSWORD) == 302
        assert post(client, "mfa_authenticate", code=used) == expected
        assert ("_auth_user_id" in client.session) == (expected == 302)
