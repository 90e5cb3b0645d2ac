"""A mentor is asked and answers; a child has one mentor; a hand-over takes two yeses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from backend.accounts.models import Access
from backend.common.clock import local_day
from backend.outbox.models import Event
from backend.pairs.models import Pair, PairedChild
from backend.pairs.operations import (
    ConsentGone,
    MentorUnfit,
    PairAskRefused,
    PairedChildRefused,
    PairMoved,
    PairNotHers,
    agree_to_pair,
    expire_pair_questions,
    note_child,
    take_back_question,
    turn_down_pair,
    withdraw_agreement,
)
from backend.pairs.queries import mentors_found
from backend.volunteers.models import VettingCheck, Volunteer
from tests.factories import NOW, at, make_assignment, make_session, make_volunteer, qualify
from tests.pairs.scene import NICKNAME, Street, child_of, paired, said, street, yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Street:
    return street()


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def refused(here: Street, mentor: Any, **fields: Any) -> str:
    with pytest.raises(MentorUnfit) as refusal:
        here.ask(child_of(here), mentor, **fields)
    why: str = refusal.value.facts["why"]
    return why


def test_what_is_held_of_a_child_is_little_and_sealed(here: Street) -> None:
    row = child_of(here)
    stored = PairedChild.objects.values().get(pk=row.pk)
    assert NICKNAME not in str(stored) and "2016" not in str(stored)
    assert PairedChild.objects.get().nickname == NICKNAME
    subject = f"paired_child:{row.pk}"
    assert Access.objects.get(subject=subject).action == "create"
    assert kinds() == ["paired_child_noted"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"nickname": " "}, ("nickname", "empty")),
        ({"nickname": "小" * 13}, ("nickname", "long")),
        ({"birth_month": "2016"}, ("birth_month", "form")),
        ({"birth_month": "2027-01"}, ("birth_month", "age")),
        ({"birth_month": "2008-11"}, ("birth_month", "age")),
        ({"guardian": ""}, ("guardian", "empty")),
        ({"agreed_by": "neighbour"}, ("agreed_by", "choose")),
        ({"agreed_how": ""}, ("agreed_how", "choose")),
        ({"agreed_on": date(2026, 11, 29)}, ("agreed_on", "later")),
    ],
)
def test_without_these_no_child_is_written_down(
    here: Street, fields: dict[str, Any], why: tuple[str, str]
) -> None:
    with pytest.raises(PairedChildRefused) as refusal:
        child_of(here, **fields)
    assert (refusal.value.facts["field"], refusal.value.facts["why"]) == why
    assert not PairedChild.objects.exists()


def test_at_seventeen_one_is_still_a_child(here: Street) -> None:
    row = note_child(
        organisation=here.organisation,
        said=said(birth_month="2008-12"),
        actor=here.coordinator,
        now=NOW,
    )
    assert row.holds


def test_she_is_asked_has_three_days_and_they_are_a_pair_since_her_yes(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor())
    assert (pair.state, pair.answer_by) == ("asked", NOW + timedelta(hours=72))
    later = NOW + timedelta(days=1)
    for _ in range(2):
        yes(pair, now=later)
    pair.refresh_from_db()
    assert (pair.state, pair.since) == ("standing", later)
    assert pair.due_on == local_day(later) + timedelta(weeks=2)
    assert kinds() == ["paired_child_noted", "pair_asked", "pair_stood"]


def test_nobody_has_to_answer_at_night(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor(), now=at("2026-11-28 23:30"))
    assert pair.answer_by == at("2026-12-02 10:00")


def test_who_may_not_be_asked(here: Street) -> None:
    assert refused(here, here.mentor(vetted=False)) == "vetting"
    assert refused(here, here.mentor(state="paused")) == "state"
    stranger = make_volunteer(organisation=here.organisation)
    qualify(volunteer=stranger, code="child_clearance")
    assert refused(here, stranger) == "programme"
    lapsed = here.mentor(vetted=False)
    qualify(volunteer=lapsed, code="child_clearance", until=date(2026, 11, 27))
    assert refused(here, lapsed) == "vetting"


def test_a_later_refusal_of_the_authority_outweighs_a_clearance(here: Street) -> None:
    mentor = here.mentor()
    VettingCheck.objects.create(
        volunteer=mentor,
        consent_at=NOW,
        requested_at=NOW + timedelta(days=900),
        authority="公安",
        result="blocked",
    )
    assert refused(here, mentor) == "vetting"


def test_whom_nobody_has_seen_to_be_of_age_is_not_asked(here: Street) -> None:
    mentor = here.mentor()
    mentor.credentials.all().delete()
    assert refused(here, mentor) == "minor"
    qualify(volunteer=mentor, code="adult")
    assert here.ask(child_of(here), mentor).is_asked


def test_found_are_those_with_a_vetting_that_holds_and_nobody_elses(here: Street) -> None:
    def found() -> list[Volunteer]:
        return mentors_found(here.coordinator, here.kind, "", local_day(NOW))

    make_volunteer(organisation=here.organisation)  # so that no two keys are alike
    able, refused_later = here.mentor(), here.mentor()
    here.mentor(vetted=False)
    elsewhere = street().mentor()
    elsewhere.programmes.add(here.kind.programme)
    assert found() == [able, refused_later]
    VettingCheck.objects.create(
        volunteer=refused_later,
        consent_at=NOW,
        requested_at=NOW + timedelta(days=900),
        authority="公安",
        result="blocked",
    )
    assert found() == [able]
    VettingCheck.objects.update(valid_until=date(2026, 11, 27))
    assert found() == []


def test_what_she_wants_at_most_counts_pairs_and_what_has_no_time(here: Street) -> None:
    mentor = here.mentor(max_open=2)
    make_assignment(volunteer=mentor, shift=make_session(starts_at=None).shifts.get())
    pair = here.ask(child_of(here), mentor)
    assert refused(here, mentor) == "full"
    assert yes(pair).is_standing  # her own question is not counted against her


def test_one_question_at_a_time_and_a_rhythm_that_can_be(here: Street) -> None:
    child = child_of(here)
    with pytest.raises(PairAskRefused):
        here.ask(child, here.mentor(), weeks=9)
    here.ask(child, here.mentor())
    with pytest.raises(PairAskRefused):
        here.ask(child, here.mentor())


def test_a_no_with_or_without_a_reason_costs_nothing(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor())
    her = pair.mentor
    for _ in range(2):
        turn_down_pair(
            pair_id=pair.pk, volunteer_id=her.pk, said=" 最近 忙 ", actor=her.user, now=NOW
        )
    left = Pair.objects.get()
    assert (left.state, left.end_reason, left.said) == ("ended", "declined", "最近 忙")
    assert here.ask(left.child, her).is_asked  # and she may be asked again


def test_only_who_is_asked_answers(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor())
    other = here.mentor()
    with pytest.raises(PairNotHers):
        yes(pair, other)
    with pytest.raises(PairNotHers):
        turn_down_pair(pair_id=pair.pk, volunteer_id=other.pk, actor=other.user, now=NOW)


def test_what_is_too_late_or_taken_back_cannot_be_answered(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor())
    with pytest.raises(PairMoved):
        yes(pair, now=pair.answer_by)
    assert expire_pair_questions(now=pair.answer_by - timedelta(seconds=1)) == 0
    assert (
        expire_pair_questions(now=pair.answer_by),
        expire_pair_questions(now=pair.answer_by),
    ) == (
        1,
        0,
    )
    pair.refresh_from_db()
    assert pair.end_reason == "late"
    other = here.ask(pair.child, here.mentor())
    take_back_question(pair_id=other.pk, actor=here.coordinator, now=NOW)
    with pytest.raises(PairMoved):
        yes(other)


def test_who_lost_her_vetting_meanwhile_cannot_say_yes(here: Street) -> None:
    pair = here.ask(child_of(here), here.mentor())
    VettingCheck.objects.update(valid_until=date(2026, 11, 27))
    with pytest.raises(MentorUnfit):
        yes(pair)


def test_a_hand_over_asks_both_and_the_older_pair_stands_until_then(here: Street) -> None:
    old = paired(here)
    new = here.ask(old.child, here.mentor())
    assert new.follows == old
    yes(new)
    old.refresh_from_db()
    assert (old.state, Pair.objects.get(pk=new.pk).state) == ("standing", "asked")
    yes(new, old.mentor)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.end_reason) == ("ended", "handed")
    assert (new.state, new.follows_id) == ("standing", old.pk)
    assert kinds()[-3:] == ["pair_agreed", "pair_ended", "pair_stood"]


def test_either_no_leaves_everything_as_it_was(here: Street) -> None:
    old = paired(here)
    new = here.ask(old.child, here.mentor())
    yes(new)
    giver = old.mentor
    turn_down_pair(pair_id=new.pk, volunteer_id=giver.pk, actor=giver.user, now=NOW)
    old.refresh_from_db()
    assert (old.state, Pair.objects.get(pk=new.pk).end_reason) == ("standing", "declined")
    with pytest.raises(MentorUnfit):
        here.ask(old.child, old.mentor)


def test_a_consent_that_is_taken_back_ends_all_at_once_and_leaves_nothing(here: Street) -> None:
    old = paired(here)
    new = here.ask(old.child, here.mentor())
    for _ in range(2):
        withdraw_agreement(child_id=old.child_id, actor=here.coordinator, now=NOW)
    assert set(Pair.objects.values_list("state", "end_reason")) == {("ended", "consent")}
    row = PairedChild.objects.get()
    assert (row.nickname, row.birth_month, row.guardian) == (None, None, None)
    assert (row.withdrawn_at, row.forgotten_at) == (NOW, NOW)
    with pytest.raises(ConsentGone):
        here.ask(row, here.mentor())
    with pytest.raises((ConsentGone, PairMoved)):
        agree_to_pair(pair_id=new.pk, volunteer_id=new.mentor_id, actor=new.mentor.user, now=NOW)
