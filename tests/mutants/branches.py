"""`python -m tests.mutants.branches [FOLDER …]`: which branches of rules, prices and policies the
tests take, into docs/reference/coverage.md. Fewer than today is an error: exit code 1.

Only what decides about people is measured, by the tests that are about it: the whole suite under
measurement takes longer than anybody waits. Folders that are named are counted anew, the others
stay as they were counted last.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.architecture.source import ROOT
from tests.mutants.targets import TARGETS, Target

PAGE = ROOT / "docs" / "reference" / "coverage.md"
DATA = ROOT / "build" / "coverage"
COVERAGE = (sys.executable, "-m", "coverage")
TESTS = (
    "tests/matching",
    "tests/words",
    "tests/common",
    "tests/access",
    "tests/organisations",
    "tests/families",
    "tests/rota",
    "tests/bookings",
    "tests/planning",
    "tests/records",
)
LEAST = {"rules": 99.0, "prices": 99.0, "policies": 99.0}  # per cent of lines and branches


def count(folder: str) -> None:
    """Run the tests of a folder, which have to pass, and keep what they took beside the others'."""
    DATA.mkdir(parents=True, exist_ok=True)
    watched = ",".join(path for target in TARGETS for path in target.paths)
    options = ["--branch", f"--include={watched}", f"--data-file={DATA / Path(folder).name}"]
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", folder]
    subprocess.run([*COVERAGE, "run", *options, *tests], cwd=ROOT, check=True)


def counted() -> dict[str, Any]:
    """What the tests of all folders took together, by file."""
    together = f"--data-file={DATA.with_suffix('.all')}"
    kept = [str(DATA / Path(folder).name) for folder in TESTS]
    subprocess.run([*COVERAGE, "combine", "-q", "--keep", together, *kept], cwd=ROOT, check=True)
    said = subprocess.run(
        [*COVERAGE, "json", "-q", together, "-o", "-"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(said.stdout)["files"])


def share(target: Target, files: dict[str, Any]) -> tuple[int, int]:
    """Lines and branches that the tests take, and how many there are."""
    totals = [files[path]["summary"] for path in target.paths if path in files]
    taken = sum(one["covered_lines"] + one["covered_branches"] for one in totals)
    return taken, sum(one["num_statements"] + one["num_branches"] for one in totals)


def page(files: dict[str, Any]) -> str:
    lines = [
        "# Which branches of rules, prices and policies the tests take",
        "",
        "Written by `make coverage`, from the tests that are about them; fewer than the last",
        "column is an error. A line that is taken is not yet a line that is held: that is what",
        "[the mutants](mutants.md) ask.",
        "",
        "| | lines and branches | taken | share | at least |",
        "| --- | --- | --- | --- | --- |",
    ]
    for target in TARGETS:
        taken, there = share(target, files)
        part = f"{100 * taken / there:.1f} %"
        lines.append(f"| {target.name} | {there} | {taken} | {part} | {LEAST[target.name]} % |")
    lines += ["", "Not taken:", ""]
    for path, one in sorted(files.items()):
        missed = [f"line {n}" for n in one["missing_lines"]]
        missed += [f"{a} → {'the end' if b < 0 else b}" for a, b in one["missing_branches"]]
        if missed:
            lines.append(f"- `{path}`: {', '.join(missed)}")
    return "\n".join(lines) + "\n"


def main(folders: Sequence[str]) -> int:
    for folder in folders or TESTS:
        count(folder)
    files = counted()
    PAGE.write_text(page(files), encoding="utf-8")
    for target in TARGETS:
        taken, there = share(target, files)
        if 100 * taken < LEAST[target.name] * there:
            print(f"{target.name}: {taken} of {there}; at least {LEAST[target.name]} %")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
