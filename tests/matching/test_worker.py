"""A solver's process ends with whoever started it, wherever that one was cut off; and whatever it
answers, nobody waits for it for ever."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from matching.solvers import pool as pools
from matching.solvers.pool import TaskFailed, WorkerPool
from tests.matching.odd_worker import ODD
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


@pytest.mark.parametrize("odd", sorted(ODD))
def test_an_answer_that_cannot_be_read_is_a_failed_task_and_the_next_one_is_answered(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PROGRAM", "tests.matching.odd_worker")
    with WorkerPool(1) as pool:
        for _ in range(3):
            job = pool.start(odd)
            assert job.wait(patience(30))
            with pytest.raises(TaskFailed, match="without an answer"):
                _ = job.answer
            assert pool.free() == 1


def test_a_worker_that_is_gone_already_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "PROGRAM", "tests.matching.odd_worker")
    with WorkerPool(1) as pool:
        assert pool.start("no answer").wait(patience(30))
        (worker,) = pool._workers
        late = worker.start("no answer", ())  # whoever held it before it was replaced
        assert late.wait(patience(30))
        with pytest.raises(TaskFailed, match="without an answer"):
            _ = late.answer


def test_what_a_solver_prints_does_not_end_up_between_the_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pools, "PROGRAM", "tests.matching.talkative_worker")
    with WorkerPool(1) as pool:
        for _ in range(2):
            job = pool.start("print")
            assert job.wait(patience(30))
            assert job.answer == "said"
