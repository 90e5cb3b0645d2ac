"""What no browser asks in, no address answers; and what is only looked at by its head is answered
as the page is."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.again import show_again
from tests.factories import make_coordinator, make_organisation, make_user

pytestmark = pytest.mark.django_db
PAGES = (
    "/",
    "/account/again/",
    "/accounts/login/",
    "/admin/login/",
    "/c/rotas/",
    "/f/me/children/",
    "/f/requests/",
    "/preferences/",
    "/v/me/availability/",
    "/nowhere/",
)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_no_page_answers_what_no_browser_asks(client: Client, method: str) -> None:
    client.force_login(make_user())
    for page in PAGES:
        answer = getattr(client, method)(page)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST"), page
        assert "请返回上一页再点一次" in answer.content.decode()


def test_who_has_shown_it_is_led_on_whichever_way_it_is_asked(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    show_again(client, user)
    answers = [getattr(client, method)("/account/again/") for method in ("get", "head")]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_who_must_set_a_second_step_is_led_there_whichever_way_she_asks(
    client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR = True
    client.force_login(make_coordinator(organisation=make_organisation()))
    answers = [getattr(client, method)("/c/rotas/") for method in ("get", "head")]
    assert [answer.status_code for answer in answers] == [302, 302]
