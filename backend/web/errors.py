"""What a person sees when we fail, or when what she sent cannot be answered.

The pages of our own failures stand alone: they need no database, no context and no style sheet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from backend.common.away import trouble
from backend.web.middleware import language_of

RETRY_SECONDS = 5
WORDLESS = (400, 405, 413, 429)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SECRET = ("password", "otp", "code")  # what no page may hold: parts of names of fields
MOST_KEPT = 20_000  # characters of a form that the page of a failure repeats


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a database that is away, full or too busy is 503 with Retry-After, anything else
    is our fault and 500."""
    what = trouble(sys.exc_info()[1])
    if not what:
        return HttpResponse(render_to_string("500.html"), status=500)
    safe = request.method in ("GET", "HEAD")
    context = {
        "what": what,
        "again": RETRY_SECONDS if safe else 0,
        "address": request.get_full_path(),
        "sent": [] if safe else sent(request),
    }
    with translation.override(language_of(request)):
        page = render_to_string("database_away.html", context)
    return HttpResponse(
        page, status=503, headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    )


def sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form, for a button that sends them again; none where not all of it can be
    kept in a page: a file, a password, a body that is no form. Nothing of it was written, so its
    idempotency key still counts."""
    if request.content_type not in FORMS:
        return []
    try:
        fields = [(name, value) for name, found in request.POST.lists() for value in found]
        whole = not request.FILES
    except (SuspiciousOperation, OSError):  # it was never read to its end
        return []
    kept = sum(len(name) + len(value) for name, value in fields) <= MOST_KEPT
    secret = any(word in name for name, _value in fields for word in SECRET)
    return fields if whole and kept and not secret else []


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
