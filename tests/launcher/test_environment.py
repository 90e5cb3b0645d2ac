"""The virtual environment is made once per lock file, and a half-made one is made again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backend.launcher import environment


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with nothing to install, so that making its environment takes seconds."""
    checkout = tmp_path_factory.mktemp("checkout")
    (checkout / "backend" / "launcher").mkdir(parents=True)
    shutil.copy(environment.__file__, checkout / "backend" / "launcher" / "environment.py")
    for lock in environment.LOCKS:
        (checkout / lock).write_text("# nothing\n")
    return checkout


def make(checkout: Path, lock: str) -> tuple[int, str]:
    # As from a plain shell: the Python that our own environment was made from.
    done = subprocess.run(
        [sys._base_executable, "backend/launcher/environment.py", lock],
        cwd=checkout,
        capture_output=True,
        text=True,  # type: ignore[attr-defined]
    )
    return done.returncode, done.stdout


def test_it_is_made_once_and_again_when_interrupted_or_when_the_lock_changes(
    checkout: Path,
) -> None:
    code, said = make(checkout, "requirements-dev.lock")
    assert (code, said[:43]) == (0, "Installing the packages of requirements-dev")
    assert make(checkout, "requirements-dev.lock") == (0, "")
    assert make(checkout, "requirements.lock") == (0, ""), (
        "the longer lock file contains the shorter"
    )

    half = checkout / ".venv" / "lib" / "left-by-an-interrupted-pip"
    half.touch()
    (checkout / ".venv" / ".installing").touch()
    assert make(checkout, "requirements.lock")[1].startswith(
        "Installing the packages of requirements.lock"
    )
    assert not half.exists(), "what was interrupted is thrown away"

    (checkout / "requirements.lock").write_text("# changed\n")
    assert make(checkout, "requirements.lock")[1].startswith("Installing")
    assert make(checkout, "requirements.lock") == (0, "")


def test_a_package_that_cannot_be_had_is_an_error_and_the_next_start_begins_again(
    checkout: Path,
) -> None:
    lock = checkout / "requirements.lock"
    lock.write_text("no-hash-given==1.0\n")
    code, _ = make(checkout, "requirements.lock")
    assert code == 1
    assert (checkout / ".venv" / ".installing").exists()
