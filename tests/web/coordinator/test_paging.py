"""A list is turned page by page, and never beyond its end."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from backend.web.coordinator.paging import turned


@pytest.mark.parametrize(
    ("asked", "total", "number", "rows"),
    [
        ("", 25, 1, "0-9"),
        ("2", 25, 2, "10-19"),
        ("3", 25, 3, "20-24"),
        ("9", 25, 3, "20-24"),  # some went while she looked
        ("²", 25, 1, "0-9"),
        ("2", 10, 1, "0-9"),
        ("2", 0, 1, ""),
    ],
)
def test_what_a_page_shows(asked: str, total: int, number: int, rows: str) -> None:
    page = turned(RequestFactory().get("/", {"page": asked}), total, 10)
    shown = page.of(list(range(total)))
    assert page.number == number
    assert (f"{shown[0]}-{shown[-1]}" if shown else "") == rows
    assert (page.pager() is None) == (total <= 10)
