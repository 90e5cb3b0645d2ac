"""What surrounds an address and a form may be odd, too: cookies, the session's key, the host.
Nothing of it is a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

NUL_QUOTED = r'"aaaaaaaa\000"'  # as a cookie's value may be written


def asked(browser: Client, method: str, path: str, **more: Any) -> int:
    with transaction.atomic():
        status = browser.generic(method, path, **more).status_code
        transaction.set_rollback(True)
    return int(status)


def cookies() -> Iterator[tuple[str, str]]:
    names = ("csrftoken", "messages", "language", "text", "theme", "nonsense")
    for name in (settings.SESSION_COOKIE_NAME, *names):
        for value in (NUL_QUOTED, "x" * 8192, "\xff" * 32, r'"\377\012"', "=;=", "٣" * 32, "{}"):
            yield name, value


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), list(cookies()))
def test_no_cookie_is_our_failure(name: str, value: str) -> None:
    browser = Client(raise_request_exception=False)
    sent = f"{name}={value}".encode().decode("latin-1")
    for path in ("/", "/v/", "/accounts/login/", "/admin/login/"):
        assert asked(browser, "GET", path, HTTP_COOKIE=sent) in (200, 302)
    assert asked(browser, "POST", "/accounts/login/", HTTP_COOKIE=sent) == 200


@pytest.mark.parametrize("value", [NUL_QUOTED, "x" * 8192, "\xff" * 32, "a", "../../x", "A" * 41])
@pytest.mark.django_db
def test_a_key_that_is_none_is_nobody_and_no_session_is_looked_for(value: str) -> None:
    """She is led to the sign-in, as without any."""
    browser = Client(raise_request_exception=False)
    cookie = f"{settings.SESSION_COOKIE_NAME}={value}"
    with CaptureQueriesContext(connection) as asked_for:
        answer = browser.get("/v/me/", HTTP_COOKIE=cookie)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/phone/?next=/v/me/")
    assert [one["sql"] for one in asked_for if "django_session" in one["sql"]] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host",
    ["", " ", "a b", "x\\y", "[", "[::1", "a:b:c", "127.0.0.1:99999999", "例", "a/../b", "@"],
)
def test_no_host_is_our_failure(host: str) -> None:
    browser = Client(raise_request_exception=False)
    sent = host.encode().decode("latin-1")
    assert asked(browser, "GET", "/accounts/login/", HTTP_HOST=sent) in (200, 400)
