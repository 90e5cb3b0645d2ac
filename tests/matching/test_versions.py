"""Two versions of the problem format: the first reads and writes as ever, the second says more, and
what neither knows is not passed over in silence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from matching import ProblemError, check, problem_from_json, problem_to_json, read_problem
from matching.command.cli import main
from matching.command.tiny import tiny
from matching.formats.second import SECOND
from matching.plan import Plan
from tests.matching.test_reading import put
from tests.matching.wild import SORTS, wild

ROOT = Path(__file__).resolve().parents[2]


def some(**more: Any) -> dict[str, Any]:
    """A small problem of the second version that says nothing more yet."""
    data = tiny(58, volunteers=3, sessions=3, requests=2)
    return json.loads(json.dumps({**data, "format": "matching-problem/2", **more}))


@pytest.mark.parametrize("seed", range(40))
def test_what_is_written_reads_as_the_same_problem(seed: int) -> None:
    problem = problem_from_json(wild(seed))
    assert problem_from_json(json.loads(json.dumps(problem_to_json(problem)))) == problem


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_what_only_version_2_says_is_written_as_version_2(sort: str) -> None:
    said = {
        problem_to_json(problem_from_json(wild(seed, sorts=[sort])))["format"] for seed in range(9)
    }
    assert "matching-problem/2" in said


@pytest.mark.parametrize("seed", range(40))
def test_what_version_1_says_is_written_as_version_1(seed: int) -> None:
    data = json.loads(json.dumps(tiny(seed)))
    second = problem_from_json({**data, "format": "matching-problem/2"})
    assert problem_to_json(second)["format"] == "matching-problem/1"
    assert second == problem_from_json(data)


def test_a_problem_of_version_1_has_the_parts_of_its_cost_and_no_more() -> None:
    parts = set(check(problem_from_json(tiny(7)), Plan()).cost)
    assert "limits" not in parts and len(parts) == 11


UNKNOWN = [
    (put("min_rest", 660), "min_rest: is no field"),
    (put("volunteers", 0, "min_rset", 660), "volunteers[].min_rset: is no field"),
    (put("weights", "shrot", 1), "weights.shrot: is no field"),
    (put("volunteers", 0, "limits", [{"unit": "days", "max": 1, "windw": 7}]), "windw: is no"),
    (put("groups", {"g": {"most": 1}}), "groups{}.most: is no field"),
]


@pytest.mark.parametrize(("change", "said"), UNKNOWN, ids=[said for _, said in UNKNOWN])
def test_an_unknown_field_of_version_2_is_an_error_that_names_it(change: Any, said: str) -> None:
    data = some()
    change(data)
    with pytest.raises(ProblemError) as refused:
        problem_from_json(data)
    assert said in str(refused.value)
    assert problem_from_json(data, lenient=True).name == data["name"]


def test_lenient_makes_a_note_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = some()
    data["volunteers"][0]["min_rset"] = 660
    (tmp_path / "p.json").write_text(json.dumps(data))
    (tmp_path / "plan.json").write_text(json.dumps({"assignments": [], "seats": []}))
    files = [str(tmp_path / "p.json"), str(tmp_path / "plan.json")]
    assert main(["check", *files]) == 2
    line = "volunteers[].min_rset: is no field of this format and means nothing (1 times)"
    assert capsys.readouterr().err == f"matching: {line}\n"
    main(["check", *files, "--lenient"])
    assert f"matching: note: {line}\n" in capsys.readouterr().err


def test_a_field_of_version_2_in_version_1_is_noted_as_that(tmp_path: Path) -> None:
    data = {**some(), "format": "matching-problem/1"}
    data["volunteers"][0]["min_rest"] = 660
    (tmp_path / "p.json").write_text(json.dumps(data))
    notes: list[str] = []
    problem = read_problem(tmp_path / "p.json", notes.append)
    assert problem.volunteers[0].min_rest == 0
    later = "is a field of matching-problem/2 and means nothing (1 times)"
    assert f"volunteers[].min_rest: {later}" in notes


LIMIT = {"unit": "services", "max": 1}
WRONG = [
    (put("volunteers", 0, "limits", [{"unit": "hours", "max": 1}]), "must be one of services,"),
    (put("volunteers", 0, "limits", [{"unit": "days"}]), "limits[0].max: is missing"),
    (put("volunteers", 0, "limits", [{"unit": "days", "min": 1}]), "limits[0].price: is missing"),
    (put("volunteers", 0, "limits", [{**LIMIT, "window": 0}]), "window: must be a whole number"),
    (put("volunteers", 0, "rests", [{"minutes": 9, "series": True}]), "rests[0].after: is missing"),
    (put("volunteers", 0, "rest_block", {"minutes": 20000}), "must fit into 7 days"),
    (put("volunteers", 0, "history", [{"start": 5, "end": 5}]), "history[0].end: must be after"),
    (put("volunteers", 0, "alone", 1), "alone: must be true or false"),
    (put("sessions", 0, "groups", ["g"]), "sessions (s0).groups: no group 'g'"),
    (put("together", [["v0", "v0", None]]), "together[0]: must be two volunteers"),
    (put("together", [["v0", "v1"]]), "together[0]: must be a list of volunteer"),
    (put("supervision", [{"by": "lead"}]), "supervision[0].novice: is missing"),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_in_version_2_is_named(change: Any, said: str) -> None:
    data = some()
    change(data)
    with pytest.raises(ProblemError) as refused:
        problem_from_json(data)
    assert said in str(refused.value)


def test_required_sessions_beyond_their_group_are_refused() -> None:
    data = some(groups={"g": {"max": 0, "budget": 3}})
    for s in data["sessions"]:
        s.update(required=True, alternatives=None, groups=["g"], price=4)
    with pytest.raises(ProblemError, match=r"groups\.g\.max"):
        problem_from_json(data)
    data["groups"]["g"]["max"] = None
    with pytest.raises(ProblemError, match=r"groups\.g\.budget"):
        problem_from_json(data)


@pytest.mark.parametrize("name", sorted(SECOND))
def test_every_field_of_version_2_is_on_its_page_and_known_to_the_second_judge(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "matching-problem.md").read_text("utf-8")
    judge = (ROOT / "tests" / "matching" / "second.py").read_text("utf-8")
    for field in SECOND[name]:
        assert re.search(rf"`[^`\n]*\b{field}\b", page), field
        assert f'"{field}"' in judge, field
