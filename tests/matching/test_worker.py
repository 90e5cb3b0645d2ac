"""A solver's process ends with whoever started it, wherever that one was cut off."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from tests.patience import patience

TASK = pickle.dumps(("no such task", (b"x" * 1000, {"a": [1, 2.5]})))


@pytest.mark.parametrize("sent", [0, 1, 2, 11, 20, len(TASK) // 2, len(TASK) - 1, len(TASK)])
def test_a_worker_ends_when_its_parent_has_gone_in_the_middle_of_a_task(sent: int) -> None:
    command = [sys.executable, "-m", "matching.solvers.worker"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as worker:
        assert worker.stdin
        worker.stdin.write(TASK[:sent])
        worker.stdin.close()
        try:
            assert worker.wait(patience(30)) == 0
        finally:
            worker.kill()
