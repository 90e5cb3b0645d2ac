"""How an address may be asked, said where the addresses are listed: what is not for writing answers
405 to a POST. A view that only takes POST says so itself. Whatever no browser asks in, no address
answers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.views.decorators.http import require_http_methods, require_safe


def filled_in(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None when none was. A form in which nothing stands is one, too,
    and is told what it lacks."""
    return request.POST if request.method == "POST" else None


METHODS = ("GET", "HEAD", "POST")
read = require_safe
read_or_write = require_http_methods(METHODS)


class MethodMiddleware:
    """405 in place of a page for PUT, PATCH, DELETE and the like, also where a library's view would
    answer them as it does GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)
