"""What people who are not signed in may try only so often from one address."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

from backend.accounts.operations import count_attempt
from backend.common import clock
from backend.common.client import client_ip
from backend.common.sealing import blind_index

WINDOW = timedelta(minutes=15)


def may_go_on(request: HttpRequest, what: str, most: int) -> bool:
    """Count one try of this kind; whether there were no more than `most` of them in WINDOW.

    An address that is not known counts for nobody: behind a proxy that says nothing everybody
    would share one counter, and a stranger who guesses would shut the page to all.
    """
    address = client_ip(request)
    if not address:
        return True
    counter = blind_index(f"{what}\0{address}", "attempt")
    return count_attempt(counters={counter: most}, window=WINDOW, now=clock.now())
