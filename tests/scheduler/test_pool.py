"""A search shared among solver workers: same plan as alone, and a worker that is killed costs its
part's time only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from matching.command.generate import month
from matching.formats.reading import problem_from_json
from matching.problem import Problem
from matching.program.program import model
from matching.search.search import Search
from matching.solvers.engines import Solved
from matching.solvers.pool import TaskFailed
from matching.solvers.wire import pack, unpack
from matching.stop import Stop
from scheduler.app import app
from scheduler.pool import RemotePool, idle_solvers, key, send_part, store
from tests.architecture.source import ROOT
from tests.patience import patience

SLOW = {"volunteers": 260, "sessions": 90, "requests": 260}


def worker(name: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "scheduler.app",
        "worker",
        "-n",
        f"{name}@test",
        "-Q",
        "solve",
        "--concurrency",
        "1",
        "-P",
        "solo",
    ]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    app.control.purge()
    started = [worker(name, tmp_path) for name in ("solver-a", "solver-b")]
    deadline = time.monotonic() + patience(30)
    while idle_solvers() < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert idle_solvers() == 2, [
        (tmp_path / f"{n}.log").read_text() for n in ("solver-a", "solver-b")
    ]
    yield started
    for process in started:
        process.kill()
        process.wait()


def solved(problem: Problem, pool: RemotePool) -> int:
    search = Search(problem, pool=pool)  # type: ignore[arg-type]
    for _ in search.run(Stop()):
        pass
    assert search.result and search.result.status == "optimal"
    return search.result.cost


def alone(problem: Problem) -> int:
    search = Search(problem, workers=1)
    for _ in search.run(Stop()):
        pass
    assert search.result
    return search.result.cost


def test_a_packed_task_gives_back_what_was_packed() -> None:
    _, program = model(problem_from_json(month(3, volunteers=20, sessions=8, requests=10)))
    name, seconds, seed, again = unpack(pack(["solve", float("inf"), 7, program]))
    assert (name, seconds, seed) == ("solve", float("inf"), 7)
    assert np.array_equal(again.price, program.price) and np.array_equal(
        again.rows.column, program.rows.column
    )
    nothing = unpack(pack(Solved(None, -np.inf, True)))
    assert (nothing.values, nothing.bound, nothing.infeasible) == (None, -np.inf, True)


def test_only_numbers_words_and_records_travel() -> None:
    with pytest.raises(TypeError):
        pack([lambda: None])
    with pytest.raises(ValueError):
        unpack(b"not a packed")


def test_workers_together_find_what_one_finds_alone_even_when_one_is_killed(
    workers: list[subprocess.Popen[bytes]],
) -> None:
    problem = problem_from_json(month(5, **SLOW))
    expected = alone(problem)
    with RemotePool(2, send_part) as pool:
        assert solved(problem, pool) == expected
        victim = threading.Thread(target=kill_when_busy, args=(workers,))
        victim.start()
        assert solved(problem, pool) == expected
        victim.join()
    assert sum(process.poll() is not None for process in workers) == 1
    assert store().keys(key("*", "*")) == []


def kill_when_busy(workers: list[subprocess.Popen[bytes]]) -> None:
    """Kill a worker while it holds a part."""
    at = store()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if at.keys(key("*", "taken")):
            busy = app.control.inspect(timeout=0.2).active() or {}
            name = next((n for n, tasks in busy.items() if tasks), None)
            chosen = workers[0] if name is None or "solver-a" in name else workers[1]
            chosen.send_signal(signal.SIGKILL)
            chosen.wait()
            return
        time.sleep(0.002)


def test_a_part_that_fails_says_why(workers: list[subprocess.Popen[bytes]]) -> None:
    with RemotePool(1, send_part) as pool:
        job = pool.start("no such task")
        assert job.wait(patience(10))
        with pytest.raises(TaskFailed, match="KeyError"):
            _ = job.answer
