"""What no page and no database can read is refused at the door."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class ReadableMiddleware:
    """An address or a form with a NUL in it is 400: no column holds one, and no person types it.

    Before everything that looks at the form, the keys of repeated posts too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\0" in text for text in _texts(request)):
            raise BadRequest("NUL")
        return self.get_response(request)


def _texts(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    yield from _of(request.GET)
    if request.method == "POST" and request.content_type in FORMS:
        yield from _of(request.POST)
        for _, files in request.FILES.lists():
            yield from (file.name or "" for file in files)


def _of(given: QueryDict) -> Iterator[str]:
    for name, values in given.lists():
        yield name
        yield from values
