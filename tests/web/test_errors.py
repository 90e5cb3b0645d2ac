"""A database that is away, or too busy, is said plainly and tried again; our own faults stay
500."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django.plugin import DjangoDbBlocker

from tests.web.said import said_of

handler500 = "backend.web.errors.server_error"


def too_slow(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(5)")
    return HttpResponse()


def touches_it(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse()


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("a secret value")


def ends_it(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse()


def asks_who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user.is_authenticated))


def has_no_room(request: HttpRequest) -> HttpResponse:
    raise OperationalError("could not extend file") from psycopg.errors.DiskFull()


urlpatterns = [
    path("slow/", too_slow),
    path("full/", has_no_room),
    path("row/", touches_it),
    path("killed/", ends_it),
    path("who/", asks_who),
    path("broken/", broken),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def no_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    own = connections["default"]
    away = connections.create_connection("default")
    away.settings_dict = {**own.settings_dict, "HOST": "/nowhere"}
    connections["default"] = away
    with django_db_blocker.unblock():
        yield
    connections["default"] = own


@pytest.mark.usefixtures("no_database")
def test_a_page_without_database_says_so_and_retries_by_itself(client: Client) -> None:
    answer = client.get("/row/")
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "数据库暂时连不上" in text
    assert '<meta http-equiv="refresh" content="5">' in text


@pytest.mark.usefixtures("no_database")
def test_a_form_without_database_is_not_sent_again_by_itself(client: Client) -> None:
    text = client.post("/row/").content.decode()
    assert "刚才的操作没有保存" in text
    assert "http-equiv" not in text


@pytest.mark.usefixtures("no_database")
def test_the_page_without_database_is_in_her_language(client: Client) -> None:
    client.cookies["language"] = "en"
    text = client.get("/row/").content.decode()
    assert '<html lang="en"' in text and "The database cannot be reached" in text
    assert "数据库" not in text


@pytest.mark.usefixtures("no_database")
def test_a_session_that_cannot_be_read_is_one_line_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.cookies["sessionid"] = "a" * 32
    answer = client.get("/who/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    (line,) = said_of(caplog.records)
    assert "the database is away: " in line
    assert "\n" not in line and "Error" not in line


@pytest.mark.django_db(transaction=True)
def test_a_database_that_ends_in_the_middle_is_one_line_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/killed/")
    connection.close()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "数据库暂时连不上" in answer.content.decode()
    (line,) = said_of(caplog.records)
    assert "the database is away: " in line and "\n" not in line


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_is_called_busy(client: Client) -> None:
    answer = client.get("/slow/")
    assert answer.status_code == 503
    assert "现在太忙了" in answer.content.decode()


@pytest.mark.django_db
def test_a_full_disk_refuses_what_is_sent_and_says_so(client: Client) -> None:
    answer = client.post("/full/")
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "现在存不进新的内容" in text and "刚才的操作没有保存" in text


def test_our_own_fault_is_500_and_tells_no_secret(client: Client) -> None:
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
