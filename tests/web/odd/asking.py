"""Asking pages for what nobody means, and what they must not answer."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from backend.accounts.models import User
from backend.common import clock

BEYOND = str(2**63)
ODD = (
    BEYOND,
    "²",
    "\0",
    "\u200b\u202e",
    "0001-01-01",
    "9999-12-31",
    "",
    "0",
    "-1",
    "9" * 30,
    "9" * 5000,
    "٣",
    "1e400",
    "一\r\n二",
    "2026-02-30",
    "%",
    "'\"<",
    "nan",
    "25:61",
)


class Asked(NamedTuple):
    browser: Client
    method: str
    path: str
    sent: dict[str, str]


def signed_in(user: User | None) -> Client:
    """A browser in which she has just given her password; of a stranger without a user."""
    browser = Client(raise_request_exception=False)
    if user is not None:
        browser.force_login(user)
        session = browser.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": clock.now().timestamp()}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return browser


def answer_to(asked: Asked) -> HttpResponse:
    """The answer; whatever it wrote is undone, and she stays signed in."""
    ask: Any = getattr(asked.browser, asked.method)
    cookies = copy(asked.browser.cookies)
    with transaction.atomic():
        answer: HttpResponse = ask(asked.path, asked.sent)
        transaction.set_rollback(True)
    asked.browser.cookies = cookies
    return answer


def failures(all_asked: Iterable[Asked]) -> list[str]:
    """The questions whose answer was a fault of our own."""
    found = []
    for asked in all_asked:
        answer = answer_to(asked)
        if answer.status_code >= 500 and answer.status_code != 503:
            sent = str(asked.sent)[:160]
            found.append(f"{asked.method} {asked.path[:80]} {sent}: {answer.status_code}")
    return found
