"""Who guesses at an address that needs no sign-in is stopped, and nobody else."""

from __future__ import annotations

from types import ModuleType

import pytest
from django.test import Client

from backend.web.public import calendar, link, verify

pytestmark = pytest.mark.django_db
PAGES = [
    (calendar, "/calendar/guess.ics"),
    (link, "/l/guess/"),
    (verify, "/verify/M1-2026-9999/guess/"),
]


def tries(client: Client, guess: str, *, line: str) -> list[int]:
    return [client.get(guess, REMOTE_ADDR=line).status_code for _ in range(4)]


@pytest.mark.parametrize(("page", "guess"), PAGES)
def test_guesses_are_stopped_at_the_address_that_they_come_from_and_nowhere_else(
    client: Client, monkeypatch: pytest.MonkeyPatch, page: ModuleType, guess: str
) -> None:
    monkeypatch.setattr(page, "OF_ADDRESS", 2)
    assert tries(client, guess, line="192.0.2.1") == [404, 404, 429, 429]
    assert tries(client, guess, line="192.0.2.2") == [404, 404, 429, 429]
    assert tries(client, guess, line="") == [404] * 4  # nobody's: all would share one count
