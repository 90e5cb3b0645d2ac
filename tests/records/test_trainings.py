"""A session that is a training gives its credential to whoever was there, by the word of two
people, and to nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.outbox.models import Event
from backend.records.operations import (
    TrainingRefused,
    confirm_hours,
    correct_hours,
    name_training,
    note_away,
    sign_in,
)
from backend.rota.snapshot import problem_of
from backend.volunteers.models import VolunteerCredential
from backend.volunteers.operations import add_credential, end_credential
from tests.factories import make_credential_kind
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
    name_training(kind=None, months=None, now=BEFORE, **said)  # type: ignore[arg-type]
    day.served()
    assert held(day) == []
