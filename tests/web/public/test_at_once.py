"""Two taps at one moment, or two open pages: one account, one registration, and nobody sees a page
that broke."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Attempt, Code, Phone, User
from backend.accounts.operations import keep_phone, request_code, try_code
from backend.common import clock
from backend.families.models import Family
from backend.organisations.models import Membership
from backend.organisations.operations import InvitationOver, accept_invitation, invite
from backend.volunteers.models import Volunteer
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "13800138000"
TOGETHER = 4
T = TypeVar("T")


def at_once(act: Callable[[], T]) -> list[T]:
    """What each of several threads got that were let go at one moment."""
    ready = Barrier(TOGETHER)

    def run() -> T:
        ready.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return [done.result() for done in [pool.submit(run) for _ in range(TOGETHER)]]


def with_cookies_of(client: Client) -> Client:
    other = Client()
    other.cookies = client.cookies.copy()
    return other


def ask(client: Client) -> str:
    Attempt.objects.all().delete()
    client.post(reverse("sign_in_phone"), {"phone": NUMBER})
    return Code.objects.latest("pk").secret


def posts(client: Client, name: str, values: dict[str, object]) -> list[int]:
    return at_once(
        lambda: with_cookies_of(client).post(reverse(name), values).status_code,
    )


def test_one_code_proves_once() -> None:
    code = request_code(number=NUMBER, address="", language="zh-hans", now=NOW)
    found = at_once(lambda: try_code(code_id=code.pk, typed=code.secret, now=NOW).number)
    assert sorted(found, key=str) == [NUMBER, None, None, None]


def test_five_tries_are_five_for_many_at_once() -> None:
    code = request_code(number=NUMBER, address="", language="zh-hans", now=NOW)
    for _ in range(2):
        at_once(lambda: try_code(code_id=code.pk, typed="x", now=NOW))
    code.refresh_from_db()
    assert code.wrong == 5
    assert try_code(code_id=code.pk, typed=code.secret, now=NOW).number is None


def test_one_a_minute_is_one_for_many_at_once() -> None:
    posts(Client(), "sign_in_phone", {"phone": NUMBER})
    assert Code.objects.count() == 1


def test_who_comes_for_the_first_time_has_one_account() -> None:
    client = Client()
    client.post(reverse("sign_in_code"), {"code": ask(client)})
    client.post(reverse("sign_in_code"), {"code": ask(client)})
    assert set(posts(client, "welcome", {})) == {302}
    assert User.objects.count() == 1 == Phone.objects.count()


def test_who_says_twice_who_she_is_is_in() -> None:
    her = make.make_volunteer(with_user=True, phone=NUMBER)
    sister = make.make_volunteer(with_user=True, phone=NUMBER)
    for one in (her, sister):
        keep_phone(user=one.user, number=NUMBER, now=clock.now())
    client = Client()
    client.post(reverse("sign_in_code"), {"code": ask(client)})
    assert set(posts(client, "sign_in_who", {"who": her.user_id})) == {302}
    assert sorted(Phone.objects.values_list("user", flat=True)) == [her.user_id, sister.user_id]


def member() -> Client:
    make.make_division(code="350102", name="鼓楼区")
    make.make_organisation(division=make.make_division())
    user = make.make_user()
    keep_phone(user=user, number=NUMBER, now=NOW)
    client = Client()
    client.force_login(user)
    return client


def test_a_family_registers_once() -> None:
    values = {"name": "林妈妈", "street": "350102001", "nickname": "安安", "booking": "on"}
    found = posts(member(), "join_family", values | {"year": NOW.year - 1, "month": 3})
    assert Family.objects.count() == 1
    assert set(found) <= {302, 303, 422} and 303 in found


def test_a_volunteer_applies_once() -> None:
    found = posts(member(), "join_volunteer", {"name": "林一一", "street": "350102001"})
    assert Volunteer.objects.count() == 1
    assert set(found) <= {302, 303, 422} and 303 in found


def test_an_invitation_is_accepted_once() -> None:
    boss = make.make_coordinator(organisation=make.make_organisation())
    row = invite(
        organisation=boss.memberships.get().organisation,
        role="viewer",
        name="林静",
        phone=NUMBER,
        actor=boss,
        now=NOW,
    )
    users = [make.make_user() for _ in range(TOGETHER)]

    def accept() -> str:
        try:
            accept_invitation(invitation_id=row.pk, user=users.pop(), now=NOW)
        except InvitationOver:
            return "over"
        return "hers"

    assert sorted(at_once(accept)) == ["hers", "over", "over", "over"]
    assert Membership.objects.filter(role="viewer").count() == 1
