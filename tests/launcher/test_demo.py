"""`make demo`'s promise, with the real platform: ready, sign-ins that answer, gone at Ctrl-C, gone
after kill -9."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.launcher.machine import (
    descendants,
    end,
    patience,
    running,
    start,
    until,
    without_services,
)


class Demo:
    def __init__(self, data: Path) -> None:
        self.process = start(["-m", "backend.launcher", "demo"], MOLI_DATA=str(data), PORT="0")
        self.said = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C"):
                break
        found = re.search(r"ready after [\d.]+ s:  (\S+)", self.said)
        assert found, self.said
        self.url = found.group(1)


@pytest.fixture
def demos(folder: Path) -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for demo in started:
        end(demo.process)


def test_the_demo_from_nothing_to_nothing(folder: Path, demos: list[Demo]) -> None:
    demos.append(first := Demo(folder))
    doors = re.findall(r"http://\S+/demo/\w+/", first.said)
    assert len(doors) >= 6
    assert {httpx.get(door).status_code for door in doors} == {200}
    assert httpx.get(first.url + "/").status_code == 200
    refused = start(
        ["-m", "backend.launcher", "demo"], MOLI_DATA=str(folder), PORT="0"
    ).communicate(timeout=20)[0]
    assert refused == f"Already running at {first.url} (process {first.process.pid}).\n"

    family = descendants(first.process.pid)
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(patience(20)) == 0
    until(lambda: not any(running(pid) for pid in family), seconds=2)

    demos.append(second := Demo(folder))
    assert "demo city" not in second.said, "it is loaded once"
    family = descendants(second.process.pid)
    assert len(family) > 8
    second.process.kill()
    until(lambda: not any(running(pid) for pid in family), seconds=8)


def test_one_more_command_beside_a_platform_needs_one_that_runs(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "backend.launcher", "running", "--", "true"],
        env=without_services(MOLI_DATA=str(folder)),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (
        1,
        f"Nothing runs in {folder}; start it with make demo.\n",
    )
