"""Nobody told of a visit that was expected: the mentor is asked the day after, in the day; the desk
hears of it once the days of grace are over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from backend.common.clock import LOCAL, local_day
from backend.notifications.models import Delivery
from backend.notifications.operations import plan_reminders, send_due
from backend.pairs.models import Pair
from backend.pairs.operations import end_pair, rest_pair, set_next_visit
from backend.pairs.policy import GRACE
from tests.factories import NOW
from tests.notifications.post import Box
from tests.pairs.scene import Street, paired, street, told

pytestmark = pytest.mark.django_db
KINDS = ("pair_late", "pair_lagging")
DUE = local_day(NOW) + timedelta(weeks=2)


def noon(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)


@pytest.fixture
def here() -> Street:
    return street()


def reminded(now: datetime) -> list[str]:
    """What is written down then, and was not before."""
    rows = Delivery.objects.filter(kind__in=KINDS)
    before = set(rows.values_list("pk", flat=True))
    plan_reminders(now=now)
    return sorted(rows.exclude(pk__in=before).values_list("kind", flat=True))


def test_the_mentor_is_asked_the_day_after_and_the_desk_is_told_after_the_days_of_grace(
    here: Street,
) -> None:
    pair = paired(here)
    assert pair.due_on == DUE
    assert reminded(noon(DUE)) == []
    assert reminded(noon(DUE + timedelta(days=1))) == ["pair_late"]
    assert reminded(noon(DUE + GRACE)) == []
    assert reminded(noon(DUE + GRACE + timedelta(days=1))) == ["pair_lagging"]
    assert reminded(noon(DUE + GRACE + timedelta(days=2))) == []
    hers, desk = (Delivery.objects.get(kind=kind) for kind in KINDS)
    assert (hers.volunteer_id, hers.subjects) == (pair.mentor_id, [pair.pk])
    assert (desk.user_id, desk.subjects) == (here.coordinator.pk, [pair.pk])


def test_nothing_of_it_is_said_at_night(here: Street) -> None:
    paired(here)
    day = DUE + timedelta(days=1)
    for hour in (0, 5, 7, 22):
        assert reminded(noon(day, hour)) == []
    assert reminded(noon(day + timedelta(days=1), 9)) == ["pair_late"]


def test_the_words_name_the_day_and_nothing_about_the_child(here: Street) -> None:
    pair = paired(here)
    late = noon(DUE + GRACE + timedelta(days=1))
    plan_reminders(now=late)
    box = Box()
    send_due(channels={"file": box}, now=late)
    said = {message.template: message.text for _, message in box.got}
    assert set(said) == set(KINDS)
    assert all("12 月 12 日" in text for text in said.values())
    assert f"孩子 {pair.child_id}" in said["pair_lagging"]
    for sealed in (pair.child.nickname, pair.child.guardian):
        assert not any(str(sealed) in text for text in said.values())


def test_another_day_is_another_reminder(here: Street) -> None:
    pair = paired(here)
    after = noon(DUE + timedelta(days=1))
    assert reminded(after) == ["pair_late"]
    set_next_visit(
        pair_id=pair.pk,
        volunteer_id=pair.mentor_id,
        at=after + timedelta(days=2),
        actor=here.coordinator,
        now=after,
    )
    assert reminded(after + timedelta(days=2)) == []
    assert reminded(after + timedelta(days=3)) == ["pair_late"]


def test_who_told_of_her_visit_who_rests_and_whose_pair_is_over_hears_nothing(
    here: Street,
) -> None:
    visited, resting, over = (paired(here) for _ in range(3))
    told(visited, now=noon(DUE))
    rest_pair(pair_id=resting.pk, actor=here.coordinator, now=NOW)
    end_pair(pair_id=over.pk, reason="grown", actor=here.coordinator, now=NOW)
    assert reminded(noon(DUE + timedelta(days=1))) == []


def test_what_she_told_of_meanwhile_is_not_sent(here: Street) -> None:
    pair = paired(here)
    late = noon(DUE + timedelta(days=1))
    plan_reminders(now=late)
    told(pair, now=late)
    box = Box()
    send_due(channels={"file": box}, now=late)
    assert not [message for _, message in box.got if message.template in KINDS]


def test_a_clock_that_stood_still_for_weeks_leaves_it_to_the_pages(here: Street) -> None:
    paired(here)
    assert reminded(noon(DUE + timedelta(days=40))) == []
    assert Pair.objects.get().is_standing
