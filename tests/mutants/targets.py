"""What is changed, who judges it, and which changes say the same as before."""

from __future__ import annotations

from dataclasses import dataclass

from tests.architecture.source import files
from tests.mutants.trial import Tests


@dataclass(frozen=True)
class Target:
    """Files of one kind, and the tests that judge a change of them."""

    name: str
    patterns: tuple[str, ...]
    tests: Tests

    @property
    def paths(self) -> list[str]:
        return sorted({path for pattern in self.patterns for path in files(pattern)})


# Without those that start processes of the project, which would run the file as it is, and those
# that go by the clock.
MATCHING = Tests(
    tuple(
        f"tests/matching/test_{name}.py"
        for name in (
            "values",
            "prices",
            "faces",
            "rules",
            "beside",
            "labour_rules",
            "expected",
            "check",
            "second",
            "objective",
            "bounds",
            "greedy",
            "repair",
            "desk",
            "explain",
            "questions",
            "presets",
            "simulate",
        )
    )
)
# What decides about one row needs no database: its own test alone judges it.
OWN = Tests(
    (
        *files("tests/*/test_policy.py"),
        "tests/common/test_deadlines.py",
    ),
    rows=True,
)

TARGETS = (
    Target("rules", ("matching/rules/*.py", "matching/tally.py"), MATCHING),
    Target(
        "prices",
        ("matching/cost.py", "matching/program/objective.py", "matching/program/bound.py"),
        MATCHING,
    ),
    Target("policies", ("backend/*/policy.py", "backend/common/deadlines.py"), OWN),
)

FOR_NOTHING = "what costs nothing takes nothing away"
IMPLIED = "the row is implied for whole numbers; it only tightens the relaxation"
SPARED = "leaves a row in that another one implies"
ASKED_ANYHOW = "which sessions may lie too close; each of them is asked whether it does"
ONE_MORE_ROW = "one more row, without entries, binds nobody"
BROKEN_BEFORE = "what it breaks elsewhere was broken before: only less is looked at"
NO_NEED = "a row that asks for nobody always holds"
BY_END = (
    "in the order of their ends, too, some neighbours overlap if any two do, and of two the later "
    "begins before the other ends"
)
# Changes that say the same, each with why: path → {how "the line: was → became" ends: reason}.
SAME: dict[str, dict[str, str]] = {
    "backend/common/deadlines.py": {
        "local.time() > DAY_ENDS → local.time() >= DAY_ENDS": "its last minute is awake, and does "
        "not come here",
        "shortest = FAR[-1][1]: -1 → 1": "there are two",
        "local.time() >= MORNING → local.time() > MORNING": "at ten itself both ways lead to ten",
    },
    "matching/cost.py": {
        "cost < 0 → cost <= 0": FOR_NOTHING,
        "if cost < 0): 0 → 1": FOR_NOTHING,
        "for goal in GOALS if goal.asked(problem) → for goal in GOALS": FOR_NOTHING,
    },
    "matching/program/bound.py": {
        "rows.low)] = 0: y > 0 → y >= 0": "what is 0 stays 0",
        "rows.high)] = 0: y < 0 → y <= 0": "what is 0 stays 0",
    },
    "matching/program/objective.py": {
        "size: int = 0: 0 → 1": "it is set again before anybody reads it",
    },
    "matching/rules/__init__.py": {
        "== asked.id) → for v, h in plan.assignments": BROKEN_BEFORE,
        "for q, s in plan.seats if s in held → for q, s in plan.seats": BROKEN_BEFORE,
        "problem.shift_of[h][0].id == session → for v, h in plan.assignments": BROKEN_BEFORE,
        "if q == request or s == session → for q, s in plan.seats": BROKEN_BEFORE,
        "v.facts['session'] == session → for v in _news(rules, problem, near, after, asked)": (
            "seats in one session break nothing of these rules in another"
        ),
    },
    "matching/rules/alone.py": {"high=len(others)): 1 → 2": ONE_MORE_ROW},
    "matching/rules/counting.py": {
        "return {0}: 0 → 1": "without a window it is the whole, wherever it is said to begin",
    },
    "matching/rules/groups.py": {
        "high=group.max): 1 → 2": ONE_MORE_ROW,
        "high=group.budget): 1 → 2": ONE_MORE_ROW,
    },
    "matching/rules/mix.py": {"low=0): 1 → 2": ONE_MORE_ROW},
    "matching/rules/needs.py": {
        "high=0): 1 → 2": ONE_MORE_ROW,
        "code), -1): 1 → 2": "one who holds it is as good as two: a family is seated once",
    },
    "matching/rules/party.py": {"low=0, high=0): 1 → 2": ONE_MORE_ROW},
    "matching/rules/max_children.py": {
        "reshape(-1, 3).T: 1 → 2": "numpy works out whichever length is below 0",
    },
    "matching/rules/alternatives.py": {
        "for g in groups if g → for g in groups": ONE_MORE_ROW,
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
