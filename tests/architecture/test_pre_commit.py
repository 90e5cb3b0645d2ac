"""Before a commit it is asked of what is committed, not of what lies beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

ASKED = "ruff format --check ."  # the first question
WHO = ("-c", "user.name=a", "-c", "user.email=a@b.example")
REFUSED = "These files are not staged as they are here"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with the hook, one file that is committed, and a Python that says what it is
    asked."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/pre-commit", tmp_path / ".ci/pre-commit")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@, index $GIT_INDEX_FILE."\n')
    python.chmod(0o755)
    (tmp_path / ".gitignore").write_text(".venv\n")
    (tmp_path / "a.py").write_text("one = 1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, *WHO, "commit", "-q", "-m", "One")
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    """Without what git says to a hook, which may be what runs this test."""
    env = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def git(folder: Path, *words: str) -> str:
    code, said = run(folder, "git", *words)
    assert code == 0, said
    return said


def hook(folder: Path) -> tuple[int, str]:
    return run(folder, ".ci/pre-commit")


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


def test_what_is_run_cannot_write_into_the_index_of_the_commit(clone: Path) -> None:
    """`git commit -a` hands the hook an index by its whole path."""
    (clone / ".git/hooks/pre-commit").symlink_to(clone / ".ci/pre-commit")
    (clone / "a.py").write_text("two = 2\n")
    said = git(clone, *WHO, "commit", "-q", "-a", "-m", "Two")
    assert f"{ASKED}, index ." in said
    assert "index.lock" not in said
