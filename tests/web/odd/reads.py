"""Which fields a page reads: what is in any other makes no difference to its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.test.utils import modify_settings

BY_NAME = ("__getitem__", "__contains__", "get", "getlist", "pop")
WHOLE = ("__iter__", "items", "values", "lists", "keys", "copy", "dict", "urlencode")
EVERY = "*"  # whoever goes through all of them reads each
_read: set[str] = set()


class Watched(QueryDict):
    """What was asked or sent, as it was; it notes what is looked at."""


def _noting(name: str) -> Callable[..., Any]:
    original = getattr(QueryDict, name)

    def noting(self: Watched, *given: Any, **named: Any) -> Any:
        _read.add(str(given[0]) if name in BY_NAME else EVERY)
        return original(self, *given, **named)

    return noting


for _name in (*BY_NAME, *WHOLE):
    setattr(Watched, _name, _noting(_name))


class Watching:
    """The innermost middleware: those before it look at all fields alike, whatever their names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for one in (request.GET, request.POST):
            one.__class__ = Watched
        _read.clear()
        return self.get_response(request)


@contextmanager
def watched() -> Iterator[Callable[[str], bool]]:
    """Inside, it says whether the last page that was asked has read a field."""
    with modify_settings(MIDDLEWARE={"append": f"{__name__}.Watching"}):
        yield lambda field: not _read.isdisjoint((field, EVERY))
