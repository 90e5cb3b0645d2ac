"""What a volunteer has in another rota uses up its own day and its own week, and no other: on
claim, when she says yes, when somebody is looked for, in the plan and in what is said about it."""

from __future__ import annotations

from collections import Counter

import pytest

from backend.planning.queries.candidates import candidates
from backend.planning.queries.desk import desk_for
from backend.rota.models import Rota, Session, Shift
from backend.rota.operations import (
    AgainstTheRules,
    accept_offer,
    claim_shift,
    make_offers_that_fit,
)
from backend.rota.snapshot import problem_of
from backend.volunteers.models import Volunteer
from matching import Violation, may_take
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.matching.solved import best

pytestmark = pytest.mark.django_db
DAYS = ("2026-12-01", "2026-12-03", "2026-12-08", "2026-12-10", "2026-12-15", "2026-12-17")
WEEK_OF = (1, 1, 2, 2, 3, 3)
LEFT = {1: 2, 2: 1, 3: 2}  # of two a week, one of the second being taken elsewhere


class Month:
    """Six sessions in three weeks, a lead who may come twice a week, and who has a session of
    another rota in the second."""

    def __init__(self) -> None:
        self.organisation = make_organisation()
        self.rota: Rota = make_rota(organisation=self.organisation)
        self.her: Volunteer = make_volunteer(
            organisation=self.organisation, max_per_day=1, max_per_week=2
        )
        sessions = [make_session(rota=self.rota, starts_at=at(f"{day} 09:30")) for day in DAYS]
        self.shifts = [self.shift(session) for session in sessions]
        there = make_session(starts_at=at("2026-12-12 15:00"))
        make_assignment(volunteer=self.her, shift=there.shifts.get())

    @staticmethod
    def shift(session: Session) -> Shift:
        return Shift.objects.select_related(
            "role", "session__rota__organisation", "session__programme"
        ).get(session=session)


def had(violations: tuple[Violation, ...]) -> list[tuple[str, int, int]]:
    """The broken limits with the numbers that a sentence says."""
    return [(v.rule, v.shown["had"], v.shown["limit"]) for v in violations]


FULL = [("max_per_week", 2, 2)]


def test_she_picks_what_is_left_of_each_week() -> None:
    month = Month()
    taken: Counter[int] = Counter()
    for week, shift in zip(WEEK_OF, month.shifts, strict=True):
        try:
            claim_shift(volunteer_id=month.her.pk, shift_id=shift.pk, actor=None, now=NOW)
            taken[week] += 1
        except AgainstTheRules as refused:
            assert had(refused.facts["violations"]) == FULL
    assert taken == LEFT


def test_she_says_yes_to_what_is_left_of_each_week() -> None:
    month = Month()
    taken: Counter[int] = Counter()
    for week, shift in zip(WEEK_OF, month.shifts, strict=True):
        offer = make_offer(volunteer=month.her, shift=shift)
        try:
            accept_offer(offer_id=offer.pk, actor=None, now=NOW)
            taken[week] += 1
        except AgainstTheRules as refused:
            assert had(refused.facts["violations"]) == FULL
    assert taken == LEFT


def test_she_is_asked_for_what_is_left_of_each_week() -> None:
    month = Month()
    pairs = [(month.her.pk, shift.pk) for shift in month.shifts]
    asked = make_offers_that_fit(pairs=pairs, proposal_id=None, now=NOW)
    week_of = {shift.pk: week for week, shift in zip(WEEK_OF, month.shifts, strict=True)}
    assert Counter(week_of[offer.shift_id] for offer in asked.made) == LEFT
    assert [had(refused.violations) for refused in asked.refused] == [FULL]


def test_the_plan_gives_her_what_is_left_of_each_week() -> None:
    month = Month()
    problem = problem_of(month.rota, now=NOW)
    week_of = {f"h{shift.pk}": w for w, shift in zip(WEEK_OF, month.shifts, strict=True)}
    plan = best(problem).plan
    assert Counter(week_of[shift] for _, shift in plan.assignments) == LEFT


@pytest.mark.parametrize("index", range(6))
def test_whom_to_ask_and_why_not_go_by_that_very_week(index: int) -> None:
    """With her other session of the week promised in this rota: only the second week is full."""
    month = Month()
    make_assignment(volunteer=month.her, shift=month.shifts[index ^ 1])
    shift = month.shifts[index]
    found = candidates(shift, None, NOW)
    problem = problem_of(month.rota, now=NOW)
    assert problem.current
    said = may_take(problem, problem.current, f"v{month.her.pk}", f"h{shift.pk}")
    if WEEK_OF[index] == 2:
        assert found.able == []
        (lacks,) = found.nearly
        assert had(lacks.violations) == FULL == had(said)
        assert found.funnel == [("everyone", 1), ("max_per_week", 0)]
    else:
        assert [one.volunteer for one in found.able] == [month.her.pk]
        assert (found.nearly, found.funnel, said) == ([], [("everyone", 1)], ())


def test_what_is_next_door_to_her_other_session_is_open_to_her() -> None:
    """She lives far from both places, which are one: the way between them is what counts."""
    organisation = make_organisation()
    rota = make_rota(organisation=organisation)
    her = make_volunteer(organisation=organisation, point=(26.2, 119.5))
    there = make_session(starts_at=at("2026-12-05 10:30"))
    make_assignment(volunteer=her, shift=there.shifts.get())
    shift = Month.shift(make_session(rota=rota, starts_at=at("2026-12-05 09:30")))
    problem = problem_of(rota, now=NOW)
    assert best(problem).plan.assignments == ((f"v{her.pk}", f"h{shift.pk}"),)
    assert [one.volunteer for one in candidates(shift, None, NOW).able] == [her.pk]
    claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)


def test_the_way_to_her_other_session_is_the_whole_way() -> None:
    """She lives in between: neither half of the way is enough, for the plan as for her answer."""
    organisation = make_organisation()
    rota = make_rota(organisation=organisation)
    her = make_volunteer(organisation=organisation, point=(26.08, 119.30))
    there = make_session(starts_at=at("2026-12-05 11:00"), point=(26.08, 119.40))
    make_assignment(volunteer=her, shift=there.shifts.get())
    here = make_session(rota=rota, starts_at=at("2026-12-05 09:30"), point=(26.08, 119.20))
    shift = Month.shift(here)
    problem = problem_of(rota, now=NOW)
    assert best(problem).plan.assignments == ()
    desk = desk_for(shift.session, None, NOW).desk
    (said,) = desk.refusals(f"v{her.pk}", f"h{shift.pk}")
    assert (said.rule, said.shown["gap"], said.shown["way"] > 30) == ("overlap", 30, True)
    with pytest.raises(AgainstTheRules) as refused:
        claim_shift(volunteer_id=her.pk, shift_id=shift.pk, actor=None, now=NOW)
    assert refused.value.facts["violations"] == (said,)
