"""The two faces of every rule say the same: violations on plain data, columns and rows for the
solver.

Shown by enumeration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from matching.arrays.rows import stack
from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import Problem
from matching.program.program import candidates, rule_rows
from matching.rules import RULE_OF, RULES, Rule, violations_of
from matching.tally import Tally
from tests.matching.enumerated import every_vector, holds
from tests.matching.situations import SITUATIONS, Situation, as_made_and_bent

MOST = 9  # candidates, so at most 512 plans per problem
EACH = 60  # problems as they come, and so many of each situation
PAIR_RULES = [rule for rule in RULES if rule.takes or rule.seats]
A_SITUATION = "one in which it matters goes into tests/matching/situations.py"
# Their rows count a person once per session, which one_place sees to.
ONCE = {"apart", "avoid", "max_children", "overlap", "rest", "together"}
JOINT_RULES = [rule for rule in RULES if rule.rows]


@cache
def small_problems() -> tuple[Problem, ...]:
    found = enumerable(lambda problem: problem)
    for bend in SITUATIONS:
        found += enumerable(bend)
    return tuple(found)


def enumerable(bend: Situation) -> list[Problem]:
    """The first problems, bent like this, whose plans can all be looked at."""
    found = []
    for seed in range(2_000):
        problem = bend(problem_from_json(tiny(seed, volunteers=4, sessions=4, requests=3)))
        columns = candidates(problem, lean=False)
        if 3 <= len(columns.x) + len(columns.y) <= MOST:
            found.append(problem)
        if len(found) == EACH:
            break
    return found


def broken_codes(problem: Problem, plan: Plan) -> set[str]:
    return {v.rule for v in violations_of(problem, plan)}


@pytest.mark.parametrize("rule", PAIR_RULES, ids=lambda rule: rule.code)
def test_a_pair_has_a_column_exactly_if_no_rule_refuses_it(rule: Rule) -> None:
    seen: Counter[bool] = Counter()
    for seed in range(75):
        made = problem_from_json(tiny(seed, volunteers=5, sessions=5, requests=4))
        for problem in as_made_and_bent(made):
            for refused, allowed in pair_answers(problem, rule):
                assert refused != allowed
                seen[allowed] += 1
    assert seen[True] > 20, f"no small problem keeps {rule.code}: {A_SITUATION}"
    assert seen[False] > 5, f"no small problem breaks {rule.code}: {A_SITUATION}"


def pair_answers(problem: Problem, rule: Rule) -> Iterator[tuple[bool, bool]]:
    """For every pair: what the plain-data face says of a plan with just it, and what the array face
    says."""
    c = candidates(problem)
    if rule.takes:
        for s, h in problem.shift_of.values():
            mask = rule.takes(c.volunteers, s, h)
            for k, v in enumerate(problem.volunteers):
                yield (
                    any(True for _ in rule.violations(Tally(problem, Plan(((v.id, h.id),))))),
                    bool(mask[k]),
                )
    if rule.seats:
        for s in problem.sessions:
            if s.start is None:
                continue
            mask = rule.seats(c.families, s)
            for k, q in enumerate(problem.requests):
                if (
                    s.seats or rule.code == "no_seats"
                ):  # the other rules do not look at a session without seats
                    yield (
                        any(
                            True for _ in rule.violations(Tally(problem, Plan((), ((q.id, s.id),))))
                        ),
                        bool(mask[k]),
                    )


@pytest.mark.parametrize("rule", JOINT_RULES, ids=lambda rule: rule.code)
def test_rows_refuse_exactly_the_plans_that_break_the_rule(rule: Rule) -> None:
    seen: Counter[bool] = Counter()
    for problem in small_problems():
        c = candidates(problem, lean=False)
        assert rule.rows
        rows = stack(list(rule.rows(c)))
        for values, plan in every_vector(c):
            tally = Tally(problem, plan)
            if rule.code in ONCE and any(True for _ in RULE_OF["one_place"].violations(tally)):
                continue
            broken = any(True for _ in rule.violations(tally))
            kept = holds(rows, values)
            assert kept != broken, f"violations: {broken}; rows hold: {kept}; {plan}"
            seen[broken] += 1
    assert seen[True] > 0, f"no small problem breaks {rule.code}: {A_SITUATION}"
    assert seen[False] > 0, f"no small problem keeps {rule.code}: {A_SITUATION}"


def test_all_lean_rows_together_refuse_exactly_the_plans_that_break_a_rule() -> None:
    seen: Counter[bool] = Counter()
    for problem in small_problems():
        c = candidates(problem)
        rows = stack(rule_rows(c))
        for values, plan in every_vector(c):
            broken = bool(broken_codes(problem, plan))
            assert holds(rows, values) != broken
            seen[broken] += 1
    assert seen[True] > 1000
    assert seen[False] > 200
