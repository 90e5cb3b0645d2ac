"""One change of a weekly series: all of it or what is later, single changes survive, everybody is
asked by the rules of a single change, and whoever makes it has seen whom that touches."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.outbox.models import Event
from backend.places.models import CalendarDay
from backend.planning.operations import (
    OthersTouched,
    SeriesEffect,
    change_series,
    change_session,
    effect_on_series,
)
from backend.planning.queries.series import of_series, to_change_with
from backend.rota.models import Act, Assignment, Offer, Session, SessionSeries
from backend.rota.operations import (
    SessionChangedMeanwhile,
    SessionOver,
    add_sessions,
    cancel_session,
    copy_sessions,
    each_time,
)
from tests.factories import (
    MONDAY,
    NOW,
    at,
    make_assignment,
    make_booking,
    make_engagement,
    make_family,
    make_programme,
    make_rota,
    make_venue,
    make_volunteer,
)
from tests.rota.test_sessions import values

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)
FIRST = at("2026-12-05 09:30")  # a Saturday


@pytest.fixture
def series() -> list[Session]:
    return series_of(4)


def series_of(weeks: int) -> list[Session]:
    """So many Saturdays of a published rota."""
    kind = make_engagement(programme=make_programme())
    made = add_sessions(
        rota_id=make_rota(weeks=6).pk,
        engagement_id=kind.pk,
        each=each_time(values(seats=(0, 8, 4), months=(0, 36)), weeks),
        actor=None,
        now=NOW,
    )
    return [Session.objects.get(pk=one.pk) for one in made.made]


def change(
    session: Session, others: list[Session], *, seen: str | None = None, **new: object
) -> SeriesEffect:
    session = Session.objects.get(pk=session.pk)
    return change_series(
        session_id=session.pk,
        others=[one.pk for one in others],
        version=session.version,
        values=values(session, **new),
        actor=None,
        now=NOW,
        seen=seen,
    )


def alone(session: Session, **new: object) -> None:
    session = Session.objects.get(pk=session.pk)
    change_session(
        session_id=session.pk,
        version=session.version,
        values=values(session, **new),
        actor=None,
        now=NOW,
    )


def starts(series: list[Session]) -> list[object]:
    rows = Session.objects.in_bulk([one.pk for one in series])
    return [rows[one.pk].starts_at for one in series]


def hours_later(session: Session, n: int) -> dict[str, object]:
    assert session.starts_at and session.ends_at
    return {"starts_at": session.starts_at + n * HOUR, "ends_at": session.ends_at + n * HOUR}


def test_what_is_written_down_for_several_weeks_is_a_series(series: list[Session]) -> None:
    assert SessionSeries.objects.count() == 1
    assert [one.starts_at for one in series] == [FIRST + week * WEEK for week in range(4)]
    assert list(of_series(series[2])) == series
    assert list(to_change_with(series[2], NOW)) == [series[0], series[1], series[3]]


def test_a_session_of_one_week_alone_is_none() -> None:
    kind = make_engagement(programme=make_programme())
    made = add_sessions(
        rota_id=make_rota().pk,
        engagement_id=kind.pk,
        each=each_time(values(), 1),
        actor=None,
        now=NOW,
    )
    assert (made.made[0].series_id, SessionSeries.objects.count()) == (None, 0)
    assert not of_series(made.made[0]).exists()


def test_all_of_them_go_as_many_hours_later(series: list[Session]) -> None:
    effect = change(series[1], [series[0], *series[2:]], **hours_later(series[1], 2))
    assert starts(series) == [FIRST + week * WEEK + 2 * HOUR for week in range(4)]
    assert [one.session for one in effect.effects] == series
    assert [one.version for one in Session.objects.order_by("pk")] == [2, 2, 2, 2]
    assert Act.objects.filter(verb="changed").count() == 4


def test_this_one_and_the_later_ones(series: list[Session]) -> None:
    change(series[2], series[3:], **hours_later(series[2], 2))
    assert starts(series) == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK + 2 * HOUR] + [
        FIRST + 3 * WEEK + 2 * HOUR
    ]


def test_another_day_of_the_week_is_another_day_for_all(series: list[Session]) -> None:
    day = {"starts_at": FIRST + timedelta(days=1), "ends_at": FIRST + timedelta(days=1) + HOUR}
    change(series[0], series[1:], **day)
    assert starts(series) == [FIRST + timedelta(days=1) + week * WEEK for week in range(4)]


def test_what_was_changed_of_one_alone_survives(series: list[Session]) -> None:
    hers = make_venue()
    alone(series[1], title="绘本课")
    alone(series[2], venue_id=hers.pk)
    effect = change(series[0], series[1:], title="音乐课", **hours_later(series[0], 1))
    rows = Session.objects.order_by("starts_at")
    assert [one.title for one in rows] == ["音乐课", "绘本课", "音乐课", "音乐课"]
    assert [one.venue_id == hers.pk for one in rows] == [False, False, True, False]
    assert starts(series) == [FIRST + week * WEEK + HOUR for week in range(4)]
    assert effect.single == [(series[1], frozenset({"title"}))]


def test_one_that_keeps_all_that_is_changed_is_not_written(series: list[Session]) -> None:
    alone(series[1], title="绘本课")
    effect = change(series[0], series[1:], title="音乐课")
    assert [one.session for one in effect.effects] == [series[0], *series[2:]]
    assert Session.objects.get(pk=series[1].pk).version == 2


def test_the_one_from_which_all_are_changed_is_no_exception_any_more(
    series: list[Session],
) -> None:
    alone(series[1], title="绘本课")
    change(series[1], [series[0], *series[2:]], title="音乐课")
    assert {one.title for one in Session.objects.all()} == {"音乐课"}
    change(series[3], series[:3], title="手工课")
    assert {one.title for one in Session.objects.all()} == {"手工课"}


def test_one_that_says_again_what_the_others_say_goes_with_them_again(
    series: list[Session],
) -> None:
    alone(series[1], **hours_later(series[1], 3))
    assert Session.objects.get(pk=series[1].pk).own == ["time"]
    alone(series[1], starts_at=series[1].starts_at, ends_at=series[1].ends_at)
    assert Session.objects.get(pk=series[1].pk).own is None
    change(series[0], series[1:], **hours_later(series[0], 1))
    assert starts(series) == [FIRST + week * WEEK + HOUR for week in range(4)]


def test_each_who_is_touched_is_asked_as_by_a_single_change(series: list[Session]) -> None:
    her = make_volunteer()
    for session in series[:3]:
        make_assignment(volunteer=her, shift=session.shifts.get())
    make_booking(family=make_family(children=["2025-06"]), session=series[3])
    effect = change(series[0], series[1:], **hours_later(series[0], 1))
    asked = [[one.outcome for one in each.volunteers] for each in effect.effects]
    assert asked == [["asked"], ["asked"], ["asked"], []]
    assert [len(each.families) for each in effect.effects] == [0, 0, 0, 1]
    assert Offer.objects.filter(state="pending", volunteer=her).count() == 3
    assert Assignment.objects.filter(state="active").count() == 0
    happened = Event.objects.exclude(kind="session_added").values_list("kind", flat=True)
    assert sorted(happened) == ["booking_asked", *["session_changed"] * 4]


def test_looking_at_it_changes_nothing(series: list[Session]) -> None:
    make_assignment(volunteer=make_volunteer(), shift=series[1].shifts.get())
    before = [list(model.objects.order_by("pk").values()) for model in (Session, Assignment)]
    effect = effect_on_series(
        session_id=series[0].pk,
        others=[one.pk for one in series[1:]],
        version=1,
        values=values(series[0], **hours_later(series[0], 1)),
        actor=None,
        now=NOW,
    )
    assert [len(one.volunteers) for one in effect.effects] == [0, 1, 0, 0]
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Session, Assignment)
    ]
    assert not Offer.objects.exists()


def test_nobody_is_touched_whom_the_editor_has_not_seen(series: list[Session]) -> None:
    look = {
        "session_id": series[0].pk,
        "others": [one.pk for one in series[1:]],
        "version": 1,
        "values": values(series[0], **hours_later(series[0], 1)),
        "actor": None,
        "now": NOW,
    }
    seen = effect_on_series(**look).mark
    make_assignment(volunteer=make_volunteer(), shift=series[3].shifts.get())
    with pytest.raises(OthersTouched):
        change_series(**look, seen=seen)
    assert starts(series) == [FIRST + week * WEEK for week in range(4)]
    change_series(**look, seen=effect_on_series(**look).mark)
    assert starts(series) == [FIRST + week * WEEK + HOUR for week in range(4)]


def test_a_colleague_who_changed_another_of_them_meanwhile_is_noticed(
    series: list[Session],
) -> None:
    look = {
        "session_id": series[0].pk,
        "others": [one.pk for one in series[1:]],
        "version": 1,
        "values": values(series[0], **hours_later(series[0], 1)),
        "actor": None,
        "now": NOW,
    }
    seen = effect_on_series(**look).mark
    alone(series[2], risk_note="带水")
    with pytest.raises(OthersTouched):
        change_series(**look, seen=seen)
    alone(series[0], risk_note="带水")
    with pytest.raises(SessionChangedMeanwhile):
        change_series(**look, seen=seen)


def test_one_that_would_fall_on_a_day_off_stays_and_the_day_is_named(
    series: list[Session],
) -> None:
    for day, name, off in (
        (FIRST + timedelta(days=1) + WEEK, "元旦", True),
        (FIRST + timedelta(days=1) + 2 * WEEK, "元旦调休", False),
    ):
        CalendarDay.objects.create(
            date=day.date(), name=name, is_off=off, status="official", source="test"
        )
    sunday = FIRST + timedelta(days=1)
    effect = change(series[0], series[1:], starts_at=sunday, ends_at=sunday + HOUR)
    assert starts(series) == [sunday, FIRST + WEEK, sunday + 2 * WEEK, sunday + 3 * WEEK]
    ((left, why),) = effect.left
    assert (left, why.facts["why"], why.facts["limit"]) == (series[1], "day_off", "元旦")
    named = [(day.isoformat(), one.is_off) for day, one in sorted(effect.days.items())]
    assert named == [("2026-12-13", True), ("2026-12-20", False)]


def test_on_a_day_off_that_was_chosen_before_the_hour_can_be_another(
    series: list[Session],
) -> None:
    CalendarDay.objects.create(
        date=(FIRST + WEEK).date(), name="元旦", is_off=True, status="official", source="test"
    )
    effect = change(series[0], series[1:], **hours_later(series[0], 1))
    assert starts(series) == [FIRST + week * WEEK + HOUR for week in range(4)]
    assert not effect.left


def test_one_that_cannot_say_that_stays_and_is_named(series: list[Session]) -> None:
    for children in (["2025-06", "2025-05"], ["2025-04"]):
        make_booking(family=make_family(children=children), session=series[2])
    Session.objects.filter(pk=series[2].pk).update(staff=1)
    effect = change(series[0], series[1:], seats=(0, 2, 2))
    ((left, why),) = effect.left
    assert (left, why.facts["why"]) == (series[2], "seats_taken")
    rows = Session.objects.order_by("starts_at").values_list("seats_max", flat=True)
    assert list(rows) == [2, 2, 8, 2]


def test_what_the_session_itself_cannot_be_is_refused_as_a_whole(series: list[Session]) -> None:
    cancel_session(session_id=series[0].pk, actor=None, now=NOW)
    with pytest.raises(SessionOver):
        change(series[0], series[1:], title="音乐课")
    assert not Session.objects.filter(title="音乐课").exists()


def test_what_was_called_off_or_is_of_another_series_is_left_alone(series: list[Session]) -> None:
    other = add_sessions(
        rota_id=series[0].rota_id,
        engagement_id=series[0].engagement_id,
        each=each_time(values(), 2),
        actor=None,
        now=NOW,
    ).made
    cancel_session(session_id=series[3].pk, actor=None, now=NOW)
    assert list(to_change_with(series[0], NOW)) == series[1:3]
    change(series[0], [*series[1:], *other], title="音乐课")
    titled = Session.objects.filter(title="音乐课").order_by("starts_at")
    assert list(titled) == series[:3]


def test_two_a_week_apart_that_go_a_week_later_do_not_stand_in_each_others_way(
    series: list[Session],
) -> None:
    """Who may be there once a week is asked about each: the later one moves first."""
    her = make_volunteer(max_per_week=1)
    for session in series[:2]:
        make_assignment(volunteer=her, shift=session.shifts.get())
    days = timedelta(days=7)
    later = {"starts_at": FIRST + days, "ends_at": FIRST + days + HOUR}
    effect = change(series[0], series[1:], **later)
    asked = [[one.outcome for one in each.volunteers] for each in effect.effects]
    assert asked == [["asked"], ["asked"], [], []]


def test_a_copied_rota_has_the_series_of_its_own(series: list[Session]) -> None:
    alone(series[1], title="绘本课")
    new = make_rota(starts_on=MONDAY + 6 * WEEK, weeks=6, state="draft")
    copied = copy_sessions(rota_id=new.pk, source_id=series[0].rota_id, actor=None, now=NOW)
    made = sorted(copied.made, key=lambda one: one.pk)
    assert len({one.series_id for one in made}) == 1
    assert made[0].series_id != series[0].series_id
    assert [one.own for one in made] == [None, ["title"], None, None]
