"""The solve command: from a file to a checked plan file, or one line and nothing written."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matching.check import check
from matching.command.cli import main
from matching.command.generate import month
from matching.command.tiny import tiny
from matching.formats.files import read_plan, read_problem, write_json
from tests.matching.referee import load_referee


@pytest.fixture(name="town")
def town_file(tmp_path: Path) -> Path:
    write_json(tmp_path / "town.json.gz", month(2, 200, 40, 120))
    return tmp_path / "town.json.gz"


def test_solve_writes_a_checked_plan_with_its_proof(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = town.parent / "plan.json"
    assert main(["solve", str(town), "--out", str(out), "--seconds", "60", "--workers", "1"]) == 0
    written = json.loads(out.read_text())
    verdict = check(read_problem(town), read_plan(out))
    assert verdict.sound
    assert verdict.total == written["cost"] == written["bound"]
    assert written["status"] == "optimal"
    assert "optimal" in capsys.readouterr().out


def test_the_referee_accepts_the_plan(town: Path) -> None:
    judge = load_referee()
    if judge is None:
        pytest.skip(
            "the referee's own file is not beside this repository; test_check compares with its "
            "recorded verdicts"
        )
    assert (
        main(["solve", str(town), "--out", str(town.parent / "plan.json"), "--seconds", "60"]) == 0
    )
    plan = json.loads((town.parent / "plan.json").read_text())
    said = judge(json.loads(gzip.decompress(town.read_bytes())), plan)
    assert (said["violations"], said["total"]) == ([], plan["cost"])


def test_progress_as_json_lines(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            "solve",
            str(town),
            "--out",
            str(town.parent / "plan.json"),
            "--seconds",
            "60",
            "--progress",
            "json",
        ]
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {
        "seconds",
        "cost",
        "parts",
        "bound",
        "gap",
        "assignments",
        "families_served",
        "holes",
        "stage",
    } <= set(lines[-1])
    assert lines[-1]["cost"] == sum(lines[-1]["parts"].values())


def test_a_plan_to_begin_from_is_not_made_worse(town: Path) -> None:
    best, again = town.parent / "best.json", town.parent / "again.json"
    main(["solve", str(town), "--out", str(best), "--seconds", "60"])
    main(["solve", str(town), "--out", str(again), "--seconds", "0", "--start", str(best)])
    assert json.loads(again.read_text())["cost"] == json.loads(best.read_text())["cost"]


def test_pins_that_clash_are_named_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tiny(58)
    pins = [
        {"volunteer": v["id"], "shift": h["id"]}
        for v in data["volunteers"]
        for s in data["sessions"]
        for h in s["shifts"]
    ]
    write_json(tmp_path / "p.json", data | {"pins": pins})
    assert (
        main(
            [
                "solve",
                str(tmp_path / "p.json"),
                "--out",
                str(tmp_path / "plan.json"),
                "--seconds",
                "30",
            ]
        )
        == 1
    )
    assert "pins that cannot all be kept" in capsys.readouterr().err
    assert {
        v.rule
        for v in check(
            read_problem(tmp_path / "p.json"), read_plan(tmp_path / "plan.json")
        ).violations
    } == {"pin"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{missing}", "--out", "{folder}/plan.json"], "missing.json: No such file"),
        (
            ["{town}", "--out", "{folder}/nowhere/plan.json"],
            "is not a folder that can be written to",
        ),
        (["{broken}", "--out", "{folder}/plan.json"], "weights: is missing"),
        (
            ["{town}", "--out", "{folder}/plan.json", "--start", "{broken}"],
            "plan.assignments: must be a list",
        ),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    arguments: list[str], said: str, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = month(1, 5, 2, 2)
    del broken["weights"]
    write_json(town.parent / "broken.json", broken)
    before = sorted(p.name for p in town.parent.iterdir())
    names = {
        "missing": town.parent / "missing.json",
        "town": town,
        "broken": town.parent / "broken.json",
        "folder": town.parent,
    }

    assert main(["solve", *(a.format(**names) for a in arguments)]) == 2

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(p.name for p in town.parent.iterdir()) == before


def test_ctrl_c_hands_over_the_best_plan_so_far(tmp_path: Path) -> None:
    write_json(tmp_path / "p.json", month(4, 1500, 400, 1500, towns=1))
    command = [
        sys.executable,
        "-m",
        "matching",
        "solve",
        str(tmp_path / "p.json"),
        "--out",
        str(tmp_path / "plan.json"),
        "--seconds",
        "86400",
        "--progress",
        "json",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=600)  # it had a day
    assert process.returncode == 0
    assert check(read_problem(tmp_path / "p.json"), read_plan(tmp_path / "plan.json")).sound


def test_nothing_outlives_the_command(town: Path) -> None:
    script = (
        "import sys; from matching.command.cli import main; main(sys.argv[1:]); import os; "
        "print(open(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read())"
    )
    if not os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children"):
        pytest.skip("this system does not list a process's children")
    said = subprocess.run(
        [sys.executable, "-c", script, "solve", str(town), "--out", str(town.parent / "plan.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines()[-1].strip() == ""
