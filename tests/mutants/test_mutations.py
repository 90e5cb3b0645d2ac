"""The mutants are what they say, and a mutant that nothing notices is called so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.mutants.mutations import mutants
from tests.mutants.targets import TARGETS, narrowed
from tests.mutants.trial import Instead


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


def test_a_changed_text_is_imported_in_the_place_of_the_file(tmp_path: Path) -> None:
    instead = Instead("matching/rules/age.py", "answer = 42\n")
    assert instead.name == "matching.rules.age"
    spec = instead.find_spec("matching.rules.age", None)
    assert spec is not None and spec.origin == str(instead.file)
    assert instead.find_spec("matching.rules.ban", None) is None
    assert Instead("matching/rules/__init__.py", "").name == "matching.rules"


def test_every_judge_is_there() -> None:
    """A test that is not there would notice every change."""
    asked = {
        word
        for target in TARGETS
        for path in target.paths
        for judge in target.judges
        for word in narrowed(path, judge).words
        if word.startswith("tests/")
    }
    assert sorted(word for word in asked if not (ROOT / word).exists()) == []


def test_a_judge_with_rows_collects_its_tests_without_the_plugins_it_goes_without() -> None:
    """Else every judge ends with an error, which reads as a mutant that was noticed."""
    words = ["-p", "no:cacheprovider", "-p", "pytest_django.plugin", "tests/words"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *words],
        cwd=ROOT,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_XDIST_WORKER": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:]
