"""What state a session, an assignment or an offer must be in, at every edge of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.models import QuerySet

from backend.common.clock import LOCAL
from backend.rota import policy
from backend.rota.models import Assignment, Offer, Rota, Session, Shift
from tests.factories import NOW, at, make_assignment, make_offer, make_session, make_volunteer

MOMENT = timedelta(microseconds=1)
BEFORE, AT, AFTER = NOW - MOMENT, NOW, NOW + MOMENT
STATES = ("planned", "open", "done", "cancelled")


def session(state: str = "open", rota: str = "published", **fields: object) -> Session:
    return Session(state=state, rota=Rota(state=rota), **fields)


@pytest.mark.parametrize(
    ("most", "each", "staff", "fit"),
    [
        (10, 4, 2, 8),
        (10, 4, 3, 10),
        (10, 4, 0, 0),
        (None, 4, 2, 0),
        (10, None, 2, 0),
        (None, None, 2, 0),
    ],
)
def test_children_fit_into_the_room_and_into_what_can_be_looked_after(
    most: int | None, each: int | None, staff: int, fit: int
) -> None:
    row = session(seats_max=most, seats_per_volunteer=each, staff=staff)
    assert policy.capacity(row) == fit


@pytest.mark.parametrize(
    ("required", "people", "children", "takes_place"),
    [
        (True, 0, 0, True),
        (False, 1, 0, True),
        (False, 0, 1, True),
        (False, 0, 0, False),
    ],
)
def test_a_session_takes_place_when_it_must_or_somebody_counts_on_it(
    required: bool, people: int, children: int, takes_place: bool
) -> None:
    assert policy.takes_place(required, people=people, children=children) is takes_place


@pytest.mark.parametrize(
    ("moment", "reached"), [(BEFORE, True), (AT, True), (AFTER, False), (None, False)]
)
def test_it_has_begun_and_is_over_from_the_minute_itself_on(
    moment: datetime | None, reached: bool
) -> None:
    assert policy.has_begun(session(starts_at=moment), NOW) is reached
    assert policy.is_over(session(ends_at=moment), NOW) is reached
    assert policy.is_open(session(starts_at=moment), NOW) is not reached
    assert policy.can_be_asked_for(session(starts_at=moment), NOW) is not reached
    given = Assignment(state="active")
    assert policy.can_be_given_back(given, session(starts_at=moment), NOW) is not reached


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("rota", ["draft", "published", "closed"])
def test_who_may_take_a_place_and_who_may_be_asked(state: str, rota: str) -> None:
    row = session(state, rota, starts_at=AFTER)
    assert policy.is_open(row, NOW) is (state == "open")
    asked = rota == "published" and state in ("planned", "open")
    assert policy.can_be_asked_for(row, NOW) is asked


@pytest.mark.parametrize("state", ["active", "withdrawn", "released", "done", "moved", "lapsed"])
def test_only_a_place_that_she_has_is_given_back(state: str) -> None:
    row = Assignment(state=state)
    expected = state == "active"
    assert policy.can_be_given_back(row, session(starts_at=AFTER), NOW) is expected


@pytest.mark.parametrize(
    ("state", "by", "waits"),
    [
        ("pending", AFTER, True),
        ("pending", AT, False),
        ("accepted", AFTER, False),
        ("declined", AFTER, False),
        ("expired", AFTER, False),
    ],
)
def test_an_offer_waits_until_its_time_is_up(state: str, by: datetime, waits: bool) -> None:
    assert policy.waits_for_answer(Offer(state=state, answer_by=by), NOW) is waits


@pytest.mark.parametrize(
    ("before", "promised"),
    [(None, False), ({"promised": False}, False), ({"promised": True}, True)],
)
def test_she_had_promised_when_she_had_said_yes_to_what_it_was(
    before: dict[str, bool] | None, promised: bool
) -> None:
    assert policy.had_promised(Offer(before=before)) is promised


def test_a_slip_of_the_finger_is_undone_within_a_minute() -> None:
    minute = timedelta(minutes=1)
    assert policy.just_now(NOW - minute, NOW) is True
    assert policy.just_now(NOW - minute - MOMENT, NOW) is False
    assert policy.just_now(None, NOW) is False


def test_an_answer_is_awaited_as_long_as_the_policy_of_deadlines_says() -> None:
    assert policy.deadline(session(starts_at=NOW + MOMENT), NOW) is None
    by = policy.deadline(session(starts_at=None), NOW)
    assert by is not None and by - NOW >= timedelta(hours=24)


def in_a_rota(state: str, rota: str, **fields: object) -> Session:
    """Of four weeks that end on Sunday, 27 December."""
    weeks = Rota(state=rota, starts_on=date(2026, 11, 30), weeks=4)
    return Session(state=state, rota=weeks, **fields)


@pytest.mark.parametrize("rota", ["draft", "published", "closed"])
@pytest.mark.parametrize("state", STATES)
def test_what_is_called_off_or_in_a_closed_rota_is_changed_no_more(state: str, rota: str) -> None:
    row = in_a_rota(state, rota, starts_at=AFTER, ends_at=AFTER + timedelta(hours=1))
    changed = state in ("planned", "open") and rota != "closed"
    assert policy.can_be_changed(row, NOW) is changed
    assert policy.can_be_staffed(row, NOW) is changed


@pytest.mark.parametrize(
    ("starts", "ends", "changed", "staffed"),
    [
        (AFTER, AFTER, True, True),
        (AT, AFTER, True, False),
        (BEFORE, AT, False, False),
        (None, None, True, True),
    ],
)
def test_a_session_that_has_begun_is_changed_but_not_staffed(
    starts: datetime | None, ends: datetime | None, changed: bool, staffed: bool
) -> None:
    row = in_a_rota("open", "published", starts_at=starts, ends_at=ends)
    assert policy.can_be_changed(row, NOW) is changed
    assert policy.can_be_staffed(row, NOW) is staffed


def test_a_rota_is_over_when_its_last_day_is() -> None:
    row = in_a_rota("open", "published")
    midnight = datetime(2026, 12, 28, tzinfo=LOCAL)
    assert policy.can_be_changed(row, midnight - MOMENT)
    assert not policy.can_be_changed(row, midnight)


def test_what_was_decided() -> None:
    assert (time(8), time(20)) == (policy.VISITED_FROM, policy.VISITED_UNTIL)
    assert timedelta(minutes=1) == policy.UNDO


@pytest.mark.parametrize(
    ("home", "at_home", "visit"),
    [("", False, False), ("for_visit", True, True), ("for_pair", True, False)],
)
def test_a_session_at_home_is_a_visit_or_a_pairs(home: str, at_home: bool, visit: bool) -> None:
    assert policy.is_at_home(session(home=home)) is at_home
    assert policy.is_visit(session(home=home)) is visit


@pytest.mark.parametrize(
    ("begins", "ends", "allowed"),
    [
        ("2026-12-05 08:00", "2026-12-05 20:00", True),
        ("2026-12-05 07:59", "2026-12-05 09:00", False),
        ("2026-12-05 19:00", "2026-12-05 20:01", False),
        ("2026-12-05 19:00", "2026-12-06 09:00", False),
    ],
)
def test_nobody_is_sent_to_a_home_before_eight_or_after_twenty(
    begins: str, ends: str, allowed: bool
) -> None:
    assert policy.is_hour_of_visits(at(begins), at(ends)) is allowed
    elsewhere = at(begins).astimezone(UTC), at(ends).astimezone(UTC)
    assert policy.is_hour_of_visits(*elsewhere) is allowed


@pytest.mark.django_db
def test_the_database_says_the_same_of_seats_of_beginnings_and_of_what_takes_place() -> None:
    rows = {
        "seats": make_session(seats=(1, 10, 4), starts_at=AFTER, required=False, shifts=()),
        "children": make_session(seats=(1, 10, 4), starts_at=AT, required=False, shifts=()),
        "required": make_session(starts_at=None, required=True, shifts=()),
        "taken": make_session(starts_at=BEFORE, required=False),
        "held": make_session(starts_at=AFTER, required=False),
        "nobody": make_session(starts_at=AFTER, required=False),
    }
    numbers = {row.pk: name for name, row in rows.items()}
    Session.objects.filter(pk=rows["seats"].pk).update(staff=2)
    Session.objects.filter(pk=rows["children"].pk).update(staff=3, seats_taken=1)
    rows["taken"].shifts.update(taken=1)
    rows["held"].shifts.update(held=1)

    def named(query: QuerySet[Session]) -> set[str]:
        return {numbers[pk] for pk in query.values_list("pk", flat=True)}

    everything = Session.objects.filter(pk__in=numbers)
    assert named(everything.filter(policy.TAKES_PLACE)) == {"children", "required", "taken", "held"}
    assert named(everything.filter(policy.not_begun(NOW))) == {
        "seats",
        "required",
        "held",
        "nobody",
    }
    of_shifts = Shift.objects.filter(policy.not_begun(NOW, "session__"), session__in=numbers)
    assert {numbers[shift.session_id] for shift in of_shifts} == {"held", "nobody"}
    seats = dict(everything.annotate(fit=policy.SEATS).values_list("pk", "fit"))
    assert {numbers[pk]: fit for pk, fit in seats.items() if fit is not None} == {
        "seats": 8,
        "children": 10,
    }


@pytest.mark.parametrize(
    ("offer", "place", "stands"),
    [
        ("accepted", "active", True),
        ("accepted", "done", True),
        ("accepted", "withdrawn", False),
        ("declined", "active", False),
    ],
)
@pytest.mark.django_db
def test_a_yes_stands_while_she_has_the_place(offer: str, place: str, stands: bool) -> None:
    her, other = make_volunteer(), make_volunteer()
    shift = make_session(shifts=(("lead", 1, 2),)).shifts.get()
    elsewhere = make_session(starts_at=at("2026-12-06 09:30")).shifts.get()
    make_offer(volunteer=her, shift=shift, state=offer)
    assert Offer.objects.filter(policy.YES_STANDS).exists() is False
    make_assignment(volunteer=other, shift=shift)
    make_assignment(volunteer=her, shift=elsewhere)
    assert Offer.objects.filter(policy.YES_STANDS).exists() is False
    make_assignment(volunteer=her, shift=shift, state=place)
    assert Offer.objects.filter(policy.YES_STANDS).exists() is stands


@pytest.mark.django_db
def test_what_ended_with_her_data_says_nothing_of_her() -> None:
    erased, other = make_volunteer(), make_volunteer()
    type(erased).objects.filter(pk=erased.pk).update(erased_at=NOW)
    for whose, when in ((erased, NOW), (erased, BEFORE), (other, NOW)):
        shift = make_session().shifts.get()
        place = make_assignment(volunteer=whose, shift=shift, state="withdrawn")
        Assignment.objects.filter(pk=place.pk).update(ended_at=when)
        asked = make_offer(volunteer=whose, shift=shift, state="declined")
        Offer.objects.filter(pk=asked.pk).update(answered_at=when)
    places = Assignment.objects.filter(policy.PLACE_ERASED)
    assert list(places.values_list("volunteer", "ended_at")) == [(erased.pk, NOW)]
    offers = Offer.objects.filter(policy.OFFER_ERASED)
    assert list(offers.values_list("volunteer", "answered_at")) == [(erased.pk, NOW)]
    places.update(state="released")
    offers.update(state="expired")
    assert (places.count(), offers.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("moment", [BEFORE, AT, AFTER, None])
def test_the_database_is_asked_the_same_of_begun_and_over(moment: datetime | None) -> None:
    ends = moment + MOMENT if moment else None
    one = make_session(starts_at=None)
    Session.objects.update(starts_at=moment, ends_at=ends)
    one.refresh_from_db()
    has, ended = policy.has_begun(one, NOW), policy.is_over(one, NOW)
    asked = (policy.begun, policy.not_begun, policy.over, policy.not_over)
    found = [Session.objects.filter(ask(NOW)).exists() for ask in asked]
    assert found == [has, not has, ended, not ended]
    assert Shift.objects.filter(policy.begun(NOW, "session__")).exists() is has
