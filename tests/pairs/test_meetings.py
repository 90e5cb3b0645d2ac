"""The next visit, a report in two taps and a sentence, minutes by the word of two, and the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from backend.common.clock import local_day
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.pairs.operations import (
    MeetingRefused,
    MentorUnfit,
    NextVisitRefused,
    PairEndRefused,
    PairMoved,
    PairNotHers,
    end_pair,
    end_pairs_of,
    forget_paired_children,
    rest_pair,
    resume_pair,
    set_next_visit,
    withdraw_agreement,
)
from backend.pairs.policy import PAIR_KEPT, is_overdue
from backend.records.models import ServiceRecord
from backend.records.operations import OwnHours, confirm_hours
from backend.rota.models import Rota, Session
from backend.rota.operations import copy_sessions
from backend.volunteers.models import VettingCheck
from tests.factories import NOW, make_rota
from tests.pairs.scene import SAID, Street, paired, street, told

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=10)
TODAY = local_day(NOW)


@pytest.fixture
def here() -> Street:
    return street()


def choose(pair: Pair, at: Any, **fields: Any) -> Pair:
    given: dict[str, Any] = {
        "volunteer_id": pair.mentor_id,
        "actor": pair.mentor.user,
        "now": NOW,
    }
    return set_next_visit(pair_id=pair.pk, at=at, **(given | fields))


def test_she_chooses_when_she_goes_next(here: Street) -> None:
    pair = paired(here)
    left = choose(pair, NOW + timedelta(days=9))
    assert left.due_on == TODAY + timedelta(days=9)
    for wrong in (NOW, NOW + timedelta(weeks=4, minutes=1)):
        with pytest.raises(NextVisitRefused):
            choose(pair, wrong)
    with pytest.raises(PairNotHers):
        choose(pair, LATER, volunteer_id=here.mentor().pk)


def test_no_visit_is_set_behind_the_end_of_her_vetting(here: Street) -> None:
    pair = paired(here)
    VettingCheck.objects.update(valid_until=TODAY + timedelta(days=5))
    choose(pair, NOW + timedelta(days=5))
    with pytest.raises(MentorUnfit):
        choose(pair, NOW + timedelta(days=6))


def test_a_visit_is_expected_so_many_weeks_after_the_last(here: Street) -> None:
    pair = paired(here)
    due = TODAY + timedelta(weeks=2)
    assert pair.due_on == due
    assert not is_overdue(pair, due + timedelta(days=3))
    assert is_overdue(pair, due + timedelta(days=4))
    told(pair, now=LATER)
    left = Pair.objects.get()
    assert left.due_on == local_day(LATER) + timedelta(weeks=2)
    assert not is_overdue(left, due + timedelta(days=4))


def test_a_day_that_she_chose_stays_when_she_tells_of_an_earlier_one(here: Street) -> None:
    pair = paired(here)
    chosen = choose(pair, NOW + timedelta(days=15)).next_at
    told(pair, now=LATER)
    left = Pair.objects.get()
    assert (left.next_at, left.due_on) == (chosen, TODAY + timedelta(days=15))
    told(pair, now=NOW + timedelta(days=16))
    left.refresh_from_db()
    assert (left.next_at, left.due_on) == (None, TODAY + timedelta(days=30))


def test_what_she_says_of_a_visit_is_sealed(here: Street) -> None:
    told(paired(here), now=LATER, words=f"  {SAID} ")
    assert SAID not in str(PairMeeting.objects.values().get())
    assert PairMeeting.objects.get().words == SAID


def test_her_minutes_wait_for_a_second_word_and_are_hours_of_service_then(here: Street) -> None:
    meeting = told(paired(here), now=LATER, minutes=45)
    place = meeting.place
    assert not ServiceRecord.objects.exists()
    with pytest.raises(OwnHours):
        confirm_hours(assignment_id=place.pk, minutes=45, actor=place.volunteer.user, now=LATER)
    confirm_hours(assignment_id=place.pk, minutes=45, actor=here.coordinator, now=LATER)
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.volunteer, record.organiser) == (
        45,
        place.volunteer,
        here.organisation,
    )
    assert (record.word_by_id, record.recorded_by_id) == (
        place.volunteer.user_id,
        here.coordinator.pk,
    )


def test_the_session_that_keeps_them_names_nobody_and_is_no_rotas_to_copy(here: Street) -> None:
    pair = paired(here)
    told(pair, now=LATER)
    told(pair, now=LATER + timedelta(days=1))
    session = Session.objects.first()
    assert session is not None
    assert (session.title, session.venue, session.state) == ("结对陪伴", None, "done")
    ledger = Rota.objects.get()
    assert (ledger.kind, ledger.state, ledger.organisation) == (
        "pairs",
        "closed",
        here.organisation,
    )
    assert ledger.starts_on.weekday() == 0 and ledger.starts_on <= local_day(LATER) < ledger.ends_on
    empty = make_rota(organisation=here.organisation, state="draft")
    copied = copy_sessions(rota_id=empty.pk, source_id=ledger.pk, actor=here.coordinator, now=LATER)
    assert list(copied.made) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"minutes": 9}, ("minutes", "range")),
        ({"minutes": 481}, ("minutes", "range")),
        ({"felt": "bad"}, ("felt", "choose")),
        ({"began_at": LATER - timedelta(minutes=59)}, ("began_at", "when")),
        ({"began_at": NOW - timedelta(days=1)}, ("began_at", "when")),
    ],
)
def test_a_visit_that_cannot_have_been(
    here: Street, fields: dict[str, Any], why: tuple[str, str]
) -> None:
    pair = paired(here)
    with pytest.raises(MeetingRefused) as refusal:
        told(pair, now=LATER, **fields)
    assert (refusal.value.facts["field"], refusal.value.facts["why"]) == why
    assert not Session.objects.exists()


def test_one_visit_is_told_once_and_none_of_long_ago(here: Street) -> None:
    pair = paired(here)
    told(pair, now=LATER)
    with pytest.raises(MeetingRefused):
        told(pair, now=LATER)
    with pytest.raises(MeetingRefused):
        told(pair, now=NOW + timedelta(days=60), began_at=NOW + timedelta(days=29))


def test_while_it_pauses_nobody_expects_a_visit_and_the_rhythm_begins_anew(here: Street) -> None:
    pair = paired(here)
    for _ in range(2):
        rest_pair(pair_id=pair.pk, actor=here.coordinator, now=NOW)
    paused = Pair.objects.get()
    assert (paused.state, is_overdue(paused, TODAY + timedelta(days=99))) == ("paused", False)
    with pytest.raises(PairMoved):
        choose(pair, LATER)
    for _ in range(2):
        resume_pair(pair_id=pair.pk, actor=here.coordinator, now=LATER)
    assert Pair.objects.get().due_on == local_day(LATER) + timedelta(weeks=2)


def test_it_ends_with_a_reason_and_the_question_after_it_ends_as_well(here: Street) -> None:
    pair = paired(here)
    after = here.ask(pair.child, here.mentor())
    for wrong in ("", "handed", "consent"):
        with pytest.raises(PairEndRefused):
            end_pair(pair_id=pair.pk, reason=wrong, actor=here.coordinator, now=NOW)
    end_pair(pair_id=pair.pk, reason="grown", actor=here.coordinator, now=NOW)
    after.refresh_from_db()
    pair.refresh_from_db()
    assert (pair.end_reason, after.end_reason) == ("grown", "back")
    with pytest.raises(PairMoved):
        end_pair(pair_id=pair.pk, reason="grown", actor=here.coordinator, now=NOW)
    assert here.ask(pair.child, here.mentor()).follows is None


def test_who_takes_her_data_back_is_nobodys_mentor_any_more(here: Street) -> None:
    pair = paired(here)
    end_pairs_of(volunteer_id=pair.mentor_id, actor=None, now=NOW)
    pair.refresh_from_db()
    assert (pair.state, pair.end_reason) == ("ended", "mentor")


def test_the_words_go_with_the_consent_and_the_hours_stay(here: Street) -> None:
    meeting = told(paired(here), now=LATER)
    confirm_hours(assignment_id=meeting.place_id, minutes=60, actor=here.coordinator, now=LATER)
    withdraw_agreement(child_id=meeting.pair.child_id, actor=here.coordinator, now=LATER)
    assert PairMeeting.objects.get().words is None
    assert ServiceRecord.objects.get().minutes == 60


def test_what_is_long_over_is_forgotten(here: Street) -> None:
    pair = paired(here)
    told(pair, now=LATER)
    over = NOW + PAIR_KEPT * 2
    assert forget_paired_children(now=over) == 0  # they are a pair
    end_pair(pair_id=pair.pk, reason="moved", actor=here.coordinator, now=LATER)
    assert forget_paired_children(now=LATER + PAIR_KEPT - timedelta(seconds=1)) == 0
    gone = LATER + PAIR_KEPT
    assert (forget_paired_children(now=gone), forget_paired_children(now=gone)) == (1, 0)
    row = PairedChild.objects.get()
    assert (row.nickname, row.withdrawn_at, row.forgotten_at) == (None, None, gone)
    assert PairMeeting.objects.get().words is None


def test_a_pair_does_not_end_with_a_rota(here: Street) -> None:
    pair = paired(here)
    told(pair, now=LATER)
    Rota.objects.update(starts_on=date(2020, 1, 6))
    assert Pair.objects.get(pk=pair.pk).is_standing
