"""What is changed, who judges it, and which changes say the same as before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.architecture.source import ROOT, files
from tests.mutants.trial import Tests


@dataclass(frozen=True)
class Target:
    """Files of one kind, and the tests that judge a change of them: the first ones all mutants, the
    next those that are left."""

    name: str
    patterns: tuple[str, ...]
    judges: tuple[Tests, ...]

    @property
    def paths(self) -> list[str]:
        return sorted({path for pattern in self.patterns for path in files(pattern)})


CHECK = Tests(("tests/matching/test_check.py",))
FACES = Tests(("tests/matching/test_faces.py", "tests/matching/test_rules.py"))


def narrowed(path: str, tests: Tests) -> Tests:
    """Of FACES what is about the rules in one file; everything for a file that is about all of
    them. Nothing of the project may be imported here: a trial does that, with its change."""
    codes = re.findall(r'Rule\(\s*"(\w+)"', (ROOT / path).read_text(encoding="utf-8"))
    if tests is not FACES or not codes:
        return tests
    return Tests((*tests.words, "-k", " or ".join([*codes, "lean", "may_seat"])))


SOLVED = Tests(
    (
        "tests/matching/test_bounds.py",
        "tests/matching/test_desk.py",
        "tests/matching/test_explain.py",
        "tests/matching/test_search.py",
    )
)
WORDS = Tests(("tests/words", "tests/rota", "tests/bookings"), rows=True)
POLICY = Tests(
    (
        "tests/rota/test_policy.py",
        "tests/planning/test_policy.py",
        "tests/families/test_policy.py",
        "tests/organisations/test_policy.py",
        "tests/access/test_policy.py",
        "tests/common/test_deadlines.py",
        "tests/bookings/test_policy.py",
    ),
    rows=True,
)
REST = Tests(
    ("tests/organisations", "tests/rota", "tests/bookings", "tests/planning", "tests/web"),
    rows=True,
)

TARGETS = (
    Target("rules", ("matching/rules/*.py", "matching/tally.py"), (CHECK, FACES, SOLVED, WORDS)),
    Target(
        "prices",
        ("matching/cost.py", "matching/program/objective.py", "matching/program/bound.py"),
        (CHECK, SOLVED),
    ),
    Target("policies", ("backend/*/policy.py", "backend/common/deadlines.py"), (POLICY, REST)),
)

# Changes that say the same, each with why: path → {"the line: was → became": reason}.
SAME: dict[str, dict[str, str]] = {}
