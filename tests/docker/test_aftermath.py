"""Who cleans up after the trials of the containers outlives them, however they end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.containers import aftermath
from tests.patience import patience

# As tests/containers/report.py: it starts whoever cleans up, says who that is, and is at work.
REPORT = """
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever starts the tests may ignore it
subprocess.Popen(
    [sys.executable, "-I", "-S", *sys.argv[1:]], stdin=subprocess.PIPE, stdout=1,
    start_new_session=True,
)
print("at work", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_folder_goes_when_the_last_of_the_engine_has_gone(
    tmp_path: Path, end: signal.Signals
) -> None:
    home = tmp_path / "home"
    (home / "engine/data").mkdir(parents=True)
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)", str(home / "engine/data")]
    command = [sys.executable, "-c", REPORT, aftermath.__file__, str(home), str(home)]
    with (
        subprocess.Popen(sleeping) as engine,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as report,
    ):
        assert report.stdout is not None and report.stdout.readline() == b"at work\n"
        assert aftermath.running(str(home)) == [engine.pid]
        report.send_signal(end)
        report.wait(patience(10))
        assert home.exists()
        engine.kill()
        engine.wait()
        assert report.stdout.read() == b""  # it ends when whoever cleans up has ended
    assert not home.exists()


def test_a_kept_folder_stays(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "engine").mkdir(parents=True)
    (home / "work").mkdir()
    command = [sys.executable, "-I", "-S", aftermath.__file__, str(home), str(home / "work")]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=patience(30))
    assert [path.name for path in home.iterdir()] == ["engine"]
