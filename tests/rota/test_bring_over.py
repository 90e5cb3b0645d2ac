"""Somebody comes from another session to one that nobody else can take: by her word, or by another
question."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.rota.models import Assignment, Notice, Offer, Session
from backend.rota.operations import AgainstTheRules, PlaceGone, bring_over, undo_act
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_offer,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.rota.test_by_hand import counters, has, log, waits

pytestmark = pytest.mark.django_db
BECAUSE = "请你改去 12 月 5 日 周六 9:30 的亲子课"


@pytest.fixture
def two() -> tuple[Session, Session]:
    """At the same hour: one that lacks somebody, one that has enough."""
    rota = make_rota()
    lacks = make_session(rota=rota, title="亲子课")
    enough = make_session(rota=rota, title="讲座", shifts=[("lead", 1, 2)])
    return lacks, enough


def test_who_had_a_place_is_placed_and_reads_why(two: tuple[Session, Session]) -> None:
    lacks, enough = two
    her = make_volunteer()
    part = make_assignment(volunteer=her, shift=enough.shifts.get())
    me = make_coordinator(organisation=make_organisation())
    shift = lacks.shifts.get().pk
    act = bring_over(part=part, shift_id=shift, because=BECAUSE, actor=me, now=NOW)
    assert (has(lacks), has(enough)) == ({her.pk}, set())
    assert (counters(lacks), counters(enough)) == ((1, 0, 1), (0, 0, 0))
    assert log(enough) == [("took_out", her.pk, BECAUSE)]
    assert log(lacks) == [("placed", her.pk, "")]
    assert Notice.objects.get(session=enough, volunteer=her).because == BECAUSE
    undo_act(act_id=act.pk, actor=me, now=NOW + timedelta(seconds=8))
    assert (has(lacks), has(enough)) == (set(), {her.pk})


def test_who_was_only_asked_is_asked_for_this_instead(two: tuple[Session, Session]) -> None:
    lacks, enough = two
    her = make_volunteer()
    part = make_offer(volunteer=her, shift=enough.shifts.get())
    shift = lacks.shifts.get().pk
    bring_over(part=part, shift_id=shift, because=BECAUSE, actor=None, now=NOW)
    assert (waits(lacks), waits(enough)) == ({her.pk}, set())
    assert not has(lacks)
    assert Offer.objects.get(pk=part.pk).state == "withdrawn"


def test_whom_the_rules_keep_away_nevertheless_keeps_what_she_has(
    two: tuple[Session, Session],
) -> None:
    lacks, enough = two
    her = make_volunteer(max_per_day=1)
    part = make_assignment(volunteer=her, shift=enough.shifts.get())
    third = make_session(rota=lacks.rota, starts_at=at("2026-12-05 14:00"))
    make_assignment(volunteer=her, shift=third.shifts.get())
    with pytest.raises(AgainstTheRules):
        bring_over(part=part, shift_id=lacks.shifts.get().pk, because=BECAUSE, actor=None, now=NOW)
    assert has(enough) == {her.pk} and not has(lacks) and not log(enough)


def test_a_place_that_she_gave_back_meanwhile_is_not_taken_from_her(
    two: tuple[Session, Session],
) -> None:
    lacks, enough = two
    part = make_assignment(volunteer=make_volunteer(), shift=enough.shifts.get())
    Assignment.objects.filter(pk=part.pk).update(state="withdrawn")
    with pytest.raises(PlaceGone):
        bring_over(part=part, shift_id=lacks.shifts.get().pk, because=BECAUSE, actor=None, now=NOW)
    assert not has(lacks)
