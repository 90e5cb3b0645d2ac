"""One command line for the operator: `moli`."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from backend import moli
from tests.architecture.source import ROOT

OURS = {
    path.stem
    for path in Path(ROOT, "backend").glob("*/management/commands/*.py")
    if path.stem != "__init__"
}


def typed(*words: str, program: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """In a shell where no setting is made."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    kept["PYTHON"] = sys.executable
    program = program or (sys.executable, "-m", "backend.moli")
    return subprocess.run(
        [*program, *words], cwd=ROOT, env=kept, capture_output=True, text=True, check=False
    )


def test_every_command_of_ours_has_a_word_and_every_word_a_command() -> None:
    named = {name.replace("-", "_") for name in moli.NAMES}
    assert named - OURS == {"migrate", "check"}  # Django's own
    assert OURS - named == set()
    assert len(moli.NAMES) == len(set(moli.NAMES))


def test_typed_alone_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert moli.main([]) == 0
    said = capsys.readouterr().out
    assert [name for name in moli.NAMES if f"\n  {name} " not in said] == []
    assert moli.main(["--help"]) == 0 and capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("word", "hint"),
    [("first-step", "did you mean first-steps?"), ("xyz", "`moli` alone says which there are.")],
)
def test_an_unknown_word_is_said(word: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert moli.main([word]) == 2
    assert capsys.readouterr().err == f"moli: there is no {word}; {hint}\n"


def test_it_does_what_manage_does_and_hands_on_the_options() -> None:
    same = typed("doors", "--json", program=(sys.executable, "-m", "backend.manage"))
    assert same.returncode == 0
    assert typed("doors", "--json").stdout == same.stdout
    assert typed("verify_records", "--help").stdout.startswith("usage: moli verify_records")
    assert typed("doors", "--nonsense").returncode == 2


def test_it_is_installed_under_its_name_and_stands_in_the_image() -> None:
    project = tomllib.loads(Path(ROOT, "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"moli": "backend.moli:main"}
    image = Path(ROOT, "docker/Dockerfile").read_text("utf-8")
    assert "ln -s /app/docker/moli /opt/moli/bin/moli" in image
    in_it = typed("doors", "--json", program=(str(Path(ROOT, "docker/moli")),))
    assert in_it.returncode == 0, in_it.stderr
