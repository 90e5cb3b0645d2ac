"""What people who are not signed in may try only so often from one address."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

from backend.accounts.operations import count_attempt, take_back_attempt
from backend.common import clock
from backend.common.client import client_ip
from backend.common.sealing import blind_index

WINDOW = timedelta(minutes=15)


def may_go_on(request: HttpRequest, what: str, most: int) -> bool:
    """Count one try of this kind; whether there were no more than `most` of them in WINDOW.

    An address that is not known counts for nobody: behind a proxy that says nothing everybody
    would share one counter, and a stranger who guesses would shut the page to all.
    """
    counters = _counters(request, what, most)
    return count_attempt(counters=counters, window=WINDOW, now=clock.now())


def not_counted(request: HttpRequest, what: str) -> None:
    """The try was none: it was right. What may be guessed is counted before it is compared, so that
    many at once are no more than one after the other, and none is right once they are too many."""
    take_back_attempt(counters=_counters(request, what, 0))


def _counters(request: HttpRequest, what: str, most: int) -> dict[bytes, int]:
    address = client_ip(request)
    return {blind_index(f"{what}\0{address}", "attempt"): most} if address else {}
