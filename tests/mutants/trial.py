"""One mutant before its tests: a forked child that has the changed text instead of the file and
runs tests until one fails.

A change inside a function is tried in a child of a process that has imported and collected
everything (`Warm`); the child only takes the function's new code. What is read when a module is
imported is tried in a child of a process that has loaded nothing of the project (`cold`).
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import CodeType, FunctionType, ModuleType
from typing import Any

import hypothesis

from tests.architecture.source import ROOT

KEPT = ROOT / "build" / "mutants"
LOG = KEPT / "log.txt"
LOADED_ONCE = ("numpy", "pytest", "hypothesis", "pytest_django", "django.test", "psycopg")
# How a trial ends, beside the name of the test that noticed the change.
SURVIVED, ENDLESS, NOT_IN_A_FUNCTION = "", "endless", "not in a function"
TIMES, SECONDS, SLEEPS = 10, 3, 60  # what a test may take of its own time, and beside it


@dataclass(frozen=True)
class Tests:
    """What is run against mutants: paths of pytest; `rows`: with the database."""

    paths: tuple[str, ...]
    rows: bool = False

    @property
    def words(self) -> list[str]:
        words = ["-q", "-p", "no:cacheprovider", "--capture=no", "--rootdir", str(ROOT)]
        if self.rows:
            return [*words, "-p", "pytest_django.plugin", "--reuse-db"]
        return [*words, "-c", os.devnull, "--noconftest"]


class Watch:
    """A plugin of pytest that ends the run with the first failure, or with a test that takes many
    times as long as it did (`seconds`): a mutant that does runs round in a circle, or sleeps."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds
        self.failed = SURVIVED

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        usual = self.seconds.get(nodeid, 1.0)
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + TIMES * usual) + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        signal.alarm(int(TIMES * usual) + SLEEPS)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        self.pytest_runtest_logreport(report)


def forked(work: Callable[[], object]) -> Any:
    """What a child process says of its work; ENDLESS when it was cut off. What it started goes with
    it."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        try:
            said = json.dumps(work()).encode()
            with open(writes, "wb") as pipe:
                pipe.write(said)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writes)
    with open(reads, "rb") as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if said:
        return json.loads(said)
    if status in (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL, -signal.SIGSEGV):
        return ENDLESS
    raise RuntimeError(f"a trial ended with {status}")


# --- from the beginning ---------------------------------------------------------------------------


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports a changed text in the place of a module's file."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.file = ROOT / path
        self.tree = tree
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
        exec(compile(self.tree, str(self.file), "exec"), module.__dict__)


def load_once() -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for name in LOADED_ONCE:
        importlib.import_module(name)
    # nobody reads the example: it need not be the smallest
    found = hypothesis.Phase.explicit, hypothesis.Phase.generate
    hypothesis.settings.register_profile("mutants", phases=found, database=None, deadline=None)
    hypothesis.settings.load_profile("mutants")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # most plugins only cost time here
    if "DATABASE_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].replace("/moli?", "/mutants?")


def quiet() -> None:
    """What tests print goes where one may look for what went wrong."""
    with LOG.open("w") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def cold(
    path: str, tree: ast.Module, tests: Tests, names: Sequence[str], seconds: dict[str, float]
) -> str:
    """Which of these tests notices the change, where everything is imported with it; a text that
    cannot even be imported is noticed by whoever is first."""

    def work() -> str:
        import pytest

        quiet()
        sys.meta_path.insert(0, Instead(path, tree))
        watch = Watch(seconds)
        code = pytest.main(["-x", *tests.words, *names], plugins=[watch])
        return watch.failed or (names[0] if code else SURVIVED)

    return str(forked(work))


# --- in a process that is ready -------------------------------------------------------------------


def bodies(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    """The code of all functions in a module's, by name and first line."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield (inner.co_qualname, inner.co_firstlineno), inner
            yield from bodies(inner)


def alive() -> list[FunctionType]:
    """Every function of the project that there is."""
    ours = f"{ROOT}/"
    found = [one for one in gc.get_objects() if type(one) is FunctionType]
    return [one for one in found if one.__code__.co_filename.startswith(ours)]


def take_over(path: str, tree: ast.Module, functions: Iterable[FunctionType]) -> bool:
    """Those of a file do from now on what the changed text says; False where that cannot be."""
    file = str(ROOT / path)
    new = dict(bodies(compile(tree, file, "exec")))
    for one in functions:
        if one.__code__.co_filename == file:
            key = one.__code__.co_qualname, one.__code__.co_firstlineno
            try:
                one.__code__ = new.get(key, one.__code__)
            except ValueError:  # it closes over other names now
                return False
    return True
