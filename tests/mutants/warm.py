"""The tests of a target, collected once by a process from which every trial is forked; and what
each of them takes and runs, which says by whom a line is judged.

What a test file runs and takes is kept in build/ for as long as nothing that it may import changes.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import json
import os
import sys
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from tests.architecture.source import ROOT, files
from tests.mutants.trial import (
    KEPT,
    NOT_IN_A_FUNCTION,
    SURVIVED,
    Tests,
    Watch,
    alive,
    forked,
    quiet,
    take_over,
)

PURE = ("matching/**/*.py",)  # what tests may import, beside their folder
WITH_ROWS = ("backend/**/*.py", "tests/*.py")
NO_TIME = 0.1  # seconds
# Seconds of tests: what these do not notice is not held by a quick one. Where the machine is slow
# or busy the enumeration alone takes a minute, and without it all would seem to survive.
ENOUGH = 180.0
AT_IMPORT = ""  # instead of a test: the lines that are read when the modules are


@dataclass
class Measured:
    """Of each test how long it took, and which lines of which files it ran."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # file → test → lines

    def judges(self, path: str, lines: Collection[int]) -> list[str]:
        """The tests that run one of these lines, the quickest first, as many as are quick."""
        wanted = set(lines)
        ran = self.lines.get(path, {}).items()
        names = self.quickest(name for name, hers in ran if name and wanted & set(hers))
        return self.enough(names)

    def of_file(self, path: str) -> list[str]:
        """Of all tests what takes no time, then those that run anything of a file."""
        hers = self.lines.get(path, {})
        names = sorted(
            self.seconds,
            key=lambda name: (self.seconds[name] > NO_TIME, name not in hers, self.seconds[name]),
        )
        return self.enough(names)

    def enough(self, names: list[str]) -> list[str]:
        """The first of them, as many as are quick together."""
        together = accumulate(self.seconds[name] for name in names)
        return [name for name, so_far in zip(names, together, strict=True) if so_far <= ENOUGH]

    def at_import(self, path: str) -> set[int]:
        return set(self.lines.get(path, {}).get(AT_IMPORT, ()))

    def quickest(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: (self.seconds[name], name))

    def add(self, other: dict[str, Any]) -> None:
        self.seconds.update(other["seconds"])
        for path, ran in other["lines"].items():
            mine = self.lines.setdefault(path, {})
            at_import = self.at_import(path) | set(ran.get(AT_IMPORT, ()))
            mine.update(ran)
            mine[AT_IMPORT] = sorted(at_import)


class Recorder(Watch):
    """Notes of every test what it takes and, by coverage, what it runs."""

    def __init__(self, coverage: Any) -> None:
        super().__init__({})
        self.coverage = coverage

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.coverage.switch_context(nodeid)
        self.began = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] = round(time.monotonic() - self.began, 3)


def measure(tests: Tests, path: str, watched: Collection[str]) -> dict[str, Any]:
    """In a child of its own: a file of tests, whole, with nothing changed."""

    def work() -> dict[str, Any]:
        import coverage
        import pytest

        quiet()
        noted = coverage.Coverage(
            data_file=None, include=[str(ROOT / one) for one in watched], config_file=False
        )
        noted.start()
        recorder = Recorder(noted)
        code = int(pytest.main([*tests.words, path], plugins=[recorder]))
        noted.stop()
        data = noted.get_data()
        lines = {
            file.removeprefix(f"{ROOT}/"): _by_test(data.contexts_by_lineno(file))
            for file in data.measured_files()
        }
        failed = recorder.failed or (path if code else "")
        return {"failed": failed, "seconds": recorder.seconds, "lines": lines}

    return dict(forked(work))


def _by_test(contexts: dict[int, list[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line, names in contexts.items():
        for name in names:
            found.setdefault(name, []).append(line)
    return found


def measured(tests: Tests, watched: Collection[str]) -> Measured:
    """Of all files of these tests; one that has failed is an error."""
    found = Measured()
    for path in tests.paths:
        kept = KEPT / f"{mark(tests, path, watched)}.json"
        if not kept.exists():
            said = measure(tests, path, watched)
            if said["failed"]:
                sys.exit(f"{said['failed']} fails without any change")
            kept.write_text(json.dumps(said), encoding="utf-8")
        found.add(json.loads(kept.read_text(encoding="utf-8")))
    return found


def mark(tests: Tests, path: str, watched: Collection[str]) -> str:
    """Tells apart what a file of tests and all that it may import have been."""
    beside = [one for one in files(f"{os.path.dirname(path)}/*.py") if "/test_" not in one]
    patterns = (*PURE, *(WITH_ROWS if tests.rows else ()))
    digest = hashlib.sha256(" ".join(sorted(watched)).encode())
    for one in sorted({path, *beside, *(f for pattern in patterns for f in files(pattern))}):
        digest.update((ROOT / one).read_bytes())
    return f"{path.replace('/', '.')}-{digest.hexdigest()[:12]}"


class Warm:
    """A process that has imported and collected the tests, and forks a child for each trial."""

    def __init__(self, tests: Tests, seconds: dict[str, float]) -> None:
        self.line, theirs = Pipe()
        self.process = os.fork()
        if not self.process:
            self.line.close()
            try:
                _serve(tests, seconds, theirs)
            finally:
                os._exit(1)
        theirs.close()

    def trial(self, path: str, tree: ast.Module, names: Iterable[str]) -> str:
        """Which of these tests notices the change."""
        self.line.send((path, tree, list(names)))
        return str(self.line.recv())

    def end(self) -> None:
        self.line.close()
        os.waitpid(self.process, 0)


def _serve(tests: Tests, seconds: dict[str, float], line: Connection) -> None:
    import pytest

    quiet()
    pytest.main([*tests.words, *tests.paths], plugins=[Stand(seconds, line)])


class Stand(Watch):
    """Instead of running the tests that were collected: asked for a mutant after another."""

    def __init__(self, seconds: dict[str, float], line: Connection) -> None:
        super().__init__(seconds)
        self.line = line

    def pytest_runtestloop(self, session: Any) -> bool:
        items = {item.nodeid: item for item in session.items}
        self.functions = alive()
        gc.freeze()  # children do not copy what they only look at
        while True:
            try:
                path, tree, names = self.line.recv()
            except EOFError:
                os._exit(0)
            chosen = [items[name] for name in names]
            self.line.send(forked(partial(self.judged, path, tree, chosen)))

    def judged(self, path: str, tree: ast.Module, items: list[Any]) -> str:
        if not take_over(path, tree, self.functions):
            return NOT_IN_A_FUNCTION
        for item, following in zip(items, [*items[1:], None], strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return self.failed
        return SURVIVED
