"""One mutant before its judges: a child process that imports the changed text instead of the file
and runs tests until one fails.

The child is forked from a process that has loaded what all of them need and nothing of the project,
so that a trial takes no longer than its tests.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from tests.architecture.source import ROOT

LOADED_ONCE = ("numpy", "pytest", "hypothesis", "pytest_django", "django.test", "psycopg")
KILLED, SURVIVED, ENDLESS, BROKEN = "killed", "survived", "endless", "broken"
# No tests of a unit take so much of a processor; a mutant that does runs round in a circle. The
# second is for one that sleeps: on a busy machine the first may take that long.
SECONDS, LONGEST = 240, 3_600
POLL = 0.02


@dataclass(frozen=True)
class Tests:
    """What is run against a mutant: paths and words of pytest; `rows`: with the database."""

    words: tuple[str, ...]
    rows: bool = False


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports a text in the place of a module's file."""

    def __init__(self, path: str, text: str) -> None:
        self.file = ROOT / path
        self.text = text
        name = path.removesuffix(".py").removesuffix("/__init__")
        self.name = name.replace("/", ".")

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.name:
            return None
        inside = [str(self.file.parent)] if self.file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self.file, loader=self, submodule_search_locations=inside
        )

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, str(self.file), "exec"), module.__dict__)


def load_once() -> None:
    for name in LOADED_ONCE:
        importlib.import_module(name)


def run(path: str, text: str, tests: Tests, slot: int) -> int:
    """In the child: the exit code of pytest with the changed text; 0 when nothing noticed."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    sys.meta_path.insert(0, Instead(path, text))
    import pytest

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # most plugins only cost time here
    words = ["-x", "-q", "-p", "no:cacheprovider", *tests.words]
    if tests.rows:
        os.environ["DATABASE_URL"] = own_database(os.environ["DATABASE_URL"], slot)
        words += ["-p", "pytest_django.plugin", "--reuse-db"]
    else:
        words += ["-c", os.devnull, "--rootdir", str(ROOT), "--noconftest"]
    return int(pytest.main(words))


def own_database(url: str, slot: int) -> str:
    """The same server's database for one slot; pytest makes it when it is not there."""
    return url.replace("/moli?", f"/mutants_{slot}?")


def start(path: str, text: str, tests: Tests, slot: int) -> int:
    """Fork a trial; its process."""
    child = os.fork()
    if child:
        return child
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    code = 1
    try:
        code = run(path, text, tests, slot)
    finally:
        os._exit(min(code, 125))


class Bench:
    """A few trials at a time."""

    def __init__(self, slots: int) -> None:
        self.free = list(range(slots))
        self.under_way: dict[int, tuple[int, int, float]] = {}  # process → number, slot, deadline

    def verdicts(self, trials: Sequence[tuple[str, str, Tests]]) -> list[str]:
        """Of each (path, text, tests) what became of it, in their order."""
        found = [BROKEN] * len(trials)
        waiting = list(enumerate(trials))
        while waiting or self.under_way:
            while waiting and self.free:
                number, (path, text, tests) = waiting.pop(0)
                slot = self.free.pop()
                child = start(path, text, tests, slot)
                self.under_way[child] = (number, slot, time.monotonic() + LONGEST)
            for number, verdict in self.ended():
                found[number] = verdict
            time.sleep(POLL)
        return found

    def ended(self) -> list[tuple[int, str]]:
        found = []
        for child, (number, slot, deadline) in list(self.under_way.items()):
            done, status = os.waitpid(child, os.WNOHANG)
            late = time.monotonic() > deadline
            if not done and not late:
                continue
            if not done:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
            del self.under_way[child]
            self.free.append(slot)
            found.append((number, verdict_of(status) if done else ENDLESS))
        return found


def verdict_of(status: int) -> str:
    """pytest ends with 0 when all passed and 1 when one failed; 2 to 4 when the changed text could
    not even be imported or the run was cut off, which nobody overlooks either."""
    return SURVIVED if os.waitstatus_to_exitcode(status) == 0 else KILLED
