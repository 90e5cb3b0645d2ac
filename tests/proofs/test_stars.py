"""Stars: hours make somebody eligible, a person approves, it is on display, and then it is hers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.models import User
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.proofs.models import StarAward
from backend.proofs.operations import (
    approve_star,
    award_displayed,
    end_star,
    make_batch,
    mark_reported,
)
from backend.proofs.policy import DISPLAYED_FOR
from backend.proofs.queries import eligible, star_card
from backend.proofs.stars import STARS, reached
from backend.records.chain import link
from backend.records.models import ServiceRecord
from tests.factories import make_coordinator, make_organisation
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db


def with_hours(hours: int) -> Day:
    """Her confirmed hours, in one line."""
    day = make_day()
    row = ServiceRecord(
        volunteer=day.her,
        session=day.session,
        organiser=day.session.rota.organisation,
        minutes=hours * 60,
        recorded_at=LATER,
    )
    link(row, {})
    row.save(force_insert=True)
    return day


def who(user: User) -> list[str]:
    return [row.name for row in eligible(user)]


def refused(day: Day, actor: User) -> tuple[str, object]:
    with pytest.raises(Refusal) as no:
        approve_star(volunteer_id=day.her.pk, actor=actor, now=LATER)
    return no.value.code, no.value.facts.get("why")


@pytest.mark.parametrize(
    ("hours", "level"), [(99, 0), (100, 1), (299, 1), (300, 2), (600, 3), (1000, 4), (1500, 5)]
)
def test_so_many_hours_reach_so_many_stars(hours: int, level: int) -> None:
    star = reached(hours * 60)
    assert (star.level if star else 0) == level
    assert [one.level for one in STARS] == [1, 2, 3, 4, 5]


def test_a_star_is_approved_displayed_and_then_hers() -> None:
    day = with_hours(100)
    assert who(day.coordinator) == ["林雪梅"]
    row = approve_star(volunteer_id=day.her.pk, actor=day.coordinator, now=LATER)
    assert who(day.coordinator) == []
    assert refused(day, day.second) == ("star_refused", "hours")
    over = LATER + DISPLAYED_FOR
    assert award_displayed(now=over - timedelta(seconds=1)) == 0
    assert star_card(day.her.pk).held is None
    assert [award_displayed(now=over), award_displayed(now=over)] == [1, 0]
    card = star_card(day.her.pk)
    assert card.held is not None and card.following is not None
    assert (card.held.level, card.following.level, card.missing) == (1, 2, 200 * 60)
    assert StarAward.objects.get(pk=row.pk).minutes == 6000


def test_what_is_taken_down_is_not_hers_and_may_be_approved_again() -> None:
    day = with_hours(100)
    row = approve_star(volunteer_id=day.her.pk, actor=day.coordinator, now=LATER)
    with pytest.raises(Refusal) as silent:
        end_star(star_id=row.pk, why="", actor=day.second, now=LATER)
    assert silent.value.code == "reason_needed"
    end_star(star_id=row.pk, why="时长不对", actor=day.second, now=LATER)
    assert award_displayed(now=LATER + DISPLAYED_FOR) == 0
    assert who(day.coordinator) == ["林雪梅"]


def test_too_few_hours_are_refused_and_nobody_approves_her_own() -> None:
    day = with_hours(99)
    assert refused(day, day.coordinator) == ("star_refused", "hours")
    assert refused(day, day.hers) == ("own_statement", None)


def test_the_third_star_is_the_citys() -> None:
    day = with_hours(600)
    county = make_organisation(parent=day.her.organisation)
    day.her.organisation = county
    day.her.save()
    below = make_coordinator(organisation=county)
    assert refused(day, below) == ("star_refused", "level")
    row = approve_star(volunteer_id=day.her.pk, actor=day.coordinator, now=LATER)
    assert row.level == 3


def test_where_only_reported_hours_count_the_others_do_not() -> None:
    day = with_hours(100)
    Organisation.objects.update(stars_on_reported=True)
    assert who(day.coordinator) == []
    assert refused(day, day.coordinator) == ("star_refused", "hours")
    organisation = day.session.rota.organisation
    batch = make_batch(organisation=organisation, actor=day.coordinator, now=LATER)
    mark_reported(batch_id=batch.pk, actor=day.coordinator, now=LATER)
    assert who(day.coordinator) == ["林雪梅"]
