"""When she is free, how much she wants to do, and what she likes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.common.spans import SpanRefused, merged
from backend.outbox.models import Event
from backend.volunteers.operations import (
    LimitRefused,
    TimeOffRefused,
    add_time_off,
    change_availability,
    change_limits,
    remove_time_off,
    set_wishes,
)
from tests import factories as make

SPAN = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(
    lambda s: s[1] < s[2]
)


@given(st.lists(SPAN, max_size=8))
def test_merging_keeps_every_minute_and_touches_nothing_twice(
    spans: list[tuple[int, int, int]],
) -> None:
    found = merged(spans)
    minutes = {(d, m) for d, a, z in spans for m in range(a, z)}
    assert minutes == {(d, m) for d, a, z in found for m in range(a, z)}
    assert all(x[0] < y[0] or x[2] < y[1] for x, y in pairwise(found))


@pytest.mark.parametrize(
    "span", [(0, 600, 600), (0, 700, 600), (7, 0, 60), (-1, 0, 60), (0, -5, 60), (0, 1400, 1441)]
)
def test_a_span_that_is_none_is_refused(span: tuple[int, int, int]) -> None:
    with pytest.raises(SpanRefused):
        merged([span])


@pytest.mark.django_db
class TestHerHours:
    def test_a_new_week_takes_the_old_one_s_place(self) -> None:
        row = make.make_volunteer()
        change_availability(
            volunteer_id=row.pk,
            spans=[(5, 600, 720), (5, 540, 660), (0, 840, 1080)],
            actor=None,
            now=make.NOW,
        )
        assert list(
            row.availability.order_by("weekday").values_list("weekday", "start", "end")
        ) == [(0, 840, 1080), (5, 540, 720)]

    def test_saying_the_same_again_tells_nobody(self) -> None:
        row = make.make_volunteer(available=[(0, 540, 720)])
        change_availability(volunteer_id=row.pk, spans=[(0, 540, 720)], actor=None, now=make.NOW)
        assert not Event.objects.exists()

    def test_a_wrong_span_leaves_the_old_week(self) -> None:
        row = make.make_volunteer(available=[(0, 540, 720)])
        with pytest.raises(SpanRefused):
            change_availability(
                volunteer_id=row.pk, spans=[(1, 540, 720), (1, 900, 800)], actor=None, now=make.NOW
            )
        assert row.availability.get().weekday == 0

    def test_days_away_that_touch_become_one(self) -> None:
        row = make.make_volunteer()
        for first, last in ((3, 4), (8, 9), (5, 7)):
            add_time_off(
                volunteer_id=row.pk,
                from_date=date(2026, 12, first),
                to_date=date(2026, 12, last),
                actor=None,
                now=make.NOW,
            )
        away = row.time_off.get()
        assert (away.from_date, away.to_date) == (date(2026, 12, 3), date(2026, 12, 9))
        for _ in range(2):
            remove_time_off(volunteer_id=row.pk, time_off_id=away.pk, actor=None, now=make.NOW)
        assert not row.time_off.exists() and Event.objects.count() == 4

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (date(2026, 12, 5), date(2026, 12, 4)),
            (date(2026, 11, 1), date(2026, 11, 27)),
            (date(2026, 12, 5), date(2028, 11, 28)),  # more than two years ahead
            (date(2024, 11, 27), date(2026, 12, 5)),  # or back
            (date.min, date.max),
        ],
    )
    def test_days_that_are_none_or_over_are_refused(self, first: date, last: date) -> None:
        with pytest.raises(TimeOffRefused):
            add_time_off(
                volunteer_id=make.make_volunteer().pk,
                from_date=first,
                to_date=last,
                actor=None,
                now=make.NOW,
            )

    def test_another_volunteer_s_days_stay(self) -> None:
        hers, other = make.make_volunteer(), make.make_volunteer()
        away = add_time_off(
            volunteer_id=other.pk,
            from_date=date(2026, 12, 1),
            to_date=date(2026, 12, 1),
            actor=None,
            now=make.NOW,
        )
        remove_time_off(volunteer_id=hers.pk, time_off_id=away.pk, actor=None, now=make.NOW)
        assert other.time_off.exists()


@pytest.mark.django_db
class TestHerLimits:
    def test_what_is_named_changes(self) -> None:
        row = make.make_volunteer(max_per_week=3)
        change_limits(volunteer_id=row.pk, max_travel=25, max_total=None, actor=None, now=make.NOW)
        row.refresh_from_db()
        assert (row.max_travel, row.max_total, row.max_per_week) == (25, None, 3)

    @pytest.mark.parametrize(
        "limits",
        [{"max_travel": 4}, {"max_per_day": 0}, {"max_per_week": 15}, {"max_per_day": None}],
    )
    def test_what_makes_no_sense_is_refused(self, limits: dict[str, int | None]) -> None:
        with pytest.raises(LimitRefused):
            change_limits(volunteer_id=make.make_volunteer().pk, actor=None, now=make.NOW, **limits)

    def test_wishes_are_kept_as_said_last(self) -> None:
        row = make.make_volunteer()
        beibei, moli = make.make_programme(), make.make_programme(code="moli")
        set_wishes(volunteer_id=row.pk, likings={beibei: 3, moli: -2}, actor=None, now=make.NOW)
        set_wishes(volunteer_id=row.pk, likings={beibei: 1, moli: 0}, actor=None, now=make.NOW)
        assert list(row.wishes.values_list("programme__code", "liking")) == [("beibei", 1)]
        with pytest.raises(LimitRefused):
            set_wishes(volunteer_id=row.pk, likings={beibei: 4}, actor=None, now=make.NOW)
