"""What a person sees when we fail.

The pages stand alone: they need no database, no context and no style sheet.
"""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_SECONDS = 5
DISK_FULL = "53100"
CONNECTION_LOST = (
    "08",
    "53",
    "57P",
)  # SQLSTATE: connection, resources (too many clients), shutdown and starting up


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a database that is away, full or too busy is 503 with Retry-After, anything else
    is our fault and 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("500.html"), status=500)
    safe = request.method in ("GET", "HEAD")
    page = render_to_string(
        "database_away.html", {"what": trouble(error), "again": RETRY_SECONDS if safe else 0}
    )
    return HttpResponse(
        page, status=503, headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    )


def not_here(request: HttpRequest) -> HttpResponse:
    """An address that a library brings and this platform does not have."""
    raise Http404(request.path)


def trouble(error: BaseException) -> str:
    """What is wrong with the database:

    "away"; "full", its disk has no room; "busy", a statement or a lock took too long.
    """
    state = getattr(error.__cause__, "sqlstate", None)
    if state == DISK_FULL:
        return "full"
    return "away" if state is None or state.startswith(CONNECTION_LOST) else "busy"
