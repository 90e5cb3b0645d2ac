"""Sessions that come again: of another rota, and one every week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.outbox.models import Event
from backend.places.models import CalendarDay
from backend.rota.models import Session
from backend.rota.operations import (
    SessionOver,
    SessionValueRefused,
    add_sessions,
    copy_sessions,
    each_time,
)
from tests.factories import (
    MONDAY,
    NOW,
    at,
    make_assignment,
    make_engagement,
    make_organisation,
    make_programme,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.rota.test_sessions import values

pytestmark = pytest.mark.django_db
FOUR_WEEKS = timedelta(weeks=4)


def day_off(day: date, name: str) -> None:
    CalendarDay.objects.create(date=day, name=name, is_off=True, status="official", source="test")


def test_the_sessions_of_another_rota_come_as_many_weeks_later_without_anybody() -> None:
    before = make_rota()
    after = make_rota(starts_on=MONDAY + FOUR_WEEKS, state="draft")
    partner = make_organisation()
    session = make_session(rota=before, shifts=[("lead", 1, 2)], seats=(0, 8, 4))
    session.organisers.add(partner)
    make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    make_session(rota=before, state="cancelled")
    make_session(rota=before, starts_at=None)
    copied = copy_sessions(rota_id=after.pk, source_id=before.pk, actor=None, now=NOW)
    (made,) = Session.objects.filter(rota=after)
    assert [one.pk for one in copied.made] == [made.pk]
    assert made.starts_at == session.starts_at + FOUR_WEEKS
    assert (made.title, made.venue_id, made.seats_max) == (session.title, session.venue_id, 8)
    assert (made.state, made.staff, made.seats_taken) == ("planned", 0, 0)
    shift = made.shifts.get()
    assert (shift.minimum, shift.target, shift.taken) == (1, 2, 0)
    assert list(made.organisers.all()) == [partner]
    assert Event.objects.get().kind == "sessions_copied"


def test_what_falls_on_a_day_off_or_behind_the_end_is_left_out_and_the_day_is_named() -> None:
    before = make_rota()
    after = make_rota(starts_on=MONDAY + FOUR_WEEKS, weeks=2, state="draft")
    for week in range(3):
        make_session(rota=before, starts_at=at("2026-12-05 09:30") + timedelta(weeks=week))
    day_off(date(2027, 1, 2), "元旦")
    copied = copy_sessions(rota_id=after.pk, source_id=before.pk, actor=None, now=NOW)
    assert copied.left_out == {date(2027, 1, 2): "元旦"}
    assert [one.starts_at for one in copied.made] == [at("2027-01-09 09:30")]


def test_nothing_is_copied_into_a_rota_that_is_over() -> None:
    before = make_rota()
    with pytest.raises(SessionOver):
        copy_sessions(rota_id=before.pk, source_id=before.pk, actor=None, now=NOW + 2 * FOUR_WEEKS)


def test_a_session_every_week_skips_days_off_and_ends_with_the_rota() -> None:
    rota = make_rota(weeks=4)
    day_off(date(2026, 12, 12), "补休")
    kind = make_engagement(programme=make_programme())
    added = add_sessions(
        rota_id=rota.pk, engagement_id=kind.pk, each=each_time(values(), 9), actor=None, now=NOW
    )
    assert added.left_out == {date(2026, 12, 12): "补休"}
    days = [session.starts_at for session in added.made]
    assert days == [at(f"2026-12-{day} 09:30") for day in ("05", "19", "26")]
    assert all(session.shifts.get().target == 2 for session in added.made)


def test_further_days_are_each_there_once_and_kept_whatever_day_they_are() -> None:
    rota = make_rota(weeks=4)
    day_off(date(2026, 12, 15), "补休")
    also = [date(2026, 12, 15), date(2026, 12, 12), date(2026, 12, 1)]
    added = add_sessions(
        rota_id=rota.pk,
        engagement_id=make_engagement(programme=make_programme()).pk,
        each=each_time(values(), 2, also),
        actor=None,
        now=NOW,
    )
    days = [session.starts_at for session in added.made]
    assert days == [at(f"2026-12-{day} 09:30") for day in ("01", "05", "12", "15")]
    assert (added.left_out, len({one.series_id for one in Session.objects.all()})) == ({}, 1)


def test_a_further_day_outside_the_rota_is_refused_and_nothing_is_made() -> None:
    with pytest.raises(SessionValueRefused):
        add_sessions(
            rota_id=make_rota(weeks=2).pk,
            engagement_id=make_engagement(programme=make_programme()).pk,
            each=each_time(values(), 1, [date(2027, 3, 1)]),
            actor=None,
            now=NOW,
        )
    assert not Session.objects.exists()
