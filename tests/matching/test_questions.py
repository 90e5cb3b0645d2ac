"""The further commands: answers are JSON, pictures are SVG, bad words are one line and exit code
2."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from matching.ask.compare import compare
from matching.command.cli import main
from matching.formats.files import read_plan, write_plan, write_problem
from matching.plan import Plan
from matching.problem import Problem
from tests.matching.solved import solved_tiny


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, Problem, Plan]:
    problem, plan = next(
        (p, plan) for p, plan in (solved_tiny(s) for s in range(9)) if len(plan.assignments) > 2
    )
    write_problem(tmp_path / "problem.json", problem)
    write_plan(tmp_path / "plan.json", plan)
    return str(tmp_path / "problem.json"), str(tmp_path / "plan.json"), problem, plan


def test_repair_writes_a_plan_and_says_whom_to_tell(
    files: tuple[str, str, Problem, Plan], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, plan, _, given = files
    volunteer, shift = given.assignments[0]
    assert (
        main(
            [
                "repair",
                problem,
                plan,
                "--withdraw",
                f"{volunteer}:{shift}",
                "--out",
                str(tmp_path / "new.json"),
            ]
        )
        == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert any(t["who"] == volunteer and shift in t["lost"] for t in said["volunteers"])
    assert (volunteer, shift) not in read_plan(tmp_path / "new.json").assignments


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--withdraw", "nobody:h1"], "volunteer 'nobody'"),
        (["--cancel", "nowhere"], "session 'nowhere'"),
        (["--move", "nowhere:1-2"], "session 'nowhere'"),
        (["--close", "here"], "here"),
        (["--decline", "one"], "one"),
        ([], "nothing happened"),
    ],
)
def test_bad_words_are_one_line_and_write_nothing(
    files: tuple[str, str, Problem, Plan],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    named: str,
) -> None:
    problem, plan, _, _ = files
    assert main(["repair", problem, plan, *words, "--out", str(tmp_path / "new.json")]) == 2
    error = capsys.readouterr().err
    assert named in error and error.count("\n") == 1 and not (tmp_path / "new.json").exists()


def test_candidates_and_explanations_are_json(
    files: tuple[str, str, Problem, Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    problem, plan, whole, given = files
    volunteer, shift = given.assignments[0]
    other = next(v for v in whole.volunteer_of if (v, shift) not in given.assignments)
    for words in (
        ["candidates", "--shift", shift],
        ["explain", "--shift", shift],
        ["explain", "--shift", shift, "--volunteer", volunteer],
    ):
        assert main([words[0], problem, plan, *words[1:]]) == 0
        json.loads(capsys.readouterr().out)
    assert main(["explain", problem, plan, "--shift", shift, "--volunteer", other]) == 0
    assert json.loads(capsys.readouterr().out)["volunteer"] == other
    assert main(["explain", problem]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_compare_says_who_gains_and_loses(
    files: tuple[str, str, Problem, Plan], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, plan, whole, given = files
    less = Plan(given.assignments[1:], given.seats)
    write_plan(tmp_path / "less.json", less)
    assert main(["compare", problem, plan, str(tmp_path / "less.json")]) == 0
    said, known = json.loads(capsys.readouterr().out), compare(whole, given, less)
    assert [t["who"] for t in said["volunteers"]] == [given.assignments[0][0]] and said[
        "volunteers"
    ][0]["kind"] == "released"
    assert said["difference"] == known.difference == sum(known.parts.values())


@pytest.mark.parametrize("what", ["timeline", "load", "course"])
def test_pictures_are_whole_svg(
    files: tuple[str, str, Problem, Plan], tmp_path: Path, what: str
) -> None:
    problem, plan, _, _ = files
    if what == "course":
        reports = [
            {"seconds": 0.1, "cost": 20, "bound": 5},
            {"seconds": 0.4, "cost": 12, "bound": 12},
        ]
        (tmp_path / "course.jsonl").write_text(
            "\n".join(json.dumps(r) for r in reports), encoding="utf-8"
        )
        plan = str(tmp_path / "course.jsonl")
    assert main(["draw", problem, plan, "--what", what, "--out", str(tmp_path / "x.svg")]) == 0
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    assert root.tag.endswith("svg") and len(list(root)) > 3
