"""The harness itself: it passes a page that keeps up and fails each way of being out of date."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from backend.accounts.models import Access
from backend.common.clock import now
from backend.outbox.kinds import SessionChanged
from backend.outbox.record import record
from tests.live.verify import Open, verify

NUMBERS = {"outside": False}


def part() -> str:
    return (
        f'<p id="n" data-live="rota.1 session.2" hx-get="/part/">{Access.objects.count()} '
        f'<input name="idempotency_key" value="{id(object())}"></p>'
    )


def page(request: HttpRequest) -> HttpResponse:
    outside = f"<footer>{Access.objects.count()}</footer>" if NUMBERS["outside"] else ""
    return HttpResponse(
        f'<body data-live-since="{Access.objects.count()}"><main>{part()}</main>{outside}<img '
        f'src="x"></body>'
    )


def fragment(request: HttpRequest) -> HttpResponse:
    return HttpResponse(part())


def two_roots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(part() + part())


urlpatterns = [path("page/", page), path("part/", fragment)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def change(*streams: str) -> None:
    with transaction.atomic():
        Access.objects.create(action="read", subject="child:1", at=now())
        record(SessionChanged(rota=1, session=7), streams=streams, now=now(), actor=None)


@pytest.fixture(autouse=True)
def inside_only() -> None:
    NUMBERS["outside"] = False


def test_a_page_that_keeps_up_passes_and_counts() -> None:
    assert verify([Open("/page/", None)], lambda: change("rota.1"), kind="session_changed") == 1


def test_a_stream_that_the_fragment_does_not_listen_to_is_found() -> None:
    with pytest.raises(AssertionError, match="out of date"):
        verify([Open("/page/", None)], lambda: change("rota.7"), kind="session_changed")


def test_a_number_outside_every_fragment_is_found() -> None:
    NUMBERS["outside"] = True
    with pytest.raises(AssertionError, match="out of date"):
        verify([Open("/page/", None)], lambda: change("rota.1"), kind="session_changed")


def test_a_change_without_its_event_is_found() -> None:
    with pytest.raises(AssertionError, match="no shift_claimed among"):
        verify([Open("/page/", None)], lambda: change("rota.1"), kind="shift_claimed")


def test_a_fragment_that_is_two_elements_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.urlpatterns", [path("page/", page), path("part/", two_roots)])
    from django.urls import clear_url_caches

    clear_url_caches()
    with pytest.raises(AssertionError, match="is not one element"):
        verify([Open("/page/", None)], lambda: change("rota.1"), kind="session_changed")
    clear_url_caches()
