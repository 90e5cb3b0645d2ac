"""The races' page calls a broken promise broken, and a control that came through unharmed no
proof."""

from __future__ import annotations

from typing import Any

from tests.races.report import controls_were_caught, is_broken, page

CONTROL = {"oversold": 3, "overlaps": 1}


def row(kind: str, naive: bool = False, server: int = 180006, **found: Any) -> dict[str, Any]:
    quiet = {
        "seed": 1,
        "attempts": 3200,
        "yes": 900,
        "given_back": 90,
        "busy": 0,
        "oversold": 0,
        "overlaps": 0,
        "wrong": [],
        "errors": {},
    }
    return {"server": server, "kind": kind, "naive": naive} | quiet | found


def test_every_disagreement_breaks_a_promise() -> None:
    assert not is_broken(row("bookings"))
    for found in (
        {"oversold": 1},
        {"overlaps": 1},
        {"wrong": ["shift 1 counts 2, has 3"]},
        {"errors": {"error DeadlockDetected": 1}},
    ):
        assert is_broken(row("bookings", **found))


def test_a_control_has_to_fail_in_both_ways_on_every_server() -> None:
    caught = [
        row(kind, True, server, **CONTROL)
        for server in (150019, 180006)
        for kind in ("sign-ups", "bookings")
    ]
    assert controls_were_caught(caught)
    assert not controls_were_caught([*caught, row("bookings", True, 160015, oversold=2)])
    assert not controls_were_caught([])


def test_the_page_names_what_broke_and_which_version_was_not_tried() -> None:
    rows = [
        row(kind, naive, **(CONTROL if naive else {}))
        for kind in ("sign-ups", "bookings")
        for naive in (True, False)
    ]
    calm = page(rows, 1, "a machine", 60)
    assert "0 of 2 contests broke a promise. Not tried: PostgreSQL 15, 16, 17." in calm
    assert "| 18.6 | bookings | 3,200 | 900 | 90 | 0 | 0 | 0 | 0 | 0 | 3 (3–3) | 1 (1–1) |" in calm
    assert "## Promises that were broken" in page(
        [*rows, row("bookings", oversold=1)], 1, "a machine", 60
    )
