"""Children are started, restarted, stopped in order, and never left behind."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from backend.launcher import CannotStart
from backend.launcher.processes import ChildProcess
from backend.launcher.supervisor import GaveUp, Supervisor
from tests.launcher.machine import descendants, end, running, start, until

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(60)"
)
FAMILY = (
    f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); "
    "print('both', flush=True); time.sleep(60)"
)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]):  # type: ignore[no-untyped-def]
    with Supervisor(say=said.append) as supervisor:
        yield supervisor


def child(folder: Path, code: str, name: str = "part", **more: object) -> ChildProcess:
    return ChildProcess(
        name, [sys.executable, "-c", code], dict(os.environ), folder / f"{name}.log", **more
    )  # type: ignore[arg-type]


def test_a_crashed_child_is_started_again_with_its_reason_shown(
    tmp_path: Path, supervisor: Supervisor, said: list[str]
) -> None:
    part = child(tmp_path, SLEEP)
    supervisor.start(part)
    first = part.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.look() or (part.pid != first and part.alive()))
    assert said == ["part was killed by SIGKILL. Starting it again in 0.5 s."]


def test_the_reason_is_the_last_thing_it_said(
    tmp_path: Path, supervisor: Supervisor, said: list[str]
) -> None:
    supervisor.start(child(tmp_path, "import sys; sys.exit('the port is taken')"))
    until(lambda: supervisor.look() or bool(said))
    assert said[0].startswith("part ended with code 1: the port is taken. ")


def test_pauses_grow_and_repeated_crashes_end_in_one_clear_line(
    tmp_path: Path, supervisor: Supervisor, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.launcher.supervisor.LONGEST_PAUSE_SECONDS", 0.05)
    supervisor.start(child(tmp_path, "raise SystemExit('no disk')"))
    with pytest.raises(
        GaveUp, match=r"no disk\. It crashed 5 times in a minute; giving up\. Its log: .*part\.log"
    ):
        until(lambda: bool(supervisor.look()), seconds=20)
    assert len(said) == 4


def test_the_children_of_a_crashed_child_go_with_it(tmp_path: Path, supervisor: Supervisor) -> None:
    part = child(tmp_path, FAMILY)
    supervisor.start(part, lambda: part.last_line() == "both")
    first, family = part.pid, descendants(part.pid)
    assert len(family) == 1
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.look() or not running(family[0]))


def test_a_child_that_ends_before_it_is_ready_refuses_the_start(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    with pytest.raises(CannotStart, match="part ended with code 1: wrong setting"):
        supervisor.start(child(tmp_path, "raise SystemExit('wrong setting')"), ready=lambda: False)


def test_a_program_that_is_missing_refuses_the_start(
    tmp_path: Path, supervisor: Supervisor
) -> None:
    with pytest.raises(CannotStart, match="part could not be started"):
        supervisor.start(ChildProcess("part", ["/nowhere/at/all"], {}, tmp_path / "log"))


def test_all_stop_even_the_deaf_and_services_last(tmp_path: Path) -> None:
    moments = tmp_path / "moments"
    polite = (
        "import signal, sys, time\n"
        f"def go(*_): open({str(moments)!r}, 'a').write(sys.argv[1] + '\\n'); sys.exit()\n"
        "signal.signal(15, go); print('up', flush=True); time.sleep(60)"
    )
    with Supervisor() as supervisor:
        for name, is_service in (("service", True), ("first", False), ("second", False)):
            part = ChildProcess(
                name,
                [sys.executable, "-c", polite, name],
                dict(os.environ),
                tmp_path / name,
                is_service=is_service,
            )
            supervisor.start(part, lambda part=part: part.last_line() == "up")
        deaf = child(tmp_path, STUBBORN, "deaf")
        supervisor.start(deaf, lambda: deaf.last_line() == "deaf")
    codes = {part.name: part.process.returncode for part in supervisor.children if part.process}
    assert codes == {"service": 0, "first": 0, "second": 0, "deaf": -signal.SIGKILL}
    names = moments.read_text().split()
    assert sorted(names[:2]) == ["first", "second"]
    assert names[2] == "service"


LAUNCHER = """
import sys, time
from pathlib import Path
from backend.launcher.supervisor import Supervisor
from tests.launcher.test_supervisor import FAMILY, STUBBORN, child
folder = Path(sys.argv[1])
with Supervisor() as supervisor:
    supervisor.clear_away(folder / "run")
    for name, code in (("family", FAMILY), ("deaf", STUBBORN)):
        part = child(folder, code, name)
        supervisor.start(part, lambda: part.last_line() in ("both", "deaf"))
    print("ready", flush=True)
    supervisor.watch()
"""


def test_killing_the_launcher_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    launcher = start(["-c", LAUNCHER, str(tmp_path)])
    try:
        assert launcher.stdout is not None and launcher.stdout.readline() == "ready\n"
        family = descendants(launcher.pid)
        assert len(family) == 4, "the watchman, two children, one grandchild"
        launcher.kill()
        launcher.wait()
        until(lambda: not any(running(pid) for pid in family), seconds=6)
        assert not (tmp_path / "run").exists()
    finally:
        end(launcher)


@pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel's parent-death signal exists on Linux only"
)
def test_without_the_watchman_the_kernel_ends_the_children(tmp_path: Path) -> None:
    launcher = start(["-c", LAUNCHER, str(tmp_path)])
    try:
        assert launcher.stdout is not None and launcher.stdout.readline() == "ready\n"
        watchman, *direct, grandchild = everybody = descendants(launcher.pid)
        os.kill(watchman, signal.SIGKILL)
        launcher.kill()
        until(lambda: not any(running(pid) for pid in direct), seconds=3)
        os.kill(grandchild, signal.SIGKILL)
        assert len(everybody) == 4
    finally:
        end(launcher)
