"""换班: her place passes to whoever says yes first, and is hers until then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.outbox import kinds
from backend.outbox.models import Event
from backend.planning.queries.log import log_of
from backend.rota.models import Assignment, Cover, CoverAsk
from backend.rota.operations import (
    AgainstTheRules,
    CoverGone,
    CoverRefused,
    ask_cover,
    cancel_session,
    decline_cover,
    end_covers,
    stop_cover,
    take_cover,
    withdraw_assignment,
)
from backend.rota.queries import asked_to_cover, coming_of
from backend.volunteers.models import Volunteer
from backend.words.log import said
from tests.factories import (
    NOW,
    make_assignment,
    make_offer,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def place() -> Assignment:
    session = make_session(rota=make_rota())
    return make_assignment(volunteer=make_volunteer(name="陈一"), shift=session.shifts.get())


def asks(place: Assignment, *people: Volunteer, **fields: Any) -> list[CoverAsk]:
    given = {"named": False, "actor": None, "now": NOW} | fields
    who = [one.pk for one in people]
    cover = ask_cover(assignment_id=place.pk, volunteer_ids=who, **given)
    return list(cover.asks.order_by("pk"))


def seeking(place: Assignment) -> list[bool]:
    return [row.seeking for row in coming_of(place.volunteer, NOW)]  # type: ignore[attr-defined]


def state_of(place: Assignment) -> str:
    place.refresh_from_db()
    return str(place.state)


def counts(place: Assignment) -> tuple[int, int, int]:
    session = place.session
    session.refresh_from_db()
    shift = session.shifts.get()
    return shift.taken, shift.held, session.staff


def test_the_place_passes_to_whoever_says_yes_and_is_hers_until_then(place: Assignment) -> None:
    one, two = make_volunteer(), make_volunteer()
    first, second = asks(place, one, two)
    assert state_of(place) == "active"
    assert seeking(place) == [True]
    before = counts(place)
    taken = take_cover(ask_id=second.pk, actor=None, now=NOW)
    assert (taken.volunteer, taken.origin, taken.shift_id) == (two, "covered", place.shift_id)
    assert state_of(place) == "withdrawn"
    assert counts(place) == before == (1, 0, 1)
    first.refresh_from_db()
    assert first.state == "spared"
    told = Event.objects.latest("pk")
    assert told.kind == kinds.CoverTaken.kind
    assert told.payload["asks"] == [first.pk]


def test_the_history_of_the_session_names_both(place: Assignment) -> None:
    two = make_volunteer(name="林二")
    (ask,) = asks(place, two)
    take_cover(ask_id=ask.pk, actor=None, now=NOW + timedelta(minutes=5))
    lines = [said(line) for line in log_of(place.session, make_user(), NOW)]
    assert sorted(line.split("（")[0] for line in lines) == [
        "林二替别人来",
        "陈一在问谁能替她来",
        "陈一答应后又说去不了",
        "陈一自己报了名",
    ]


def test_who_says_yes_second_is_told_that_it_is_taken(place: Assignment) -> None:
    first, second = asks(place, make_volunteer(), make_volunteer())
    again = take_cover(ask_id=first.pk, actor=None, now=NOW)
    assert take_cover(ask_id=first.pk, actor=None, now=NOW) == again
    with pytest.raises(CoverGone) as gone:
        take_cover(ask_id=second.pk, actor=None, now=NOW)
    assert gone.value.facts["state"] == "taken"


def test_only_who_could_be_asked_by_every_rule_is_asked(place: Assignment) -> None:
    fits, declined, paused, busy = (make_volunteer(max_per_day=1) for _ in range(4))
    make_offer(volunteer=declined, shift=place.shift, state="declined")
    Volunteer.objects.filter(pk=paused.pk).update(state="paused")
    starts = place.session.starts_at
    assert starts is not None
    elsewhere = make_session(rota=place.session.rota, starts_at=starts + timedelta(hours=5))
    make_offer(volunteer=busy, shift=elsewhere.shifts.get())  # what waits for her counts
    asked = asks(place, declined, paused, busy, fits, place.volunteer)
    assert [one.volunteer for one in asked] == [fits]
    with pytest.raises(CoverRefused) as refused:
        asks(place, declined, fits)
    assert refused.value.facts["why"] == "nobody"


def test_the_rules_are_asked_again_at_the_yes(place: Assignment) -> None:
    her = make_volunteer()
    (ask,) = asks(place, her)
    at_once = make_session(rota=place.session.rota, starts_at=place.session.starts_at)
    make_assignment(volunteer=her, shift=at_once.shifts.get())
    with pytest.raises(AgainstTheRules):
        take_cover(ask_id=ask.pk, actor=None, now=NOW)
    assert state_of(place) == "active"
    assert counts(place) == (1, 0, 1)


def test_when_all_say_no_it_is_hers_still_and_she_hears_of_it(place: Assignment) -> None:
    one, two = asks(place, make_volunteer(), make_volunteer())
    decline_cover(ask_id=one.pk, actor=None, now=NOW)
    assert Event.objects.latest("pk").kind == kinds.CoverDeclined.kind
    decline_cover(ask_id=two.pk, actor=None, now=NOW)
    assert Event.objects.latest("pk").kind == kinds.CoverEnded.kind
    assert Cover.objects.get().state == "expired"
    assert state_of(place) == "active"


def test_a_no_may_become_a_yes_while_nobody_has_taken_it(place: Assignment) -> None:
    one, _two = asks(place, make_volunteer(), make_volunteer())
    decline_cover(ask_id=one.pk, actor=None, now=NOW)
    taken = take_cover(ask_id=one.pk, actor=None, now=NOW)
    assert taken.volunteer == one.volunteer


def test_she_may_ask_more_people_by_the_same_question_and_end_it(place: Assignment) -> None:
    one, two = make_volunteer(), make_volunteer()
    asks(place, one, named=True)
    both = asks(place, one, two)
    assert [(ask.volunteer, ask.named) for ask in both] == [(one, True), (two, False)]
    cover = Cover.objects.get()
    stop_cover(cover_id=cover.pk, actor=None, now=NOW)
    assert seeking(place) == [False]
    assert asked_to_cover(one.pk, NOW) == []
    with pytest.raises(CoverGone):
        take_cover(ask_id=both[0].pk, actor=None, now=NOW)


@pytest.mark.parametrize("how", ["withdrawn", "called off", "too late"])
def test_it_ends_with_her_place_with_the_session_and_with_its_time(
    place: Assignment, how: str
) -> None:
    her = make_volunteer()
    (ask,) = asks(place, her)
    later = NOW
    if how == "withdrawn":
        withdraw_assignment(assignment_id=place.pk, actor=None, now=NOW)
    elif how == "called off":
        cancel_session(session_id=place.session_id, actor=None, now=NOW)
    else:
        later = ask.cover.answer_by
    assert asked_to_cover(her.pk, later) == []  # before anything has ended it
    with pytest.raises(CoverGone) as gone:
        take_cover(ask_id=ask.pk, actor=None, now=later)
    assert gone.value.facts["state"] == ("expired" if how == "too late" else "over")
    assert (end_covers(now=later), end_covers(now=later)) == (1, 0)
    ask.refresh_from_db()
    assert ask.state == "spared"
    assert ask.cover.state == ("expired" if how == "too late" else "over")


def test_a_place_at_a_home_or_in_what_has_begun_is_not_passed_on(place: Assignment) -> None:
    assert place.session.starts_at is not None
    with pytest.raises(CoverRefused) as refused:
        asks(place, make_volunteer(), now=place.session.starts_at)
    assert refused.value.facts["why"] == "place"
    place.session.home = "for_visit"
    place.session.save()
    with pytest.raises(CoverRefused):
        asks(place, make_volunteer())


def test_what_she_was_asked_by_a_coordinator_is_answered_by_it(place: Assignment) -> None:
    place.session.shifts.update(target=2)
    her = make_volunteer()
    (ask,) = asks(place, her)
    offer = make_offer(volunteer=her, shift=place.shift)
    take_cover(ask_id=ask.pk, actor=None, now=NOW)
    offer.refresh_from_db()
    assert offer.state == "accepted"
    assert counts(place) == (1, 0, 1)
