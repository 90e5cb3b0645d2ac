"""What is new and stands in no line fails the register's tests: each is tried with one planted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import get_commands
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from backend.config import urls
from backend.live.permissions import TABLE
from backend.web.doors import printed
from backend.web.doors.line import page
from backend.web.doors.roles import everybody
from scheduler.app import app
from tests.doors import test_doors, test_writing


def foreign(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class Named:
    urlpatterns = [path("foreign/", foreign, name="foreign"), *urls.urlpatterns]


class OtherParameters:
    urlpatterns = [path("c/<int:year>/", foreign, name="home"), *urls.urlpatterns]


class Nameless:
    urlpatterns = [path("foreign/", foreign), *urls.urlpatterns]


class Missing:
    urlpatterns = urls.urlpatterns[:-1]


def fails(check: Callable[[], None]) -> None:
    with pytest.raises(AssertionError):
        check()


@pytest.mark.parametrize("planted", [Named, OtherParameters, Missing])
def test_an_address_that_no_line_names_is_noticed(
    planted: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_doors.test_every_address_is_in_the_register_and_every_line_names_one()
    plant_addresses(planted, monkeypatch)
    fails(test_doors.test_every_address_is_in_the_register_and_every_line_names_one)


def test_an_address_without_a_name_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    test_doors.test_an_address_without_a_name_only_leads_away()
    plant_addresses(Nameless, monkeypatch)
    fails(test_doors.test_an_address_without_a_name_only_leads_away)


def plant_addresses(planted: type, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = URLResolver(RegexPattern(r"^/"), planted)
    for asks in (printed, test_doors):
        monkeypatch.setattr(asks, "get_resolver", lambda: resolver)


def test_a_kind_of_stream_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    test_doors.test_every_kind_of_stream_is_in_the_register()
    monkeypatch.setitem(TABLE, "foreign", TABLE["city"])
    fails(test_doors.test_every_kind_of_stream_is_in_the_register)


def test_a_task_is_noticed() -> None:
    test_doors.test_every_task_is_in_the_register()
    app.task(name="scheduler.tasks.foreign")(foreign)
    try:
        fails(test_doors.test_every_task_is_in_the_register)
    finally:
        app.tasks.pop("scheduler.tasks.foreign")
    test_doors.test_every_task_is_in_the_register()


def test_a_command_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    test_doors.test_every_command_is_in_the_register()
    monkeypatch.setitem(get_commands(), "foreign", "backend.web")
    fails(test_doors.test_every_command_is_in_the_register)


def test_a_line_that_stands_twice_or_leaves_out_a_role_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = test_doors.test_no_line_stands_twice_and_each_says_what_every_role_is_answered
    check()
    for planted in (test_doors.PAGES[0], page("foreign", {"nobody": 200})):
        monkeypatch.setattr(test_doors, "PAGES", [*test_doors.PAGES, planted])
        fails(check)
        monkeypatch.undo()


def test_an_address_that_takes_a_form_and_has_none_filled_in_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    test_writing.test_every_address_that_takes_a_form_has_one_here()
    monkeypatch.setattr(test_writing, "OURS", [*test_writing.OURS, page("foreign", everybody(200))])
    fails(test_writing.test_every_address_that_takes_a_form_has_one_here)
