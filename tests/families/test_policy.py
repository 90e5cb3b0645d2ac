"""Months, ages and homes at their edges."""

from __future__ import annotations

from datetime import date

import pytest

from backend.families import policy


@pytest.mark.parametrize(
    ("born", "served"),
    [("2026-12", False), ("2026-11", True), ("2023-11", True), ("2023-10", False)],
)
def test_a_child_is_served_from_birth_to_the_month_of_the_third_birthday(
    born: str, served: bool
) -> None:
    assert policy.is_served_age(born, date(2026, 11, 30)) is served


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2025-03", True),
        ("1999-12", True),
        ("2025-13", False),
        ("2025-00", False),
        ("2125-03", False),
        ("2025-3", False),
        ("2025-03-01", False),
    ],
)
def test_a_month_is_a_year_and_a_month(text: str, month: bool) -> None:
    assert policy.is_month(text) is month


def test_a_home_is_kept_to_half_a_kilometre() -> None:
    assert policy.coarse((26.0812, 119.2988)) == (26.08, 119.3)
    assert policy.coarse((26.0826, 119.2974)) == (26.085, 119.295)
