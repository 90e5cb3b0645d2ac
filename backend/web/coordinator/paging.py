"""Lists that are turned page by page: which is shown, and what turns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from backend.common.reading import whole_number
from backend.web.components import Pagination

LONGEST_SEARCH = 40
PAGE = 50  # rows of a page, where a list says nothing else


def query_href(address: str, **query: str) -> str:
    """An address with these values, those that are empty left out, ready for one more:
    "/c/volunteers/?q=%E9%99%88&". Braces are doubled, so that a number can be put in with
    str.format."""
    kept = urlencode({key: value for key, value in query.items() if value})
    return f"{address}?{kept}{'&' if kept else ''}".replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True)
class Turned:
    """One page of a list: which is shown, of how many, and how many rows a page has."""

    number: int
    pages: int
    size: int

    @property
    def start(self) -> int:
        """The first row's number in the whole list, from 0."""
        return self.size * (self.number - 1)

    def of(self, rows: Any) -> Any:
        """Those of this page, of a query or a list."""
        return rows[self.start : self.start + self.size]

    def pager(self, href: str = "?page={page}") -> Pagination | None:
        return pager(self.number, self.pages, href)


def turned(request: HttpRequest, total: int, size: int = PAGE) -> Turned:
    """Where ?page= turns a list of so many rows. Beyond the end it is the last page: rows may have
    gone while she looked."""
    pages = max(1, -(-total // size))
    return Turned(min(page_number(request), pages), pages, size)


def searched(request: HttpRequest) -> str:
    """?q=: what a list is searched for, no longer than somebody types."""
    return request.GET.get("q", "")[:LONGEST_SEARCH]


def pager(page: int, pages: int, href: str = "?page={page}") -> Pagination | None:
    """What turns the pages of a list; None for one that has a single page."""
    if pages > 1:
        return Pagination(page=min(page, pages), pages=pages, href=href)
    return None


def page_number(request: HttpRequest) -> int:
    """?page=3, at least 1; anything odd is the first page."""
    return whole_number(request.GET.get("page"), low=1, high=99_999) or 1
