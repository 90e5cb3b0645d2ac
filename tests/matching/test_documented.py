"""Every command and every snippet of the pages about the engine runs as it is written."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from backend.launcher.folders import CHECKOUT
from matching.check import check
from matching.command.cli import main
from matching.command.generate import month
from matching.formats.files import read_plan, read_problem, write_json

PAGE = (CHECKOUT / "docs" / "reference" / "matching.md").read_text(encoding="utf-8")
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^ *(?:\.venv/bin/)?python -m matching (.+?)(?: +#.*)?$", re.MULTILINE)
SNIPPET = re.compile(r"^```python\n(.+?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = [*COMMAND.findall(README), *COMMAND.findall(PAGE)]
VENUE = [26.05, 119.31]  # the pages close it
CODE = "child_clearance"  # and let it lapse


@pytest.fixture(scope="module", name="folder")
def folder_with_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A problem with all that the pages name, and two plans for it."""
    folder = tmp_path_factory.mktemp("documented")
    data = month(5, volunteers=60, sessions=90, requests=20, towns=2)
    by_id = {s["id"]: s for s in data["sessions"]}
    by_id["s00070"]["place"] = VENUE
    people = {v["id"]: v for v in data["volunteers"]}
    people["v00044"]["qualifications"][CODE] = None
    write_json(folder / "problem.json", data)
    solved = ["problem.json", "--seconds", "60", "--gap", "0.5", "--progress", "json"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["solve", *solved, "--out", "plan.json"]) == 0
        for writes in [command for command in COMMANDS if "--problem-out" in command]:
            assert main(shlex.split(writes)) == 0  # what a later command of the page reads
    (folder / "other.json").write_bytes((folder / "plan.json").read_bytes())
    (folder / "month.json").write_bytes((folder / "problem.json").read_bytes())
    return folder


def test_the_pages_have_commands() -> None:
    assert {shlex.split(command)[0] for command in COMMANDS} >= {
        "solve",
        "check",
        "repair",
        "candidates",
        "explain",
        "compare",
        "draw",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_a_documented_command_runs(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert main(shlex.split(command)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    if command.startswith(("check", "repair", "candidates", "explain", "compare")):
        json.loads(said.out)


@pytest.mark.parametrize("snippet", SNIPPET.findall(PAGE))
def test_a_documented_snippet_runs(
    snippet: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    exec(compile(snippet, "matching.md", "exec"), {})
    assert check(read_problem("month.json"), read_plan("plan.json")).sound
