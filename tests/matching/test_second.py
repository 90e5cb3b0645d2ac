"""Contract 2 against a judge that knows nothing of the engine: which rules a plan breaks, what it
costs, and, over all plans of tiny problems, what the best one is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from matching import (
    GOALS,
    RULES,
    Desk,
    Plan,
    Problem,
    Withdraw,
    check,
    problem_from_json,
    problem_to_json,
    repair,
)
from matching.program.program import candidates
from tests.matching.plans import random_plan
from tests.matching.second import judged
from tests.matching.solved import best
from tests.matching.wild import wild

MINE = {rule.code for rule in RULES if not rule.in_format}
UNKNOWN = {"nobody", "no.shift", "no-request", "no-session"}
# A session that she alone opens may need others yet; and how many days in a row she serves is
# said of whole plans.
WITH_OTHERS = {"open_without_staff", "open_without_families", "mix", "runs"}
MOST = 9  # candidates, so at most 512 plans


def known(problem: dict[str, Any], seed: int) -> dict[str, Any]:
    """A plan by chance whose ids are all there, each line once."""
    plan = random_plan(problem, seed)
    for lines in ("assignments", "seats"):
        there = [row for row in plan[lines] if not UNKNOWN & set(row.values())]
        plan[lines] = [row for k, row in enumerate(there) if row not in there[:k]]
    return plan


def agree(data: dict[str, Any], problem: Problem, plan: dict[str, Any]) -> set[str]:
    """The codes that both judges find broken."""
    verdict = check(problem, Plan.from_json(plan))
    second = judged(data, plan)
    codes = {v.rule for v in verdict.violations}
    assert codes == second.broken, (data["name"], plan)
    costs = {part: n for part, n in verdict.cost.items() if n}
    assert costs == {part: n for part, n in second.cost.items() if n}, (data["name"], plan)
    return codes


def test_both_judges_say_the_same_of_every_plan() -> None:
    seen: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for seed in range(250):
        data = wild(seed, volunteers=5, sessions=5, requests=4)
        problem = problem_from_json(data)
        for k in range(4):
            plan = known(data, 10 * seed + k)
            seen.update(agree(data, problem, plan))
            parts.update(p for p, n in check(problem, Plan.from_json(plan)).cost.items() if n)
    assert set(seen) >= MINE
    assert {goal.code for goal in GOALS} <= set(parts)


def test_a_party_at_one_time_in_two_places_is_not_together() -> None:
    data = wild(9, sessions=5, requests=4, sorts=("families",))
    first, second = data["sessions"][:2]
    second.update({name: first[name] for name in ("start", "end", "seats", "months")})
    for k, request in enumerate(data["requests"]):
        request["party"] = "p" if k < 2 else None
    seats = [
        {"request": request["id"], "session": session["id"]}
        for request, session in zip(data["requests"], (first, second), strict=False)
    ]
    plan = {"format": "matching-plan/1", "assignments": [], "seats": seats}
    second["place"] = [26.3, 119.6]
    assert "party" in agree(data, problem_from_json(data), plan)
    second["place"] = first["place"]
    assert "party" not in agree(data, problem_from_json(data), plan)


def every_plan(problem: Problem) -> Iterator[Plan]:
    """Every plan of the pairs that have a column."""
    c = candidates(problem)
    lines = []
    for x in c.x.tolist():
        lines.append((0, (problem.volunteers[c.x_volunteer[x]].id, c.shifts[c.x_shift[x]][1].id)))
    for y in range(len(c.y)):
        request = problem.requests[c.y_request[y]].id
        lines.append((1, (request, c.sessions[c.y_session[y]].id)))
    for n in range(len(lines) + 1):
        for chosen in combinations(lines, n):
            yield Plan(
                tuple(pair for kind, pair in chosen if kind == 0),
                tuple(pair for kind, pair in chosen if kind == 1),
            )


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_the_engine_finds_the_best_of_all_plans_that_the_second_judge_allows(first: int) -> None:
    tried = 0
    for seed in range(first, first + 100):
        data = wild(seed) | {"pins": []}
        problem = problem_from_json(data)
        c = candidates(problem)
        if not 3 <= len(c.x) + len(c.y) <= MOST:
            continue
        verdicts = [judged(data, dict(plan.to_json())) for plan in every_plan(problem)]
        optimum = min(v.total for v in verdicts if not v.broken)
        result = best(problem)
        second = judged(data, dict(result.plan.to_json()))
        assert second.broken == set(), seed
        assert (result.cost, second.total) == (optimum, optimum), seed
        assert result.bound <= optimum, seed
        tried += 1
    assert tried >= 10


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_what_a_candidate_costs_is_what_the_second_judge_counts(first: int) -> None:
    """And whoever may take the shift breaks nothing that was not broken."""
    asked = 0
    for seed in range(first, first + 20):
        data = wild(seed, volunteers=5, sessions=5, requests=4) | {"pins": []}
        problem = problem_from_json(data)
        plan = best(problem).plan
        desk = Desk(problem, plan)
        before = judged(data, dict(plan.to_json()))
        for shift in problem.shift_of:
            for candidate in desk.candidates(shift):
                taken = plan.with_assignment(candidate.volunteer, shift)
                after = judged(data, dict(taken.to_json()))
                assert after.total - before.total == candidate.difference, (seed, shift)
                assert after.broken <= WITH_OTHERS, (seed, shift, candidate)
                asked += 1
    assert asked > 5


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_a_repaired_plan_keeps_every_rule_of_version_2(first: int) -> None:
    tried = 0
    for seed in range(first, first + 20):
        data = wild(seed, volunteers=5, sessions=5, requests=4) | {"pins": []}
        problem = problem_from_json(data)
        plan = best(problem).plan
        for volunteer, shift in plan.assignments:
            healed = repair(problem, plan, [Withdraw(volunteer, shift)])
            changed = dict(problem_to_json(healed.problem))
            second = judged(changed, dict(healed.plan.to_json()))
            assert second.broken == set(), (seed, volunteer, shift)
            assert second.total == healed.verdict.total, (seed, volunteer, shift)
            tried += 1
    assert tried > 3
