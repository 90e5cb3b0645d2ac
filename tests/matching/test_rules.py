"""One person's question is answered as the whole audit would answer it, only quicker."""

from __future__ import annotations

import pkgutil
from collections import Counter

import pytest

from matching import rules
from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import Problem
from matching.rules import (
    GOALS,
    RULE_OF,
    RULES,
    Rule,
    Violation,
    may_seat,
    may_seat_all,
    may_take,
    violations_of,
)
from tests.matching.plans import random_plan


def added(problem: Problem, before: Plan, after: Plan) -> list[Violation]:
    """What is broken after and was not before, or is broken worse."""
    old = list(violations_of(problem, before))
    return [
        v
        for v in violations_of(problem, after)
        if not any(v == o and v.excess <= o.excess for o in old)
    ]


def test_every_rule_has_its_own_code_and_sentence() -> None:
    assert len(RULE_OF) == len(RULES)
    assert len({rule.says for rule in RULES}) == len(RULES)


def test_every_rule_file_is_in_the_table_of_contents() -> None:
    beside = {"counting", "goal", "pairs", "rule"}
    files = {name for _, name, _ in pkgutil.iter_modules(rules.__path__)} - beside
    faces = [*(rule.violations for rule in RULES), *(goal.cost for goal in GOALS)]
    listed = {face.__module__.rsplit(".", 1)[-1] for face in faces}
    assert files - listed == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_about_a_volunteer_says_whether_one_change_can_lift_it(rule: Rule) -> None:
    assert (rule.changeable is not None) == (rule.asks == "volunteer")


def test_a_rule_of_ours_alone_is_outside_the_scope_of_the_format() -> None:
    ours = {
        "alone",
        "groups",
        "limits",
        "max_children",
        "mix",
        "needs",
        "party",
        "rest",
        "rest_block",
        "runs",
        "supervision",
        "together",
        "weekends",
    }
    assert {rule.code for rule in RULES if not rule.in_format} == ours


@pytest.mark.parametrize("block", range(3))
def test_may_take_names_what_the_audit_would_add_about_her_and_the_shift(block: int) -> None:
    asked = 0
    for seed in range(100 * block, 100 * block + 100):
        problem = problem_from_json(tiny(seed, volunteers=5, sessions=5, requests=3))
        plan = Plan.from_json(random_plan(tiny(seed, volunteers=5, sessions=5, requests=3), seed))
        for v in problem.volunteers:
            for _, h in list(problem.shift_of.values())[:3]:
                if (v.id, h.id) in plan.assignments:
                    continue
                whole = [
                    x
                    for x in added(problem, plan, plan.with_assignment(v.id, h.id))
                    if RULE_OF[x.rule].asks in ("volunteer", "shift")
                ]
                assert Counter(map(str, may_take(problem, plan, v.id, h.id))) == Counter(
                    map(str, whole)
                )
                asked += 1
    assert asked > 100


def test_may_seat_names_what_the_audit_would_add_about_the_family() -> None:
    asked = 0
    for seed in range(200):
        data = tiny(seed, volunteers=4, sessions=4, requests=4)
        problem, plan = problem_from_json(data), Plan.from_json(random_plan(data, seed))
        for q in problem.requests:
            for s in problem.sessions:
                if (q.id, s.id) in plan.seats or s.start is None:
                    continue
                after = Plan(plan.assignments, (*plan.seats, (q.id, s.id)))
                whole = [
                    x
                    for x in added(problem, plan, after)
                    if RULE_OF[x.rule].asks == "family" or x.rule in ("seats", "avoid")
                ]
                assert Counter(map(str, may_seat(problem, plan, q.id, s.id))) == Counter(
                    map(str, whole)
                )
                asked += 1
    assert asked > 100


def test_whoever_passes_with_all_seats_at_once_passes_with_each_alone() -> None:
    """One question for a crowd may doubt too many, never too few."""
    passed = doubted = 0
    for seed in range(800):
        data = tiny(seed, volunteers=2, sessions=5, requests=5)
        problem = problem_from_json(data)
        wanted = [
            (q, s)
            for q, s in Plan.from_json(random_plan(data, seed)).seats
            if q in problem.request_of and s in problem.session_of
        ]
        doubtful = {v.facts["request"] for v in may_seat_all(problem, Plan(), wanted)}
        doubted += len(doubtful)
        for q in {q for q, _ in wanted} - doubtful:
            given = Plan()
            for seat in (seat for seat in wanted if seat[0] == q):
                assert [
                    v for v in may_seat(problem, given, *seat) if RULE_OF[v.rule].asks == "family"
                ] == []
                given = Plan((), (*given.seats, seat))
            passed += 1
    assert passed > 50 and doubted > 50


def test_a_question_about_nobody_is_a_key_error() -> None:
    problem = problem_from_json(tiny(1))
    with pytest.raises(KeyError, match="nobody"):
        may_take(problem, Plan(), "nobody", problem.sessions[0].shifts[0].id)
