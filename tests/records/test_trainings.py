"""A session that is a training gives its credential to whoever was there, by the word of two
people, and to nobody else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations, product

import pytest
from django.db import transaction

from backend.outbox.models import Event
from backend.records.operations import (
    TrainingRefused,
    confirm_hours,
    correct_hours,
    name_training,
    note_away,
    sign_in,
)
from backend.rota.models import Assignment, Session
from backend.rota.snapshot import problem_of
from backend.volunteers.models import VolunteerCredential
from backend.volunteers.operations import add_credential, end_credential
from tests.factories import at, make_assignment, make_credential_kind, make_session
from tests.records.scene import BEGINS, ENDS, LATER, Day, make_day

pytestmark = pytest.mark.django_db
THAT_DAY = date(2026, 12, 5)
BEFORE = BEGINS - timedelta(days=1)


def training(day: Day, months: int | None = 12, code: str = "speaker") -> None:
    kind = make_credential_kind(code=code)
    name_training(
        session_id=day.session.pk, kind=kind, months=months, actor=day.coordinator, now=BEFORE
    )


def held(day: Day) -> list[tuple[str, date, date | None, str]]:
    rows = VolunteerCredential.objects.filter(volunteer=day.her)
    return list(rows.values_list("kind__code", "valid_from", "valid_until", "ended_because"))


def corrected_away(day: Day) -> None:
    correct_hours(
        assignment_id=day.helper.pk, minutes=0, reason="她没来", actor=day.second, now=LATER
    )


def test_confirmed_attendance_gives_it_from_the_day_of_the_training() -> None:
    day = make_day()
    training(day)
    day.served()
    assert held(day) == [("speaker", THAT_DAY, date(2027, 12, 4), "")]
    assert Event.objects.filter(kind="credential_added").count() == 1


def test_neither_a_sign_in_nor_the_clock_nor_an_absence_gives_anything() -> None:
    day = make_day()
    training(day)
    day.signed()
    assert held(day) == []
    note_away(
        assignment_id=day.helper.pk, excused=True, reason="", actor=day.coordinator, now=LATER
    )
    assert held(day) == []


def test_who_leads_the_training_is_given_nothing() -> None:
    day = make_day()
    training(day)
    sign_in(assignment_id=day.leader.pk, how="code", actor=day.leaders, now=BEGINS)
    confirm_hours(assignment_id=day.leader.pk, minutes=60, actor=day.coordinator, now=LATER)
    assert not VolunteerCredential.objects.exists()


def test_it_is_taken_back_when_the_attendance_is_corrected_away_and_given_again() -> None:
    day = make_day()
    training(day)
    day.served()
    corrected_away(day)
    assert held(day) == [("speaker", THAT_DAY, THAT_DAY - timedelta(days=1), "她没来")]
    assert Event.objects.filter(kind="credential_ended").count() == 1
    correct_hours(
        assignment_id=day.helper.pk, minutes=50, reason="来了", actor=day.coordinator, now=LATER
    )
    assert held(day) == [("speaker", THAT_DAY, date(2027, 12, 4), "")]


def test_other_minutes_change_nothing_of_it() -> None:
    day = make_day()
    training(day)
    day.served()
    correct_hours(
        assignment_id=day.helper.pk, minutes=45, reason="早走", actor=day.second, now=LATER
    )
    assert held(day) == [("speaker", THAT_DAY, date(2027, 12, 4), "")]
    assert Event.objects.filter(kind__startswith="credential").count() == 1


def test_what_she_held_before_is_hers_again() -> None:
    day = make_day()
    training(day)
    add_credential(
        volunteer_id=day.her.pk,
        kind=make_credential_kind(code="speaker"),
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        number="讲-7",
        actor=day.coordinator,
        now=BEFORE,
    )
    day.served()
    assert held(day) == [("speaker", THAT_DAY, date(2027, 12, 4), "")]
    corrected_away(day)
    assert held(day) == [("speaker", date(2026, 1, 1), date(2026, 12, 31), "她没来")]
    row = VolunteerCredential.objects.get()
    assert (row.number, row.checked_at, row.checked_by) == ("讲-7", BEFORE, day.coordinator)


def test_nothing_that_she_holds_becomes_shorter() -> None:
    day = make_day()
    training(day)
    add_credential(
        volunteer_id=day.her.pk,
        kind=make_credential_kind(code="speaker"),
        valid_from=date(2026, 1, 1),
        valid_until=None,
        actor=day.coordinator,
        now=BEFORE,
    )
    day.served()
    corrected_away(day)
    assert held(day) == [("speaker", date(2026, 1, 1), None, "")]


def test_what_a_coordinator_ended_since_stays_ended() -> None:
    day = make_day()
    training(day)
    day.served()
    end_credential(
        credential_id=VolunteerCredential.objects.get().pk,
        last_day=THAT_DAY,
        reason="没有考过",
        actor=day.coordinator,
        now=LATER,
    )
    corrected_away(day)
    assert held(day) == [("speaker", THAT_DAY, THAT_DAY, "没有考过")]


def test_the_next_plan_counts_it() -> None:
    day = make_day()
    training(day, months=None)
    day.served()
    problem = problem_of(day.session.rota, now=LATER)
    codes = {her.id: set(her.qualifications) for her in problem.volunteers}
    assert codes[f"v{day.her.pk}"] == {"speaker"}


def test_without_months_it_holds_as_long_as_its_kind_says() -> None:
    day = make_day()
    kind = make_credential_kind(code="speaker")
    kind.valid_months = 6
    kind.save()
    row = name_training(
        session_id=day.session.pk, kind=kind, months=None, actor=day.coordinator, now=BEFORE
    )
    assert row and row.months == 6


def test_it_is_said_before_the_session_is_over_and_only_of_what_a_training_can_give() -> None:
    day = make_day()
    said = {"session_id": day.session.pk, "actor": day.coordinator}
    kind = make_credential_kind(code="speaker")
    with pytest.raises(TrainingRefused, match="over"):
        name_training(kind=kind, months=None, now=ENDS, **said)  # type: ignore[arg-type]
    with pytest.raises(TrainingRefused, match="kind"):
        adult = make_credential_kind(code="adult")
        name_training(kind=adult, months=None, now=BEFORE, **said)  # type: ignore[arg-type]
    with pytest.raises(TrainingRefused, match="months"):
        name_training(kind=kind, months=0, now=BEFORE, **said)  # type: ignore[arg-type]
    training(day)
    Session.objects.update(home="for_home")
    with pytest.raises(TrainingRefused, match="home"):
        name_training(kind=kind, months=None, now=BEFORE, **said)  # type: ignore[arg-type]
    name_training(kind=None, months=None, now=BEFORE, **said)  # type: ignore[arg-type]
    day.served()
    assert held(day) == []


def wrote_down(day: Day, until: date, now: datetime = BEFORE) -> VolunteerCredential:
    return add_credential(
        volunteer_id=day.her.pk,
        kind=make_credential_kind(code="speaker"),
        valid_from=date(2026, 1, 1),
        valid_until=until,
        number="讲-7",
        actor=day.coordinator,
        now=now,
    )


def trainings(day: Day, *months: int) -> list[Assignment]:
    """Her places in a training of this day and of each day that follows it."""
    places = [day.helper]
    for n in range(1, len(months)):
        session = make_session(
            rota=day.session.rota,
            starts_at=BEGINS + timedelta(days=n),
            shifts=(("helper", 1, 3),),
            title=f"培训{n}",
        )
        places.append(make_assignment(volunteer=day.her, shift=session.shifts.get()))
    for place, long in zip(places, months, strict=True):
        name_training(
            session_id=place.session_id,
            kind=make_credential_kind(code="speaker"),
            months=long,
            actor=day.coordinator,
            now=BEFORE,
        )
        assert place.session.starts_at
        sign_in(assignment_id=place.pk, how="code", actor=day.hers, now=place.session.starts_at)
    return places


def in_turn(day: Day, places: list[Assignment], order: list[int]) -> None:
    """The first time a number comes she was there, the next time she was not, and so on."""
    there: set[int] = set()
    for hour, n in enumerate(order):
        now = at("2026-12-10 09:00") + timedelta(hours=hour, microseconds=7)
        place = places[n].pk
        if n in order[:hour]:
            minutes = 0 if n in there else 50
            correct_hours(
                assignment_id=place, minutes=minutes, reason="更正", actor=day.second, now=now
            )
        else:
            confirm_hours(assignment_id=place, minutes=60, actor=day.coordinator, now=now)
        there ^= {n}


def orders(trainings: int, most: int) -> list[list[int]]:
    """Each training confirmed once and corrected up to `most` times less one, in every order."""
    found: set[tuple[int, ...]] = set()
    for times in product(range(1, most + 1), repeat=trainings):
        each = [n for n, often in enumerate(times) for _ in range(often)]
        found.update(permutations(each))
    return [list(one) for one in sorted(found)]


@pytest.mark.parametrize("until", [None, date(2027, 8, 1)])
@pytest.mark.parametrize(("months", "most"), [((12, 12), 3), ((12, 6), 3), ((6, 12, 9), 2)])
def test_in_whatever_order_trainings_came_and_went_she_holds_the_longest_that_stands(
    months: tuple[int, ...], most: int, until: date | None
) -> None:
    day = make_day()
    if until:
        wrote_down(day, until)
    places = trainings(day, *months)
    alone = {(12, 0): date(2027, 12, 4), (12, 1): date(2027, 12, 5), (6, 0): date(2027, 6, 4)}
    alone |= {(6, 1): date(2027, 6, 5), (9, 2): date(2027, 9, 6)}
    for order in orders(len(months), most):
        with transaction.atomic():
            in_turn(day, places, order)
            ends = [alone[long, n] for n, long in enumerate(months) if order.count(n) % 2]
            (row,) = VolunteerCredential.objects.all()
            assert bool(until or ends) == (row.valid_from <= (row.valid_until or date.max)), order
            if until or ends:
                assert row.valid_until == max([*ends, *[until] * bool(until)]), order
            mine = until is not None and row.valid_until == until
            assert (row.number, row.checked_at == BEFORE) == ("讲-7" if mine else "", mine), order
            transaction.set_rollback(True)


def test_an_attendance_that_changes_nothing_of_what_she_holds_is_told_of_nothing() -> None:
    day = make_day()
    places = trainings(day, 12, 6)
    in_turn(day, places, [0, 1, 1])
    assert held(day) == [("speaker", THAT_DAY, date(2027, 12, 4), "")]
    assert Event.objects.filter(kind__startswith="credential").count() == 1


def test_what_a_person_writes_down_takes_the_place_of_the_trainings_until_then() -> None:
    day = make_day()
    first, second = trainings(day, 24, 12)
    confirm_hours(
        assignment_id=first.pk, minutes=60, actor=day.coordinator, now=at("2026-12-07 09:00")
    )
    wrote_down(day, date(2027, 3, 1), at("2026-12-08 09:00"))
    in_turn(day, [second], [0])
    assert held(day) == [("speaker", date(2026, 12, 6), date(2027, 12, 5), "")]
    correct_hours(
        assignment_id=second.pk,
        minutes=0,
        reason="她没来",
        actor=day.second,
        now=at("2026-12-11 09:00"),
    )
    assert held(day) == [("speaker", date(2026, 1, 1), date(2027, 3, 1), "她没来")]


@pytest.mark.parametrize("last_day", [date(2026, 12, 8), date(2026, 12, 1)])
def test_what_a_person_ended_stays_ended_whatever_training_is_confirmed(last_day: date) -> None:
    day = make_day()
    places = trainings(day, 12, 12)
    credential = wrote_down(day, date(2027, 6, 1))
    end_credential(
        credential_id=credential.pk,
        last_day=last_day,
        reason="家长投诉",
        actor=day.coordinator,
        now=at("2026-12-08 09:00"),
    )
    in_turn(day, places, [0, 1, 0, 0])
    assert held(day) == [("speaker", date(2026, 1, 1), last_day, "家长投诉")]
    wrote_down(day, date(2027, 2, 1), at("2026-12-20 09:00"))
    assert held(day) == [("speaker", date(2026, 1, 1), date(2027, 2, 1), "")]


def test_what_a_person_ended_after_a_training_was_taken_back_stays_ended_too() -> None:
    day = make_day()
    places = trainings(day, 12)
    credential = wrote_down(day, date(2027, 6, 1))
    in_turn(day, places, [0, 0])
    end_credential(
        credential_id=credential.pk,
        last_day=date(2026, 12, 11),
        reason="家长投诉",
        actor=day.coordinator,
        now=at("2026-12-11 09:00"),
    )
    correct_hours(
        assignment_id=day.helper.pk,
        minutes=50,
        reason="来了",
        actor=day.coordinator,
        now=at("2026-12-12 09:00"),
    )
    assert held(day) == [("speaker", date(2026, 1, 1), date(2026, 12, 11), "家长投诉")]
