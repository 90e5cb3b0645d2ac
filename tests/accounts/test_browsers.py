"""In which browsers somebody is signed in: each is there once, under words that she knows, and ends
when she says so."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from backend.accounts.browsers import BrowserMachine, BrowserProgram, machine_of, program_of
from backend.accounts.models import SignIn
from backend.accounts.operations import close_account, forget_sign_ins
from backend.demo.people import PEOPLE
from backend.outbox.models import Event
from tests.accounts.test_sign_in import PASSWORD, sign_in, with_password
from tests.factories import NOW, make_sign_in, make_user

pytestmark = pytest.mark.django_db
ANDROID = "Mozilla/5.0 (Linux; Android 14; ANA-AN00) AppleWebKit/537.36 Chrome/116 Mobile Safari"
WECHAT = f"{ANDROID} XWEB/1160 MMWEBSDK/2024 MicroMessenger/8.0.50 WeChat/arm64"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.parametrize(
    ("agent", "program", "machine"),
    [
        (WECHAT, BrowserProgram.WECHAT, BrowserMachine.ANDROID),
        (ANDROID, BrowserProgram.BROWSER, BrowserMachine.ANDROID),
        ("(Linux; Android 12; MRR-W29) Safari", BrowserProgram.BROWSER, BrowserMachine.TABLET),
        (
            "(Phone; OpenHarmony 5.0) HarmonyOS ArkWeb",
            BrowserProgram.BROWSER,
            BrowserMachine.ANDROID,
        ),
        (
            "(iPhone; CPU iPhone OS 17_5) Mobile/15E148",
            BrowserProgram.BROWSER,
            BrowserMachine.IPHONE,
        ),
        ("(iPad; CPU OS 12_5) Mobile/15E148", BrowserProgram.BROWSER, BrowserMachine.TABLET),
        ("(Macintosh; Intel Mac OS X 10_15_7) Safari", BrowserProgram.BROWSER, BrowserMachine.MAC),
        ("(Windows NT 10.0; Win64; x64) Edg/130", BrowserProgram.BROWSER, BrowserMachine.COMPUTER),
        ("(X11; Linux x86_64) Firefox/130", BrowserProgram.BROWSER, BrowserMachine.COMPUTER),
        ("", BrowserProgram.BROWSER, BrowserMachine.UNKNOWN),
        ("\x01" * 5000, BrowserProgram.BROWSER, BrowserMachine.UNKNOWN),
    ],
)
def test_what_a_browser_says_is_two_words(
    agent: str, program: BrowserProgram, machine: BrowserMachine
) -> None:
    assert (program_of(agent), machine_of(agent)) == (program, machine)


def test_she_sees_both_her_browsers_and_ends_the_other() -> None:
    with_password(make_user(username="linjing"))
    here = Client(headers={"user-agent": "Windows NT 10.0"})
    there = Client(headers={"user-agent": WECHAT})
    for browser in (there, here):
        sign_in(browser, "linjing")
    page = here.get(reverse("sign_ins")).content.decode()
    assert page.count('action="/account/browsers/') == 1 and "微信，安卓或鸿蒙手机" in page
    assert page.index("电脑") < page.index("就是这里") < page.index("微信，")
    row = SignIn.objects.get(program=BrowserProgram.WECHAT)
    answer = here.post(reverse("end_sign_in", args=[row.pk]), follow=True).content.decode()
    assert "那里退出了" in answer and "别处没有登录着" in answer
    assert there.get(reverse("sign_ins")).status_code == 302
    assert here.get(reverse("sign_ins")).status_code == 200
    assert Event.objects.filter(kind="signed_out").count() == 1
    again = here.post(reverse("end_sign_in", args=[row.pk]), follow=True).content.decode()
    assert "那里已经退出了" in again


def test_a_session_that_goes_on_under_another_key_is_the_same_browser() -> None:
    with_password(make_user(username="linjing"))
    here, there = Client(), Client()
    for browser in (here, there):
        sign_in(browser, "linjing")
    new = "荔枝红了三百多颗，茉莉开了"
    words = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), words).status_code == 302
    here.post(reverse("sign_out_elsewhere"))
    assert SignIn.objects.filter(session_key=here.session.session_key).count() == 1
    assert "就是这里" in here.get(reverse("sign_ins")).content.decode()


def test_who_signs_in_in_the_browser_of_another_takes_its_place() -> None:
    for name in ("linjing", "chenyu"):
        with_password(make_user(username=name))
    shared = Client()
    sign_in(shared, "linjing")
    shared.logout()
    sign_in(shared, "chenyu")
    forget_sign_ins()
    assert [row.user.username for row in SignIn.objects.all()] == ["chenyu"]


def test_nobody_ends_the_session_of_somebody_else() -> None:
    row = make_sign_in(user=make_user())
    other = Client()
    other.force_login(make_user())
    assert (
        "那里已经退出了"
        in other.post(reverse("end_sign_in", args=[row.pk]), follow=True).content.decode()
    )
    assert SignIn.objects.filter(pk=row.pk).exists()


def test_what_is_over_is_not_shown_and_goes() -> None:
    user = make_user()
    row = make_sign_in(user=user, days=-1)
    hers = Client()
    hers.force_login(user)
    assert "别处没有登录着" in hers.get(reverse("sign_ins")).content.decode()
    close_account(user_id=row.user_id, now=NOW)
    assert not SignIn.objects.exists()


def test_who_is_signed_in_already_finds_her_browsers() -> None:
    user = make_user()
    row = make_sign_in(user=user)
    gone = make_sign_in(user=user, days=-1)
    SignIn.objects.all().delete()
    importlib.import_module("backend.accounts.migrations.0015_signin").find(apps, None)
    assert [(one.user, one.session_key) for one in SignIn.objects.all()] == [
        (user, row.session_key)
    ]
    assert gone.session_key != row.session_key


def test_who_comes_in_by_the_demos_button_is_found_there_too(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = True
    user = make_user(username=PEOPLE[0].username)
    here = Client()
    here.post(reverse("demo_sign_in", args=[PEOPLE[0].key]))
    assert [row.user for row in SignIn.objects.all()] == [user]
