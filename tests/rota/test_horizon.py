"""Weekly patterns, days off and moved days as free minutes; no database."""

from __future__ import annotations

from datetime import date, timedelta

from backend.rota.snapshot.horizon import horizon_from
from matching.problem import DAY
from tests.factories import MONDAY


def spans(weekly, off=(), busy=(), weeks=1, moved=None):
    return horizon_from(MONDAY, weeks, moved or {}).spans(weekly, off, busy)


def test_two_adjacent_spans_are_one_so_a_session_across_them_fits() -> None:
    assert spans([(0, 720, 840), (0, 540, 720)]) == ((540, 840),)


def test_overlapping_spans_are_one() -> None:
    assert spans([(0, 540, 720), (0, 600, 660), (0, 700, 800)]) == ((540, 800),)


def test_sunday_night_and_monday_morning_touch_in_the_next_week_only() -> None:
    assert spans([(6, 1380, 1440), (0, 0, 60)], weeks=2) == (
        (0, 60),
        (6 * DAY + 1380, 7 * DAY + 60),
        (13 * DAY + 1380, 14 * DAY),
    )


def test_all_week_is_one_span() -> None:
    assert spans([(d, 0, 1440) for d in range(7)], weeks=4) == ((0, 28 * DAY),)


def test_time_off_takes_both_its_days() -> None:
    off = [(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))]
    assert spans([(d, 540, 600) for d in range(4)], off) == (
        (540, 600),
        (3 * DAY + 540, 3 * DAY + 600),
    )


def test_time_off_that_reaches_over_the_edges() -> None:
    assert (
        spans(
            [(0, 540, 600), (6, 540, 600)],
            [(date(2026, 1, 1), MONDAY), (date(2026, 12, 6), date(2027, 1, 1))],
        )
        == ()
    )


def test_busy_time_is_cut_out() -> None:
    assert spans([(0, 540, 720)], busy=[(600, 630), (700, 800), (0, 550)]) == (
        (550, 600),
        (630, 700),
    )


def test_a_day_off_is_lived_as_a_sunday_and_a_worked_saturday_as_a_friday() -> None:
    weekly = [(4, 540, 600), (6, 840, 900)]
    moved = {
        MONDAY: True,
        MONDAY + timedelta(days=5): False,
    }  # a Monday off, made up for on Saturday
    assert spans(weekly, moved=moved) == (
        (840, 900),
        (4 * DAY + 540, 4 * DAY + 600),
        (5 * DAY + 540, 5 * DAY + 600),
        (6 * DAY + 840, 6 * DAY + 900),
    )
