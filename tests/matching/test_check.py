"""The checker says what the referee says: same broken rules, same facts, same cost, on plans good
and bad."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from typing import Any

import pytest

from matching.check import check
from matching.command.tiny import tiny
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.rules import RULES
from tests.matching.plans import random_plan
from tests.matching.record_verdicts import RECORDED
from tests.matching.referee import load_referee

# The referee judges by the rules of the format; a rule of ours beside them is none of its business.
OF_THE_FORMAT = {rule.code for rule in RULES if rule.in_format}


def assert_same_verdict(
    problem: dict[str, Any], plan: dict[str, Any], said: dict[str, Any]
) -> None:
    verdict = check(problem_from_json(problem), Plan.from_json(plan))
    ours = Counter(
        json.dumps({"rule": v.rule, **v.facts}, sort_keys=True)
        for v in verdict.violations
        if v.rule in OF_THE_FORMAT
    )
    assert ours == Counter(json.dumps(v, sort_keys=True) for v in said["violations"])
    assert {k: n for k, n in verdict.cost.items() if n} == {
        k: n for k, n in said["cost"].items() if n
    }
    assert verdict.total == said["total"]
    assert asdict(verdict.facts) == said["facts"]


def test_the_recorded_verdicts_are_repeated() -> None:
    cases = json.loads(gzip.decompress(RECORDED.read_bytes()))
    assert len(cases) == 300
    for case in cases:
        assert_same_verdict(case["problem"], case["plan"], case["verdict"])


def test_the_recorded_verdicts_break_every_rule_and_none() -> None:
    verdicts = [case["verdict"] for case in json.loads(gzip.decompress(RECORDED.read_bytes()))]
    assert {v["rule"] for said in verdicts for v in said["violations"]} == OF_THE_FORMAT
    assert any(not said["violations"] for said in verdicts)


judge = load_referee()


@pytest.mark.skipif(
    judge is None,
    reason="the referee's own file is not beside this repository; its recorded verdicts are used "
    "instead",
)
@pytest.mark.parametrize("block", range(4))
def test_the_referee_agrees_on_fresh_problems(block: int) -> None:
    for seed in range(1000 + 250 * block, 1250 + 250 * block):
        problem = tiny(seed, volunteers=6, sessions=6, requests=4)
        plan = random_plan(problem, seed)
        assert_same_verdict(problem, plan, judge(problem, plan))


def test_questions_about_plans_load_neither_numpy_nor_a_solver() -> None:
    asked = (
        "import matching, matching.command.cli, sys; "
        "print([m for m in sys.modules if m.split('.')[0] in ('numpy', 'ortools', 'django')])"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
