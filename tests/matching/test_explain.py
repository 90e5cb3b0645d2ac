"""Every statement of an explanation, tested by making the change and asking again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.ask.candidates import Desk
from matching.ask.explain import Opening, why_her, why_infeasible, why_nobody, why_not
from matching.check import check
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import Problem, Session
from matching.rules import may_take
from tests.matching.solved import best, solved_tiny
from tests.matching.wild import wild

AGREED = {"rest", "rest_block", "limits", "weekends"}


@pytest.fixture(scope="module")
def cases() -> list[tuple[Problem, Plan]]:
    return [solved_tiny(seed) for seed in range(80)]


def changed(
    problem: Problem, opening: Opening, session: Session, requires: tuple[str, ...]
) -> Problem:
    """The problem with the one change that the opening speaks of."""
    her = problem.volunteer_of[opening.volunteer]
    match opening.rule:
        case "qualification":
            new = replace(
                her, qualifications={**her.qualifications, **dict.fromkeys(requires, None)}
            )
        case "availability":
            new = replace(her, available=((0, problem.horizon + 10**6),))
        case "reach":
            new = replace(her, max_travel=10**6)
        case "ban":
            return replace(
                problem, bans=tuple(b for b in problem.bans if b != (her.id, session.id))
            )
        case "max_per_day" | "max_per_week" | "max_total" | "max_open" as limit:
            new = replace(her, **{limit: None})
        case "rest":
            new = replace(her, min_rest=0, rests=())
        case "rest_block" | "max_children" as agreed:
            new = replace(her, **{agreed: None})
        case "limits":
            new = replace(her, limits=tuple(one for one in her.limits if one.price is not None))
        case "weekends":
            new = replace(her, max_weekends=None, weekend_gap=0)
        case _:
            return problem
    return replace(
        problem, volunteers=tuple(new if v.id == her.id else v for v in problem.volunteers)
    )


def test_an_opening_made_lets_her_take_the_shift_at_the_stated_price(
    cases: list[tuple[Problem, Plan]],
) -> None:
    seen = set()
    for problem, plan in cases:
        for session, h in problem.shift_of.values():
            for opening in why_nobody(problem, plan, h.id, most=9).openings:
                assert may_take(problem, plan, opening.volunteer, h.id) == opening.violations != ()
                if opening.rule == "overlap":
                    continue  # her other session would have to go: not a change of the problem
                after = changed(problem, opening, session, h.requires)
                assert not may_take(after, plan, opening.volunteer, h.id), (problem.name, opening)
                if Desk(problem, plan).is_open(session):
                    more = check(after, plan.with_assignment(opening.volunteer, h.id)).total
                    assert more - check(after, plan).total == opening.candidate.difference
                seen.add(opening.rule)
    assert {"qualification", "availability", "reach"} <= seen


def test_an_opening_by_what_was_agreed_lets_her_take_the_shift_if_it_falls() -> None:
    seen = set()
    for seed in range(150):
        sorts = ("people", "rest") if seed % 2 else ("people", "limits")
        problem = replace(problem_from_json(wild(seed, sorts=sorts)), pins=(), supervision=())
        plan = best(problem).plan
        for session, h in problem.shift_of.values():
            for opening in why_nobody(problem, plan, h.id, most=20).openings:
                if opening.rule in AGREED:
                    after = changed(problem, opening, session, h.requires)
                    assert not may_take(after, plan, opening.volunteer, h.id), (seed, opening)
                    seen.add(opening.rule)
    assert seen == AGREED


def test_a_refusal_of_her_is_what_the_rules_say(cases: list[tuple[Problem, Plan]]) -> None:
    for problem, plan in cases[:30]:
        for volunteer in problem.volunteer_of:
            for shift in problem.shift_of:
                if (volunteer, shift) in plan.assignments:
                    continue
                rules = [
                    v for v in may_take(problem, plan, volunteer, shift) if v.rule != "head_count"
                ]
                if rules:
                    assert list(why_not(problem, plan, volunteer, shift).violations) == rules


def test_a_placement_has_her_there_and_costs_what_it_says(
    cases: list[tuple[Problem, Plan]],
) -> None:
    placed = 0
    for problem, plan in cases[:40]:
        for volunteer in problem.volunteer_of:
            for shift in list(problem.shift_of)[:2]:
                found = (
                    None
                    if (volunteer, shift) in plan.assignments
                    else why_not(problem, plan, volunteer, shift).placement
                )
                if found is None:
                    continue
                verdict = check(problem, found.plan)
                assert verdict.sound and (volunteer, shift) in found.plan.assignments
                assert (
                    verdict.total - check(problem, plan).total
                    == found.difference
                    == sum(found.parts.values())
                )
                assert found.difference >= 0, "the plan was the best there is"
                placed += 1
                if placed % 7 == 0:
                    assert (
                        best(replace(problem, pins=(*problem.pins, (volunteer, shift)))).bound
                        <= verdict.total
                    )
    assert placed > 20


def test_why_her_names_her_share_and_who_is_next(cases: list[tuple[Problem, Plan]]) -> None:
    nexts = 0
    for problem, plan in cases:
        for volunteer, shift in plan.assignments:
            her = why_her(problem, plan, volunteer, shift)
            without = Plan(
                tuple(a for a in plan.assignments if a != (volunteer, shift)), plan.seats
            )
            if her.next is not None:
                instead = without.with_assignment(her.next.volunteer, shift)
                assert check(problem, instead).total - check(problem, plan).total == her.difference
                nexts += 1
    assert nexts > 5


def test_asking_why_someone_is_where_she_is_not_is_an_error(
    cases: list[tuple[Problem, Plan]],
) -> None:
    problem, _ = cases[1]
    with pytest.raises(KeyError):
        why_her(problem, Plan(), "nobody", next(iter(problem.shift_of)))


def keeps(problem: Problem, pins: tuple[tuple[str, str], ...]) -> bool:
    return not best(replace(problem, pins=pins)).unmet_pins


def test_a_clash_is_one_and_a_smallest_one() -> None:
    found = 0
    for seed in range(60):
        problem, _ = solved_tiny(seed, volunteers=4, sessions=3, requests=2)
        wanted = tuple((v, h) for v in problem.volunteer_of for h in problem.shift_of)[:4]
        problem = replace(problem, pins=wanted)
        clashes = why_infeasible(problem)
        assert bool(clashes) != keeps(problem, wanted), problem.name
        for clash in clashes:
            assert not keeps(problem, clash.pins), (problem.name, clash)
            for pin in clash.pins:
                assert len(clash.pins) == 1 or keeps(
                    problem, tuple(p for p in clash.pins if p != pin)
                ), (problem.name, clash)
            found += 1
        if found > 12:
            return
    assert found > 5
