"""What a person sees when we fail, or when what she sent cannot be answered.

The pages of our own failures stand alone: they need no database, no context and no style sheet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from backend.common.away import trouble
from backend.web.middleware import language_of

RETRY_SECONDS = 5
WORDLESS = (400, 405, 413, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a database that is away, full or too busy is 503 with Retry-After, anything else
    is our fault and 500."""
    what = trouble(sys.exc_info()[1])
    if not what:
        return HttpResponse(render_to_string("500.html"), status=500)
    safe = request.method in ("GET", "HEAD")
    with translation.override(language_of(request)):
        page = render_to_string(
            "database_away.html", {"what": what, "again": RETRY_SECONDS if safe else 0}
        )
    return HttpResponse(
        page, status=503, headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    )


def not_here(request: HttpRequest) -> HttpResponse:
    """An address that a library brings and this platform does not have."""
    raise Http404(request.path)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: an address, a form or a host that cannot be read; perhaps before anybody has
    looked at her language."""
    with translation.override(language_of(request)):
        return render(request, "400.html", status=400)


class ErrorPageMiddleware:
    """A refusal without a word (405 from a decorator, a bare 400) gets our page; its headers
    stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in WORDLESS and not response.streaming and not response.content:
            page = render(request, f"{response.status_code}.html", status=response.status_code)
            for name in ("Allow", "Retry-After"):
                if name in response:
                    page[name] = response[name]
            return page
        return response
