"""Whatever happens to how somebody comes in, she is told, once, in the app at once and outside in
the morning, whatever she muted."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from backend.accounts.adapter import AccountAdapter
from backend.accounts.attempts import DEVICE_COOKIE, know_device
from backend.accounts.models import User
from backend.accounts.operations import (
    close_account,
    keep_phone,
    link_wechat,
    open_account,
    unlink_wechat,
)
from backend.notifications.account_table import MESSAGES
from backend.notifications.models import Delivery, Mute
from backend.notifications.operations import mute_messages
from backend.notifications.recipients import Addressee
from backend.outbox.models import Event
from tests.accounts.test_sign_in import sign_in, with_password
from tests.factories import NOW, at, make_coordinator, make_family, make_user, make_volunteer
from tests.notifications.post import Box, tell

pytestmark = pytest.mark.django_db
OLD, NEW = "13800138000", "13900139000"
NIGHT = at("2026-11-28 23:30")
MORNING = at("2026-11-29 08:00")


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def kinds() -> list[str]:
    rows = Event.objects.exclude(kind="signed_out").order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_another_number_is_told_and_the_first_is_not() -> None:
    user = make_user()
    for number in (OLD, OLD):
        keep_phone(user=user, number=number, now=NOW)
    assert kinds() == []
    keep_phone(user=user, number=NEW, now=NOW)
    assert kinds() == ["number_moved"]


def test_an_account_that_is_opened_is_not_told_of_its_own_number() -> None:
    open_account(code_id=1, number=OLD, chosen={}, now=NOW)
    assert kinds() == []


def test_wechat_is_told_to_whoever_has_it_and_to_whom_it_leaves() -> None:
    mother, daughter = make_user(), make_user()
    for _again in range(2):
        link_wechat(user=mother, openid="oOne", now=NOW)
    assert kinds() == ["wechat_connected"]
    link_wechat(user=daughter, openid="oOne", now=NOW)
    last = Event.objects.order_by("pk").values_list("kind", "payload")
    assert list(last)[1:] == [
        ("wechat_connected", {"user": daughter.pk}),
        ("wechat_disconnected", {"user": mother.pk}),
    ]
    for _again in range(2):
        unlink_wechat(user=daughter, now=NOW)
    assert kinds()[3:] == ["wechat_disconnected"]


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_closed_hears_nothing() -> None:
    user = make_user()
    link_wechat(user=user, openid="oOne", now=NOW)
    close_account(user_id=user.pk, now=NOW)
    tell(box := Box())
    assert (box.got, Delivery.objects.count()) == ([], 0)


def test_a_browser_that_does_not_know_her_is_told_and_the_first_of_all_is_not() -> None:
    user = with_password(make_user(username="linjing"))
    hers, another = Client(), Client()
    assert sign_in(hers, "linjing").status_code == 302
    assert kinds() == []
    hers.logout()
    hers.cookies[DEVICE_COOKIE] = _device_of(user)
    assert sign_in(hers, "linjing").status_code == 302
    assert kinds() == []
    assert sign_in(another, "linjing").status_code == 302
    assert kinds() == ["signed_in_elsewhere"]


def _device_of(user: User) -> str:
    """As the browser keeps it when she signs out; Client.logout() forgets all cookies."""
    response = HttpResponse()
    know_device(response, user, secure=False)
    return response.cookies[DEVICE_COOKIE].value


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("mfa/email/totp_activated", ["second_step_set"]),
        ("mfa/email/totp_deactivated", ["second_step_removed"]),
        ("account/email/password_changed", []),  # set_password has told it
    ],
)
def test_what_would_be_a_mail_of_the_library_is_told_as_everything_is(
    template: str, told: list[str], mailoutbox: list[object]
) -> None:
    AccountAdapter(RequestFactory().get("/")).send_notification_mail(template, make_user())
    assert (kinds(), mailoutbox) == (told, [])


def test_a_new_password_is_told() -> None:
    AccountAdapter(RequestFactory().get("/")).set_password(make_user(), "茉莉花开在四月里")
    assert kinds() == ["password_renewed"]


@pytest.mark.django_db(transaction=True)
def test_at_night_it_is_in_the_app_at_once_and_rings_in_the_morning() -> None:
    her = make_volunteer(with_user=True, phone=OLD)
    assert her.user is not None
    AccountAdapter(RequestFactory().get("/")).set_password(her.user, "茉莉花开在四月里")
    tell(box := Box(), now=NIGHT)
    row = Delivery.objects.get()
    assert (row.kind, row.volunteer_id, row.told_at) == ("password_new", her.pk, NIGHT)
    assert "以后只认这一个" in row.text and "旧的" not in row.text  # it may be her first one
    assert "别处全部退出" in row.text and box.got == []
    tell(box, now=MORNING)
    assert len(box.got) == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_only_of_a_family_reads_it_on_her_account_and_nobody_else_does() -> None:
    family = make_family(with_user=True)
    assert family.user is not None
    link_wechat(user=family.user, openid="oOne", now=NOW)
    keep_phone(user=family.user, number=OLD, now=NOW)
    tell(box := Box(name="sms"))
    row = Delivery.objects.get()
    assert (row.user_id, row.family_id, row.channel) == (family.user.pk, None, "sms")
    assert [address for address, _message in box.got] == [OLD]
    hers = Client()
    hers.force_login(family.user)
    assert "微信接上了" in hers.get(reverse("account")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_coordinator_hears_of_it_at_her_desk() -> None:
    boss = make_coordinator(organisation=make_volunteer().organisation)
    make_volunteer(user=boss)
    link_wechat(user=boss, openid="oOne", now=NOW)
    tell(Box())
    assert Delivery.objects.get().user_id == boss.pk


def test_it_cannot_be_muted() -> None:
    mute_messages(person=Addressee(user=make_user().pk), pairs=[(one, "sms") for one in MESSAGES])
    assert not Mute.objects.exists()
