"""Every page has the same headers, whichever status it has and whoever answers: Django behind all
its middleware, Django before it, or the bridge without it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django.fixtures import Settings

from backend.common.page_headers import ON_EVERY_PAGE
from backend.config import urls
from backend.config.bridge import overloaded, plain
from backend.config.own_pages import WORDS

handler400 = "backend.web.errors.bad_request"
handler500 = "backend.web.errors.server_error"


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def saying(status: int) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: HttpResponse(status=status)


urlpatterns = [
    path("200/", saying(200)),
    path("400/", raising(BadRequest())),
    path("403/", raising(PermissionDenied())),
    path("404/", raising(Http404())),
    path("405/", saying(405)),
    path("413/", saying(413)),
    path("429/", saying(429)),
    path("500/", raising(ValueError())),
    path("503/", raising(OperationalError("away"))),
    *urls.urlpatterns,  # what the pages link to
]
STATUSES = (200, 400, 403, 404, 405, 413, 429, 500, 503)


def lacking(answer: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in ON_EVERY_PAGE.items() if answer.get(name) != value}


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("status", STATUSES)
def test_a_page_of_any_status_has_all_headers(status: int) -> None:
    answer = Client(raise_request_exception=False).get(f"/{status}/")
    assert answer.status_code == status
    assert lacking(answer) == {}
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Request-Id"]


@pytest.mark.django_db
@pytest.mark.parametrize("led_on", [True, False])
def test_a_host_that_cannot_be_read_is_refused_with_all_headers(
    led_on: bool, settings: Settings
) -> None:
    """Led on to HTTPS, it is refused before anything of ours is asked."""
    settings.SECURE_SSL_REDIRECT = led_on
    answer = Client(raise_request_exception=False).get("/", HTTP_HOST="a b\\c")
    assert answer.status_code == 400
    assert "这里有我们读不懂的内容" in answer.content.decode()
    assert lacking(answer) == {}
    assert answer["X-Request-Id"]


def test_what_is_led_on_to_https_has_all_headers(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/v/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/v/")
    assert lacking(answer) == {}


def test_the_pages_of_the_bridge_have_all_headers() -> None:
    answers = [plain(HTTPStatus(status)) for status in WORDS]
    answers += [overloaded({"method": method}) for method in ("GET", "POST")]
    for answer in answers:
        sent = {name.decode(): value.decode() for name, value in answer.headers}
        expected = {name.lower(): value for name, value in ON_EVERY_PAGE.items()}
        assert expected.items() <= sent.items(), answer.status
        assert sent["cache-control"] == "no-store"
