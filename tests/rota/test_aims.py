"""What the plans of a rota look to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.outbox.models import Event
from backend.rota.aims import Aims, aims_of
from backend.rota.models import AimsChange, Rota
from backend.rota.operations import AimsRefused, copy_sessions, set_aims
from backend.rota.queries import changes_of
from backend.rota.snapshot import problem_of
from matching import PRESETS
from tests.factories import (
    MONDAY,
    NOW,
    make_assignment,
    make_coordinator,
    make_rota,
    make_session,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
FAIR = Aims("fair", per_week=2, weekends=1)


def choose(rota: Rota, aims: Aims) -> Rota:
    actor = make_coordinator(organisation=rota.organisation)
    return set_aims(rota_id=rota.pk, aims=aims, actor=actor, now=NOW)


def test_they_are_kept_and_so_is_who_chose_them() -> None:
    rota = make_rota()
    assert aims_of(rota) == Aims()
    choose(rota, FAIR)
    choose(rota, Aims("near"))
    rota.refresh_from_db()
    assert aims_of(rota) == Aims("near")
    assert [aims_of(one) for one in changes_of(rota)] == [Aims("near"), FAIR]
    assert all(one.actor for one in changes_of(rota))
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["aims_set", "aims_set"]


@pytest.mark.parametrize(
    ("aims", "why"),
    [
        (Aims(), "same"),
        (Aims("cheap"), "odd"),
        (Aims(per_week=0), "odd"),
        (Aims(per_week=8), "odd"),
        (Aims(weekends=5), "odd"),
        (Aims(weekends=-1), "odd"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(aims: Aims, why: str) -> None:
    with pytest.raises(AimsRefused) as refused:
        choose(make_rota(weeks=4), aims)
    assert refused.value.facts["why"] == why
    assert not AimsChange.objects.exists() and not Event.objects.exists()


def test_of_a_rota_that_is_over_nothing_is_chosen() -> None:
    with pytest.raises(AimsRefused) as refused:
        choose(make_rota(starts_on=MONDAY - timedelta(weeks=8)), FAIR)
    assert refused.value.facts["why"] == "over"


def test_the_planner_is_given_their_prices_and_nobody_is_forbidden_anything() -> None:
    rota = make_rota()
    session = make_session(rota=rota, shifts=[("lead", 1, 2)])
    her = make_volunteer(organisation=rota.organisation, max_per_week=5)
    make_assignment(volunteer=her, shift=session.shifts.get())
    before = problem_of(rota, now=NOW)
    after = problem_of(choose(rota, FAIR), now=NOW)
    assert after.weights.load == PRESETS["fair"].load > before.weights.load
    assert after.weights.seat_gone == before.weights.seat_gone
    (one,) = after.volunteers
    assert one.max_per_week == 5 and one.max_weekends is None
    assert [(limit.unit, limit.max) for limit in one.limits] == [("services", 2), ("weekends", 1)]
    assert all(limit.price for limit in one.limits)
    assert after.pins == before.pins


def test_a_copy_looks_to_what_its_source_does_unless_somebody_has_chosen() -> None:
    source = choose(make_rota(), FAIR)
    make_session(rota=source)
    later = MONDAY + timedelta(weeks=4)
    fresh, chosen = (make_rota(starts_on=later, state="draft") for _ in range(2))
    short = make_rota(starts_on=later, weeks=1, state="draft")
    choose(source, Aims("fair", weekends=3))
    choose(chosen, Aims("near"))
    for rota in (fresh, chosen, short):
        copy_sessions(rota_id=rota.pk, source_id=source.pk, actor=None, now=NOW)
        rota.refresh_from_db()
    assert aims_of(fresh) == Aims("fair", weekends=3)
    assert aims_of(chosen) == Aims("near")
    assert aims_of(short) == Aims()  # it has no three weekends
