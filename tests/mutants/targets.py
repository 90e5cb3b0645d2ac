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


VALUES = Tests(("tests/matching/test_values.py", "tests/matching/test_beside.py"))
CHECK = Tests(("tests/matching/test_check.py",))
FACES = Tests(("tests/matching/test_faces.py", "tests/matching/test_rules.py"))


def narrowed(path: str, tests: Tests) -> Tests:
    """Of FACES what is about the rules in one file, of OWN the test of one policy; everything else
    as it is. Nothing of the project may be imported here: a trial does that, with its change."""
    if tests is OWN:
        app, name = path.removesuffix(".py").split("/")[-2:]
        own = f"tests/{app}/test_{name}.py"
        if not (ROOT / own).exists():
            own = f"tests/{app}"  # pytest fails where a file is missing: as if a test had noticed
        return Tests((own,), rows=True)
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
OWN = Tests(("tests/rota/test_policy.py",), rows=True)
REST = Tests(
    (
        "tests/access",
        "tests/families",
        "tests/organisations",
        "tests/rota",
        "tests/bookings",
        "tests/planning",
        "tests/web",
    ),
    rows=True,
)

TARGETS = (
    Target(
        "rules", ("matching/rules/*.py", "matching/tally.py"), (VALUES, CHECK, FACES, SOLVED, WORDS)
    ),
    Target(
        "prices",
        ("matching/cost.py", "matching/program/objective.py", "matching/program/bound.py"),
        (CHECK, SOLVED),
    ),
    Target("policies", ("backend/*/policy.py", "backend/common/deadlines.py"), (OWN, REST)),
)

IMPLIED = "the row is implied for whole numbers; it only tightens the relaxation"
SPARED = "leaves a row in that another one implies"
ASKED_ANYHOW = "which sessions may lie too close; each of them is asked whether it does"
NO_NEED = "a row that asks for nobody always holds"
BY_END = (
    "in the order of their ends, too, some neighbours overlap if any two do, and of two the later "
    "begins before the other ends"
)
# Changes that say the same, each with why: path → {how "the line: was → became" ends: reason}.
SAME: dict[str, dict[str, str]] = {
    "matching/rules/alternatives.py": {
        "for g in groups if g → for g in groups": "one more row, without entries, binds nobody",
    },
    "matching/rules/attended.py": {"few > 0 → few >= 0": NO_NEED},
    "matching/rules/staffed.py": {"c.min > 0 → c.min >= 0": NO_NEED},
    "matching/rules/qualification.py": {"get(code, -1): 1 → 2": "both lie before any minute"},
    "matching/rules/limits.py": {
        "n > most → n >= most": "a day that is just full adds 0",
        "her.max_per_week <= her.max_per_day → her.max_per_week < her.max_per_day": SPARED,
        "her.left_of_week(who, week) → her.max_total[who] < her.left_of_week(who, week)": SPARED,
    },
    "matching/rules/wants.py": {
        "theirs.left_of_week(c.y_request, week) → theirs.wants[c.y_request] < "
        "theirs.left_of_week(c.y_request, week)": SPARED,
    },
    "matching/rules/overlap.py": {
        "(c.start[session] < end) & (c.end[session] > start) → (c.start[session] < end) | "
        "(c.end[session] > start)": ASKED_ANYHOW,
        "c.start[session] < end → c.start[session] <= end": ASKED_ANYHOW,
        "c.end[session] > start → c.end[session] >= start": ASKED_ANYHOW,
    },
    "matching/rules/family_overlap.py": {
        "s.span[0]): 0 → 1": BY_END,
        "s.span[0])): 0 → 1": BY_END,
        "s.span[0])) 0 → 1": BY_END,
    },
    "matching/rules/seats.py": {
        "c.carries[c.x_shift] → c.seat_limit('per_volunteer')[c.x_session] // "
        "c.carries[c.x_shift]": "a role carries seats or not: by 1 it is the same, and numpy "
        "divides by 0 to 0",
        "c.y_children > 0 → c.y_children <= 0": IMPLIED,
        "c.y_children > 0: 0 → 1": IMPLIED,
        "yield c.only_when_open(c.y[some], c.y_session[some]) → pass": IMPLIED,
    },
}


def why_same(path: str, change: str) -> str:
    """Why a change says the same as before; "" when nobody has said so."""
    known = SAME.get(path, {})
    return next((why for end, why in known.items() if change.endswith(end)), "")
