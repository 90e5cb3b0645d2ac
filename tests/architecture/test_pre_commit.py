"""Before a commit it is asked of what is committed, not of what lies beside it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

ASKED = "ruff format --check ."  # the first question
REFUSED = "These files are not staged as they are here"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with the hook, one file that is committed, and a Python that says what it is
    asked."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/pre-commit", tmp_path / ".ci/pre-commit")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    (tmp_path / ".gitignore").write_text(".venv\n")
    (tmp_path / "a.py").write_text("one = 1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    git(tmp_path, *who, "commit", "-q", "-m", "One")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def hook(folder: Path) -> tuple[int, str]:
    done = subprocess.run([".ci/pre-commit"], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_what_is_staged_whole_is_checked(clone: Path) -> None:
    (clone / "a.py").write_text("two = 2\n")
    (clone / "notes.txt").write_text("nobody asks for it\n")
    git(clone, "add", "a.py")
    code, said = hook(clone)
    assert code == 0
    assert ASKED in said and REFUSED not in said


def test_what_is_staged_in_part_is_refused_and_named(clone: Path) -> None:
    (clone / "a.py").write_text("two = 2\n")
    git(clone, "add", "a.py")
    (clone / "a.py").write_text("three = 3\n")
    code, said = hook(clone)
    assert code == 1
    assert REFUSED in said and said.endswith("\na.py\n") and ASKED not in said


def test_a_file_that_was_forgotten_is_refused_and_named(clone: Path) -> None:
    (clone / "b.py").write_text("two = 2\n")
    code, said = hook(clone)
    assert code == 1
    assert REFUSED in said and said.endswith("\nb.py\n") and ASKED not in said
