"""Of the parallel workers each has whole files and whole groups."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT
from tests.paths import python_path

A_FILE = """
import pytest

@pytest.fixture
def platform(): ...

@pytest.mark.parametrize("n", range(4))
def test_of_the_file(n): ...

def test_with_processes(platform): ...

@pytest.mark.xdist_group("howto")
def test_of_a_group(): ...
"""


def test_files_and_groups_stay_together_and_the_long_ones_come_first(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / f"test_{name}.py").write_text(A_FILE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = xdist_group: a group\n")
    inner = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadgroup"]
        + ["-p", "tests.units", "-p", "no:django", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=inner | {"PYTHONPATH": python_path(ROOT)},
        capture_output=True,
        text=True,
    )
    ran = re.findall(r"\[(gw\d)\].* PASSED test_(\w)\.py::(\w+)", done.stdout)
    assert len(ran) == 24, done.stdout + done.stderr
    workers: dict[str, set[str]] = {}
    for worker, file, test in ran:
        workers.setdefault(file if test == "test_of_the_file" else test, set()).add(worker)
    assert {len(one) for one in workers.values()} == {1}
    for worker in ("gw0", "gw1"):
        tests = [test for own, _, test in ran if own == worker]
        first = tests.index("test_of_the_file") if "test_of_the_file" in tests else len(tests)
        assert set(tests[first:]) == {"test_of_the_file"} or first == len(tests)
    groups = workers["test_with_processes"] | workers["test_of_a_group"]
    assert groups == {"gw0", "gw1"}
