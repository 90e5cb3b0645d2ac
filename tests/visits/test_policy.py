"""When a door is seen and somebody is missed, at both sides of every edge."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

import pytest

from backend.bookings.models import Booking
from backend.families.models import Family
from backend.records.policy import SIGN_OUT
from backend.rota.models import Assignment, Session
from backend.visits import policy
from backend.visits.models import Visit, VisitRequest
from tests.factories import (
    as_rows_have_it,
    at,
    make_assignment,
    make_family,
    make_session,
    make_volunteer,
)

STARTS, ENDS = at("2026-12-05 09:30"), at("2026-12-05 10:30")  # a Saturday
HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
OPENS, CLOSES = STARTS - 3 * HOUR, ENDS + HOUR
HERS = Family(pk=7)
_number = count(1)


def session(*places: str, booking: str = "confirmed", family: int = 7, **fields: object) -> Session:
    """With volunteers whose places are in these states, and one booking."""
    row = Session(pk=1, **({"starts_at": STARTS, "ends_at": ENDS, "state": "open"} | fields))
    row._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "assignments": [Assignment(volunteer_id=next(_number), state=one) for one in places],
        "bookings": [Booking(family_id=family, state=booking)],
    }
    return row


def visit(request: str = "planned", **fields: object) -> Visit:
    return Visit(request=VisitRequest(family=HERS, state=request), **fields)


def test_what_was_decided() -> None:
    assert (policy.AHEAD, policy.VISIT_KEPT, policy.NEAR) == (60 * DAY, 30 * DAY, 5 * DAY)
    assert (policy.ADDRESS_OPENS, policy.ADDRESS_CLOSES) == (3 * HOUR, HOUR)
    assert policy.OVERDUE == policy.ALARM == timedelta(minutes=15)
    assert policy.PEOPLE == 2


def test_an_address_opens_three_hours_before_the_beginning() -> None:
    assert policy.address_opens(session()) == at("2026-12-05 06:30")
    assert policy.address_opens(session(starts_at=None)) is None


@pytest.mark.parametrize(
    ("now", "shows"),
    [
        (OPENS - MOMENT, False),
        (OPENS, True),
        (CLOSES - MOMENT, True),
        (CLOSES, False),
    ],
)
def test_an_address_is_shown_in_the_hours_of_the_visit(now: datetime, shows: bool) -> None:
    assert policy.shows_address(visit(), session("active", "active"), now) is shows


@pytest.mark.parametrize(
    ("of_visit", "of_session"),
    [
        (visit(finished_at=STARTS), session("active", "active")),
        (visit(safe_at=STARTS), session("active", "active")),
        (visit("open"), session("active", "active")),
        (visit("ended"), session("active", "active")),
        (visit(), session("active", "active", state="cancelled")),
        (visit(), session("active", "active", state="planned")),
        (visit(), session("active", "active", starts_at=None)),
        (visit(), session("active", "active", ends_at=None)),
        (visit(), session("active", "active", booking="offered")),
        (visit(), session("active", "active", family=8)),
        (visit(), session("active", "released")),
    ],
)
def test_no_address_is_shown_of_what_is_over_or_nobody_agreed_to(
    of_visit: Visit, of_session: Session
) -> None:
    assert policy.shows_address(of_visit, of_session, STARTS) is False


@pytest.mark.parametrize(
    ("places", "fields", "alone"),
    [
        (("active", "active"), {}, False),
        (("active", "done"), {}, False),
        (("active", "released"), {}, True),
        (("active",), {}, True),
        (("active",), {"escorted": True}, False),
        (("active",), {"begun_at": STARTS}, False),
    ],
)
def test_nobody_goes_alone(places: tuple[str, ...], fields: dict[str, object], alone: bool) -> None:
    assert policy.goes_alone(visit(**fields), session(*places)) is alone


def test_one_volunteer_with_two_places_is_one_person() -> None:
    row = session("active", "active", "withdrawn")
    for one in row.assignments.all():
        one.volunteer_id = 3
    assert policy.people_of(row) == 1


@pytest.mark.parametrize(
    ("booking", "agreed", "nobody"),
    [
        ("confirmed", True, False),
        ("asked", True, False),
        ("attended", True, False),
        ("absent", True, True),
        ("offered", False, False),
        ("cancelled", False, False),
    ],
)
def test_what_the_familys_own_booking_says(booking: str, agreed: bool, nobody: bool) -> None:
    mine, other = session(booking=booking), session(booking=booking, family=8)
    assert policy.family_agreed(visit(), mine) is agreed
    assert policy.nobody_opened(visit(), mine) is nobody
    assert policy.family_agreed(visit(), other) is False
    assert policy.nobody_opened(visit(), other) is False


@pytest.mark.parametrize(
    ("fields", "now", "may"),
    [
        ({"begun_at": STARTS, "finished_at": ENDS}, ENDS + SIGN_OUT - MOMENT, True),
        ({"begun_at": STARTS, "finished_at": ENDS}, ENDS + SIGN_OUT, False),
        ({"begun_at": STARTS}, ENDS, False),
        ({"finished_at": ENDS}, ENDS, False),
    ],
)
def test_who_is_inside_yet_says_so_while_she_could_sign_out(
    fields: dict[str, object], now: datetime, may: bool
) -> None:
    assert policy.may_be_inside_yet(visit(**fields), session(), now) is may


def test_after_two_days_nobody_looks_any_more() -> None:
    assert policy.is_long_over(session(), ENDS + 2 * DAY - MOMENT) is False
    assert policy.is_long_over(session(), ENDS + 2 * DAY) is True
    assert policy.is_long_over(session(ends_at=None), ENDS + 9 * DAY) is False


@pytest.mark.parametrize(
    ("moment", "part"),
    [
        ("2026-12-04 11:59", "workday_am"),
        ("2026-12-04 12:00", "workday_pm"),
        ("2026-12-04 23:59", "workday_pm"),
        ("2026-12-05 00:00", "weekend_am"),
        ("2026-12-05 12:00", "weekend_pm"),
        ("2026-12-06 11:59", "weekend_am"),
        ("2026-12-07 00:00", "workday_am"),
    ],
)
def test_a_moment_lies_in_one_part_of_the_week(moment: str, part: str) -> None:
    assert policy.part_of(at(moment)) == part
    assert policy.part_of(as_rows_have_it(at(moment))) == part


@pytest.mark.parametrize(
    ("moment", "fits"),
    [
        ("2026-12-03 23:59", False),
        ("2026-12-04 00:00", True),
        ("2026-12-07 11:59", True),
        ("2026-12-07 12:00", False),
        ("2026-12-08 00:00", False),
        ("2026-12-05 00:00", False),
    ],
)
def test_a_time_suits_in_the_days_and_parts_that_the_family_named(moment: str, fits: bool) -> None:
    request = VisitRequest(
        first_day=date(2026, 12, 4), last_day=date(2026, 12, 7), parts=["workday_am"]
    )
    assert policy.suits(request, at(moment)) is fits
    assert policy.suits(request, as_rows_have_it(at(moment))) is fits


@pytest.mark.parametrize(
    ("state", "last_day", "urgent"),
    [
        ("open", date(2026, 12, 10), True),
        ("open", date(2026, 12, 11), False),
        ("planned", date(2026, 12, 10), False),
    ],
)
def test_a_request_is_urgent_in_its_last_five_days(
    state: str, last_day: date, urgent: bool
) -> None:
    request = VisitRequest(state=state, last_day=last_day)
    assert policy.is_urgent(request, date(2026, 12, 5)) is urgent


@pytest.mark.parametrize(
    ("state", "ended_at", "begun_at", "inside", "was_there"),
    [
        ("active", None, None, True, True),
        ("done", None, None, True, True),
        ("released", STARTS - MOMENT, None, False, False),
        ("released", STARTS, None, True, True),
        ("released", STARTS - HOUR, STARTS - HOUR, True, True),
        ("released", STARTS - HOUR - MOMENT, STARTS - HOUR, False, False),
        ("withdrawn", STARTS, None, False, True),
        ("withdrawn", STARTS - MOMENT, None, False, False),
        ("withdrawn", STARTS - HOUR, STARTS - HOUR, False, True),
        ("withdrawn", STARTS - HOUR - MOMENT, STARTS - HOUR, False, False),
    ],
)
@pytest.mark.django_db
def test_who_may_be_inside_and_who_was_there(
    state: str,
    ended_at: datetime | None,
    begun_at: datetime | None,
    inside: bool,
    was_there: bool,
) -> None:
    row = make_session(starts_at=STARTS)
    request = VisitRequest.objects.create(
        family=make_family(),
        parts=["weekend_am"],
        first_day=date(2026, 12, 1),
        last_day=date(2026, 12, 9),
        guardian_agreed_at=STARTS,
        made_at=STARTS,
    )
    Visit.objects.create(session=row, request=request, begun_at=begun_at)
    shift = row.shifts.get()
    place = make_assignment(volunteer=make_volunteer(), shift=shift, state=state)
    Assignment.objects.filter(pk=place.pk).update(ended_at=ended_at)
    assert Assignment.objects.filter(policy.INSIDE).exists() is inside
    assert Assignment.objects.filter(policy.WAS_THERE).exists() is was_there
