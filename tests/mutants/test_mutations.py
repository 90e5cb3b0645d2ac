"""The mutants are what they say, and a mutant that nothing notices is called so."""

from __future__ import annotations

import ast
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.mutants.mutations import mutants
from tests.mutants.report import in_order
from tests.mutants.targets import TARGETS
from tests.mutants.trial import ENDLESS, Instead, forked, take_over
from tests.mutants.warm import Measured


def changes(text: str) -> set[str]:
    return {f"{mutant.was} → {mutant.became}" for mutant in mutants(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a < b", {"a < b → a <= b", "a < b → a >= b", "a < b → pass"}),
        ("x = a == b", {"a == b → a != b"}),
        ("x = a in b", {"a in b → a not in b"}),
        ("x = a + b", {"a + b → a - b"}),
        ("x = a and b", {"a and b → a or b"}),
        ("x = not a", {"not a → a"}),
        ("x = True", {"True → False"}),
        ("x = 3", {"3 → 4"}),
        ("x = 'word'", set()),
        ("x: int = 3", {"3 → 4"}),
        ("x: int", set()),
        ("x: A | B = 3", {"3 → 4"}),
        ("assert a < b", set()),
        ("if a:\n    f()", {"if a: → if not a:", "f() → pass"}),
        ("[x for x in y if x]", {"for x in y if x → for x in y", "[x for x in y if x] → pass"}),
        ("def f(x=1):\n    '''Doc.'''\n    return x", {"1 → 2", "return x → return None"}),
        ("@d(slots=True)\nclass A:\n    b = 1", {"1 → 2"}),
        ("if TYPE_CHECKING:\n    import a", set()),
        ("raise E(1)", set()),
        ("x = a | None", set()),
    ],
)
def test_a_change_is_what_it_says(text: str, found: set[str]) -> None:
    assert changes(text) == found


def test_a_mutant_differs_in_one_place_alone() -> None:
    text = "x = 1\ny = 1\n"
    assert [mutant.text for mutant in mutants(text)] == ["x = 2\ny = 1", "x = 1\ny = 2"]
    assert [mutant.change for mutant in mutants(text)] == ["x = 1: 1 → 2", "y = 1: 1 → 2"]


def test_a_mutant_knows_its_statement_and_whether_a_call_reads_it() -> None:
    text = "a = 1\ndef f(x=2):\n    if x > (\n        3\n    ):\n        return 4\n"
    found = {mutant.was: mutant for mutant in mutants(text)}
    assert [found[was].in_function for was in ("1", "2", "3", "4")] == [False, False, True, True]
    assert [found[was].lines for was in ("3", "4")] == [range(3, 6), range(6, 7)]


def test_a_changed_text_is_imported_in_the_place_of_the_file() -> None:
    instead = Instead("matching/rules/age.py", ast.parse("answer = 42"))
    assert instead.name == "matching.rules.age"
    spec = instead.find_spec("matching.rules.age", None)
    assert spec is not None and spec.origin == str(instead.file)
    assert instead.find_spec("matching.rules.ban", None) is None
    assert Instead("matching/rules/__init__.py", ast.parse("")).name == "matching.rules"


def test_functions_that_are_alive_take_the_changed_code() -> None:
    path = "tests/mutants/of_a_test.py"
    text = "def f():\n    return [1 for _ in 'ab']\ndef outer(x):\n    return lambda: x + 5\n"
    names: dict[str, Any] = {}
    exec(compile(text, str(ROOT / path), "exec"), names)
    functions = [names["f"], names["outer"], names["outer"](10)]
    said = []
    for mutant in mutants(text):
        if mutant.was in ("1", "5", "x + 5"):
            assert take_over(path, mutant.tree, functions)
            said.append((functions[0](), functions[1](1)(), functions[2]()))
    assert said == [([2, 2], 6, 15), ([1, 1], -4, 5), ([1, 1], 7, 16)]


def test_a_trial_says_what_it_found_or_that_it_was_cut_off() -> None:
    assert forked(lambda: "named") == "named"
    assert forked(lambda: os.kill(os.getpid(), signal.SIGXCPU)) == ENDLESS
    with pytest.raises(RuntimeError, match="ended with 3"):
        forked(lambda: os._exit(3))


def test_a_line_is_judged_by_the_tests_that_run_it_and_a_file_by_the_others_too() -> None:
    lines = {"a.py": {"": [1], "slow": [2, 3], "quick": [2]}}
    measured = Measured({"slow": 5.0, "quick": 0.5, "none": 0.3, "other": 0.01}, lines)
    assert measured.judges("a.py", range(2, 4)) == ["quick", "slow"]
    assert measured.judges("a.py", range(3, 4)) == ["slow"]
    assert measured.judges("b.py", range(3, 4)) == []
    assert measured.of_file("a.py") == ["other", "quick", "slow", "none"]
    assert in_order(["quick", "slow"], ["other", "slow"]) == ["slow", "quick"]


def test_every_judge_is_there() -> None:
    """A test that is not there would notice every change."""
    asked = {path for target in TARGETS for path in target.tests.paths}
    assert sorted(path for path in asked if not (ROOT / path).exists()) == []


def test_every_policy_has_a_test_of_its_own() -> None:
    """That is what judges it."""
    policies = {path for target in TARGETS if target.name == "policies" for path in target.paths}
    own = {f"tests/{Path(path).parent.name}/test_{Path(path).name}" for path in policies}
    assert sorted(path for path in own if not (ROOT / path).exists()) == []
