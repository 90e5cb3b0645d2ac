"""Signing in by user name or phone; what one chose on one device is there on the next."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from backend.accounts import attempts
from backend.accounts.models import Attempt, User
from backend.accounts.operations import count_attempt, forget_attempts
from backend.common.client import client_ip, socket_ip
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
    page = client.get("/accounts/login/", follow=True).content.decode()
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


def test_the_table_of_sessions_holds_no_number_in_clear(client: Client) -> None:
    volunteer = make.make_volunteer(phone="13800138000", with_user=True)
    assert volunteer.user
    with_password(volunteer.user)
    sign_in(client, "13800138000")
    kept = Session.objects.get(pk=client.session.session_key).get_decoded()
    assert kept["account_authentication_methods"][0]["method"] == "password"
    assert "13800138000" not in json.dumps(kept)


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


WRONG = "wrong password"
VALUES = re.compile(r"\"s\d+_x\d+\"|'[^']*'(::\w+)?|\b\d+\b|, (?=[ ,)])|[,()\s]")  # of a statement
SPELLINGS = [
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "+8613800138000",
    "+86 138 0013 8000",
    "１３８００１３８０００",
    "0086 13800138000",
    " 13800138000 ",
]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def phoned(phone: str = "13800138000") -> User:
    user = make.make_volunteer(phone=phone, with_user=True).user
    assert user
    return with_password(user)


def test_all_spellings_of_a_phone_are_one_person_who_is_tried(client: Client) -> None:
    """Each other spelling used to begin a new count."""
    phoned()
    for n in range(attempts.OF_PERSON):
        sign_in(client, SPELLINGS[n % len(SPELLINGS)], WRONG)
    for typed in SPELLINGS:
        other = Client()
        assert "试错太多次了" in sign_in(other, typed).content.decode(), typed
        assert not is_in(other)


def test_her_name_and_her_phone_are_one_person_who_is_tried(client: Client) -> None:
    user = phoned()
    for n in range(attempts.OF_PERSON):
        sign_in(client, user.username if n % 2 else "13800138000", WRONG)
    for typed in (user.username, user.username.upper(), "13800138000"):
        assert "试错太多次了" in sign_in(client, typed).content.decode()


def test_a_count_is_one_for_all_processes_and_begins_anew_after_its_time() -> None:
    counters = {b"k" * 32: 2}
    window, moment = timedelta(minutes=15), make.NOW
    told = [count_attempt(counters=counters, window=window, now=moment) for _ in range(4)]
    assert told == [True, True, False, False]
    later = moment + window
    assert not count_attempt(counters=counters, window=window, now=later - timedelta(seconds=1))
    assert count_attempt(counters=counters, window=window, now=later)
    assert forget_attempts(now=later) == 0
    assert forget_attempts(now=later + window) == 1
    assert configured.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_do_not_pass_together() -> None:
    counters = {b"r" * 32: 5}
    passed = []

    def tries() -> None:
        told = count_attempt(counters=counters, window=attempts.WINDOW, now=make.NOW)
        passed.append(told)
        connections.close_all()

    threads = [threading.Thread(target=tries) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == 5


def test_fifty_mothers_on_one_wifi_all_come_in() -> None:
    """Two of three mistype once; nobody counts for the others."""
    for n in range(50):
        user = with_password(make.make_user(username=f"mother{n}"))
        client = Client()
        if n % 3:
            sign_in(client, user.username, WRONG)
        assert sign_in(client, user.username).status_code == 302
        assert is_in(client)


def test_an_address_that_guesses_names_is_stopped_and_no_other() -> None:
    user = with_password(make.make_user(username="linjing"))
    for n in range(attempts.OF_ADDRESS):
        sign_in(Client(), f"nobody{n}", WRONG)
    assert "试错太多次了" in sign_in(Client(), user.username).content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert sign_in(elsewhere, user.username).status_code == 302


def test_a_stranger_who_guesses_does_not_shut_her_out_of_her_own_phone(client: Client) -> None:
    user = phoned()
    sign_in(client, "13800138000")
    client.post("/accounts/logout/")
    stranger = Client()
    for _ in range(attempts.OF_PERSON + 1):
        sign_in(stranger, "13800138000", WRONG)
    assert not is_in(stranger)
    assert sign_in(client, "13800138000").status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_her_own_phone_has_a_count_of_its_own_that_ends_too(client: Client) -> None:
    phoned()
    sign_in(client, "13800138000")
    client.post("/accounts/logout/")
    for _ in range(attempts.OF_PERSON):
        sign_in(client, "13800138000", WRONG)
    assert "试错太多次了" in sign_in(client, "13800138000").content.decode()


def test_her_phone_vouches_for_nobody_else(client: Client) -> None:
    phoned()
    other = with_password(make.make_user(username="other"))
    sign_in(client, "13800138000")
    client.post("/accounts/logout/")
    for _ in range(attempts.OF_PERSON):
        sign_in(Client(), other.username, WRONG)
    assert "试错太多次了" in sign_in(client, other.username).content.decode()


def test_who_is_tried_stands_nowhere_in_clear(client: Client) -> None:
    sign_in(client, "13800138000", WRONG)
    keys = [bytes(row.key) for row in Attempt.objects.all()]
    assert len(keys) == 4 and {len(key) for key in keys} == {32}


@pytest.mark.parametrize(
    ("behind", "line", "said", "expected"),
    [
        (False, "198.51.100.1", None, "198.51.100.1"),
        (False, "198.51.100.1", "203.0.113.9", "198.51.100.1"),
        (True, "172.18.0.5", "203.0.113.9", "203.0.113.9"),
        (True, "172.18.0.5", None, ""),
        (True, "172.18.0.5", "nonsense", ""),
        (True, "172.18.0.5", "2001:db8:1:2:3::4", "2001:db8:1:2::"),
        (True, "172.18.0.5", "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_whose_request_it_is(settings, behind, line, said, expected) -> None:  # type: ignore[no-untyped-def]
    settings.BEHIND_PROXY = behind
    headers = {"X-Real-IP": said} if said is not None else {}
    request = RequestFactory().get("/", REMOTE_ADDR=line, headers=headers)
    assert client_ip(request) == expected
    real = [(b"x-real-ip", value.encode()) for value in headers.values()]
    assert socket_ip({"client": (line, 40000), "headers": real}) == expected


def test_two_clients_behind_our_proxy_are_two(settings) -> None:  # type: ignore[no-untyped-def]
    settings.BEHIND_PROXY = True
    user = with_password(make.make_user(username="linjing"))
    for n in range(attempts.OF_ADDRESS):
        sign_in(Client(headers={"X-Real-IP": "203.0.113.9"}), f"nobody{n}", WRONG)
    here, there = (Client(headers={"X-Real-IP": f"203.0.113.{n}"}) for n in (9, 10))
    assert sign_in(here, user.username).status_code == 200
    assert sign_in(there, user.username).status_code == 302


@pytest.mark.parametrize("kind", ["nobody's", "hers", "a shared one", "a name", "no name"])
def test_an_answer_does_not_tell_by_its_work_who_is_registered(
    client: Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phoned("13800138001")
    for maker in (make.make_volunteer, make.make_family):
        user = maker(phone="13800138002", with_user=True).user
        assert user
        with_password(user)
    with_password(make.make_user(username="linjing"))
    hashed = 0
    encode = hashers.MD5PasswordHasher.encode

    def counted(self, password, salt):  # type: ignore[no-untyped-def]
        nonlocal hashed
        hashed += 1
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    typed = {
        "nobody's": "13800138000",
        "hers": "13800138001",
        "a shared one": "13800138002",
        "a name": "linjing",
        "no name": "nobody",
    }[kind]
    sign_in(client, typed, WRONG)
    assert hashed == (1 if "name" in kind else 2)


@pytest.mark.parametrize("known", ["13800138000", "13800138001", "linjing"])
def test_the_same_is_asked_of_the_database_for_who_is_known_and_who_is_not(known: str) -> None:
    phoned()
    phoned("13800138001")
    mother = make.make_family(phone="13800138001", with_user=True).user
    with_password(mother)  # type: ignore[arg-type]
    with_password(make.make_user(username="linjing"))
    unknown = "13900139000" if known.isdigit() else "nobody"
    sign_in(Client(), "warm", WRONG)
    asked = []
    for typed in (known, unknown):
        with CaptureQueriesContext(connection) as statements:
            sign_in(Client(), typed, WRONG)
        asked.append([VALUES.sub("", one["sql"]) for one in statements])
    assert asked[0] == asked[1]
