"""What stands in the way of a start is said in one line, with what to do, and nothing stays
half-started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from backend.launcher import CannotStart
from backend.launcher.folders import CHECKOUT, data_folder
from backend.launcher.parts import listen
from tests.launcher.machine import descendants, start, without_services


def refused(data: Path, **environment: str) -> str:
    launcher = start(["-m", "backend.launcher", "demo"], MOLI_DATA=str(data), **environment)
    said, _ = launcher.communicate(timeout=20)
    assert launcher.returncode == 1
    assert not descendants(launcher.pid)
    assert not (data / "services").exists()
    return said


def test_a_taken_port(tmp_path: Path) -> None:
    with listen(0) as taken:
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, PORT=port)
    assert said == f"Port {port} is taken by another program; choose another: PORT=8123 make demo\n"


@pytest.mark.parametrize("port", ["http", "70000", "-1"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert (
        refused(tmp_path, PORT=port)
        == f"PORT={port} is not a port; use a number from 1024 to 65535.\n"
    )


@pytest.mark.parametrize("text", ["two", "0", "65"])
def test_a_number_of_processes_that_is_none(tmp_path: Path, text: str) -> None:
    said = refused(tmp_path, WEB_PROCESSES=text)
    assert said == f"WEB_PROCESSES={text} is not a number of processes; use 1 to 64.\n"


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refused(tmp_path / "file" / "data")
    assert said.startswith(
        f"The folder {tmp_path / 'file' / 'data'} cannot be written (Not a directory)"
    )
    assert said.count("\n") == 1


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOLI_DATA", str(tmp_path))
    monkeypatch.setattr("backend.launcher.folders.NEEDED_BYTES", 2**70)
    with pytest.raises(CannotStart, match=r"^Only \d+ MB are free in .*; \d+ MB are needed\.$"):
        data_folder()


def test_no_python_that_is_new_enough() -> None:
    done = subprocess.run(["make", "demo", "PYTHON="], cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Python 3.11 or newer was not found on PATH; install it")


def test_an_old_python_at_the_launcher_itself() -> None:
    code = (
        "import sys; sys.version_info = (3, 9); import runpy; "
        "runpy.run_module('backend.launcher', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=without_services(), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed; this is ")


def test_a_wrong_word() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "backend.launcher", "fly"],
        env=without_services(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "python -m backend.launcher demo" in done.stderr
