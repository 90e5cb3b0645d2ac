"""我的账号: everyone who signs in can change her password, open the second step, and sign out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.notifications.models import Delivery
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_coordinator_finds_it_on_her_rail(client: Client) -> None:
    coordinator = make.make_coordinator(organisation=make.make_organisation(), name="林静")
    coordinator.set_password("茉莉花开了三百朵")
    coordinator.save()
    client.force_login(coordinator)
    assert (
        f'href="{reverse("account")}"' in client.get(reverse("coordinator:today")).content.decode()
    )
    page = client.get(reverse("account")).content.decode()
    for address in ("account_change_password", "mfa_index", "account_logout"):
        assert reverse(address) in page
    assert "林静" in page and "我是调度员" in page and "我家有宝宝" not in page


def test_who_has_no_password_is_not_sent_to_change_it(client: Client) -> None:
    client.force_login(make.make_coordinator(organisation=make.make_organisation()))
    assert reverse("account_change_password") not in client.get(reverse("account")).content.decode()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("account"))
    assert answer.status_code == 302 and answer.headers["Location"].startswith(
        reverse("sign_in_phone")
    )


def test_who_is_several_people_finds_every_side(client: Client) -> None:
    user = make.make_coordinator(organisation=make.make_organisation())
    make.make_volunteer(user=user)
    client.force_login(user)
    page = client.get(reverse("account")).content.decode()
    assert "我是志愿者" in page and "我是调度员" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_first_password_link_that_is_no_link_says_so(method: str) -> None:
    answer = getattr(Client(), method)("/accounts/password/reset/key/1-abc/")
    assert answer.status_code == 200 and "这个链接用过了" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "password/set/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/",
        "password/reset/key/done/",
        "login/code/confirm/",
    ],
)
def test_pages_that_have_no_meaning_here_are_not_here(path: str, method: str) -> None:
    """No mail is sent and nobody makes herself an account: these used to be empty, or a 500."""
    somebody = Client()
    somebody.force_login(make.make_user())
    for client in (Client(), somebody):
        assert getattr(client, method)(f"/accounts/{path}").status_code == 404


def test_a_lost_phone_is_signed_out_from_another(client: Client) -> None:
    her = make.make_user()
    lost = Client()
    for browser in (client, lost):
        browser.force_login(her)
    assert lost.get(reverse("account")).status_code == 200
    client.post(reverse("sign_out_elsewhere"))
    assert client.get(reverse("account")).status_code == 200
    assert lost.get(reverse("account")).status_code == 302
    client.post(reverse("sign_out_elsewhere"))  # and once more, with a third one
    assert client.get(reverse("account")).status_code == 200


def test_whose_last_role_was_ended_reads_so_on_her_account() -> None:
    user = make.make_user()
    Delivery.objects.create(
        cause="event.1",
        kind="membership_ended",
        user=user,
        subjects=[user.pk],
        title="你的账号权限改了",
        text="你的一个管理身份结束了",
        made_at=make.NOW,
        next_at=make.NOW,
        told_at=make.NOW,
    )
    hers = Client()
    hers.force_login(user)
    assert "你的一个管理身份结束了" in hers.get(reverse("account")).content.decode()
    other = make.make_coordinator(organisation=make.make_organisation())
    Delivery.objects.update(user=other)
    hers.force_login(other)  # she reads it behind the bell of her pages
    assert "你的一个管理身份结束了" not in hers.get(reverse("account")).content.decode()
