"""A problem that is wrong is refused in one line that names the field and whose it is."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matching.command.cli import main
from matching.command.tiny import tiny
from matching.formats.files import read_plan, read_problem, write_plan, write_problem
from matching.formats.notes import loose_ends
from matching.formats.reading import problem_from_json
from matching.formats.writing import problem_to_json
from matching.plan import Plan, PlanError
from matching.problem import ProblemError

GOOD = tiny(58, volunteers=3, sessions=3, requests=2)


def put(*path: Any) -> Callable[[dict[str, Any]], None]:
    *way, field, value = path

    def change(data: Any) -> None:
        for step in way:
            data = data[step]
        data[field] = value

    return change


def drop(*path: Any) -> Callable[[dict[str, Any]], None]:
    *way, field = path

    def change(data: Any) -> None:
        for step in way:
            data = data[step]
        del data[field]

    return change


WRONG = [
    (put("format", "matching-problem/9"), "format: must be 'matching-problem/1'"),
    (drop("format"), "format: must be"),
    (put("start", "2026-12-01"), "start: must be a Monday"),
    (put("start", "yesterday"), "start: must be an ISO date"),
    (put("horizon", -1), "horizon: must be a whole number"),
    (put("horizon", 7.5), "horizon: must be a whole number"),
    (put("travel", "kmh", 0), "travel.kmh: must be a number above 0"),
    (put("travel", "detour", float("nan")), "travel.detour: must be a number above 0"),
    (drop("travel", "kmh"), "travel.kmh: is missing"),
    (put("volunteers", None), "volunteers: must be a list"),
    (put("volunteers", 1, "v"), "volunteers[1]: must be an object"),
    (put("volunteers", 1, "id", 5), "volunteers[1].id: must be a non-empty string"),
    (put("volunteers", 1, "id", "v0"), "volunteers (v0).id: is used twice"),
    (drop("volunteers", 1, "home"), "volunteers[1] (v1).home: is missing"),
    (put("volunteers", 1, "home", [119.3, 26]), "volunteers[1] (v1).home: must be a point"),
    (put("volunteers", 1, "home", [26]), "volunteers[1] (v1).home: must be a point"),
    (
        put("volunteers", 1, "max_travel", True),
        "volunteers[1] (v1).max_travel: must be a whole number",
    ),
    (
        put("volunteers", 1, "qualifications", {"lead": "never"}),
        "volunteers[1] (v1).qualifications.lead: must be a whole number",
    ),
    (
        put("volunteers", 1, "available", [[600, 540]]),
        "volunteers[1] (v1).available: must be sorted disjoint",
    ),
    (
        put("volunteers", 1, "available", [[700, 800], [600, 650]]),
        "volunteers[1] (v1).available: must be sorted disjoint",
    ),
    (
        put("volunteers", 1, "available", [[600, "late"]]),
        "volunteers[1] (v1).available: must be sorted disjoint",
    ),
    (
        put("volunteers", 1, "available", [600, 700]),
        "volunteers[1] (v1).available: must be sorted disjoint",
    ),
    (
        put("volunteers", 1, "max_per_day", -1),
        "volunteers[1] (v1).max_per_day: must be a whole number",
    ),
    (
        put("volunteers", 1, "likes", {"class": 4}),
        "volunteers[1] (v1).likes.class: must be a whole number from -3 to 3",
    ),
    (put("sessions", 0, "start", "noon"), "sessions[0] (s0).start: must be a whole number"),
    (
        put("sessions", 0, "end", None),
        "sessions[0] (s0).end: start and end must both be given or both be null",
    ),
    (put("sessions", 0, "end", 1), "sessions[0] (s0).end: must be after start"),
    (put("sessions", 0, "required", "yes"), "sessions[0] (s0).required: must be true or false"),
    (put("sessions", 0, "months", [9, 3]), "sessions[0] (s0).months: must be [lo, hi]"),
    (
        put("sessions", 0, "seats", {"min": 1, "max": 2}),
        "sessions[0] (s0).seats.per_volunteer: is missing",
    ),
    (
        put("sessions", 0, "shifts", 0, "min", 99),
        "sessions[0] (s0).shifts[0] (s0.0).min: must be at most target",
    ),
    (
        put("sessions", 0, "shifts", 0, "requires", "lead"),
        "sessions[0] (s0).shifts[0] (s0.0).requires: must be a list",
    ),
    (put("sessions", 1, "shifts", 0, "id", "s0.0"), "shifts (s0.0).id: is used twice"),
    (
        put("requests", 0, "children", ["2025-13"]),
        "requests[0] (r0).children[0]: must be a birth month",
    ),
    (
        put("requests", 0, "children", [202513]),
        "requests[0] (r0).children[0]: must be a birth month",
    ),
    (
        put("requests", 0, "choices", {"s0": "dear"}),
        "requests[0] (r0).choices.s0: must be a whole number",
    ),
    (put("requests", 0, "wants", -1), "requests[0] (r0).wants: must be a whole number"),
    (put("apart", [["v0"]]), "apart[0]: must be a list of 2"),
    (put("knows", [["f0", "v0", -1]]), "knows[0][2]: must be a whole number"),
    (put("pins", [{"volunteer": "v9", "shift": "s0.0"}]), "pins[0].volunteer: no volunteer 'v9'"),
    (put("pins", [{"volunteer": "v0", "shift": "s9.0"}]), "pins[0].shift: no shift 's9.0'"),
    (put("pins", [{"volunteer": "v0"}]), "pins[0].shift: is missing"),
    (
        put("current", {"assignments": [{"volunteer": "v0"}], "seats": []}),
        "current.assignments[0]: must be an object with",
    ),
    (put("weights", "serve", []), "weights.serve: must be a list with at least one price"),
    (put("weights", "load", None), "weights.load: must be a whole number"),
    (drop("weights"), "weights: is missing"),
]


def test_a_problem_written_and_read_again_is_the_same() -> None:
    for seed in range(60):
        problem = problem_from_json(tiny(seed, volunteers=6, sessions=5, requests=4))
        told = problem.current or Plan()
        backwards = Plan(told.assignments[::-1], told.seats[::-1])
        for same in (problem, replace(problem, current=backwards)):
            assert problem_from_json(json.loads(json.dumps(problem_to_json(same)))) == same


DEAR = [
    ({"serve": [10**9]}, {"priority": 10**5, "wants": 10**5}, "weights.serve"),
    ({"travel": 10**9}, {"max_travel": 10**7, "wants": 5}, "weights.travel"),
]


@pytest.mark.parametrize(("weights", "wish", "named"), DEAR)
def test_counts_and_prices_that_multiply_beyond_the_exact_are_refused(
    weights: dict[str, Any], wish: dict[str, Any], named: str
) -> None:
    data: Any = copy.deepcopy(GOOD)
    problem_from_json(data)
    data["weights"] |= weights
    data["requests"][0] |= wish
    with pytest.raises(ProblemError, match=f"{named}: with these counts a plan could cost"):
        problem_from_json(data)


@pytest.mark.parametrize(("change", "line"), WRONG, ids=[line for _, line in WRONG])
def test_a_wrong_field_is_named(change: Callable[[dict[str, Any]], None], line: str) -> None:
    data = copy.deepcopy(GOOD)
    change(data)

    with pytest.raises(ProblemError) as refusal:
        problem_from_json(data)

    assert str(refusal.value).startswith(line)


def test_two_required_alternatives_are_refused() -> None:
    data = copy.deepcopy(GOOD)
    for s in data["sessions"][:2]:
        s |= {"required": True, "alternatives": "g"}
    with pytest.raises(ProblemError, match="of the same group is required too"):
        problem_from_json(data)


def test_a_problem_comes_back_from_its_own_json_and_files(tmp_path: Path) -> None:
    for seed in range(30):
        data = tiny(seed)
        problem = problem_from_json(data)
        again = problem_from_json(problem_to_json(problem))
        assert again == problem
    for name in ("p.json", "p.json.gz"):
        write_problem(tmp_path / name, problem)
        assert read_problem(tmp_path / name) == problem
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.json", "p.json.gz"]


def test_a_plan_comes_back_from_its_file_with_more_beside_it(tmp_path: Path) -> None:
    plan = Plan((("v1", "s0.0"), ("v0", "s0.0")), (("r0", "s0"),))
    write_plan(tmp_path / "plan.json.gz", plan, cost=7, bound=7)
    written = json.loads(gzip.decompress((tmp_path / "plan.json.gz").read_bytes()))
    assert (written["cost"], written["format"]) == (7, "matching-plan/1")
    assert set(read_plan(tmp_path / "plan.json.gz").assignments) == set(plan.assignments)


def test_a_plan_without_seats_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="plan.seats: must be a list"):
        Plan.from_json({"assignments": []})


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_plan(tmp_path / "plan.json", Plan(), cost=object())
    assert list(tmp_path.iterdir()) == []


def test_references_to_the_absent_are_harmless_and_listed() -> None:
    data = copy.deepcopy(GOOD)
    data["apart"] = [["v0", "gone"]]
    assert loose_ends(problem_from_json(data)) == ["apart: no volunteer 'gone' in this problem"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": 1}', b"\xff\xfe", b"[" * 100000])
def test_the_command_says_one_line_and_exits_2(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.json").write_bytes(content)
    (tmp_path / "plan.json").write_text('{"assignments": [], "seats": []}')
    assert main(["check", str(tmp_path / "p.json"), str(tmp_path / "plan.json")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("matching: ")
    assert said.err.count("\n") == 1


def test_the_check_command_prints_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = GOOD | {"pins": [{"volunteer": "v0", "shift": "s0.0"}]}
    (tmp_path / "p.json").write_text(json.dumps(problem))
    (tmp_path / "plan.json").write_text('{"assignments": [], "seats": []}')
    assert main(["check", str(tmp_path / "p.json"), str(tmp_path / "plan.json")]) == 1
    assert json.loads(capsys.readouterr().out)["violations"] == [
        {"rule": "pin", "volunteer": "v0", "shift": "s0.0"}
    ]
