"""Who guesses at an address that needs no sign-in is stopped, and nobody else."""

from __future__ import annotations

from functools import partial
from types import ModuleType

import pytest
from django.test import Client

from backend.proofs.queries.statements import Checked
from backend.web.public import calendar, link, verify
from tests.races.together import together

pytestmark = pytest.mark.django_db
PAGES = [
    (calendar, "/calendar/guess.ics"),
    (link, "/l/guess/"),
    (verify, "/verify/M1-2026-9999/guess/"),
]


RIGHT = "M1-2026-9999"


def test_no_code_of_a_statement_is_right_once_too_many_were_wrong(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tries them all would come to the right one, however many came before; whoever has the
    paper may look as often as she likes."""
    monkeypatch.setattr(verify, "OF_ADDRESS", 2)
    found = Checked(
        number=RIGHT, name="林*", minutes=90, state="issued", corrected=False, digest="00"
    )
    monkeypatch.setattr(verify, "checked", lambda number, code: found if code == "yes" else None)
    right = f"/verify/{RIGHT}/yes/"
    json = {"HTTP_ACCEPT": "application/json", "REMOTE_ADDR": "192.0.2.1"}
    assert [client.get(right, **json).status_code for _ in range(5)] == [200] * 5
    assert tries(client, f"/verify/{RIGHT}/no/", line="192.0.2.1")[:2] == [404, 404]
    assert client.get(right, **json).status_code == 429
    assert client.get(right, **json | {"REMOTE_ADDR": "192.0.2.2"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_no_more_than_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guesses = []
    for page, guess in PAGES:
        monkeypatch.setattr(page, "OF_ADDRESS", 2)
        guesses += [partial(Client().get, guess, REMOTE_ADDR="192.0.2.1")] * 4
    codes = [getattr(answer, "status_code", answer) for answer in together(guesses)]
    for n in range(len(PAGES)):
        assert sorted(codes[4 * n : 4 * n + 4]) == [404, 404, 429, 429]


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
