"""`request.live_since`: a position that the page certainly contains, so that its socket can ask for
what came after."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from backend.live.process import Live
from backend.outbox.queries import newest


class LivePositionMiddleware:
    """Reads the newest position before the page's own queries. Too low costs the page one fragment
    read twice; too high would hide a change from it for ever, so it is never read afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.live_since = known_position()  # type: ignore[attr-defined]
        return self.get_response(request)


def known_position() -> int | None:
    """From this process's hub, else by one query; None when the database is away (the page says so
    by itself)."""
    here = Live.here.position if Live.here is not None else None
    if here is not None:
        return here
    try:
        return newest()
    except DatabaseError:
        return None
