"""A copy of the project in which a how-to is followed, as somebody would in a shell of
`make shell`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT, files
from tests.databases import with_database
from tests.howto.page import NotFollowed, Run, Step, Write, put

# What was written keeps the house's layout, and its names and arrows.
WRITTEN = "$(git ls-files --modified --others --exclude-standard -- '*.py')"
LAYOUT = f"ruff check --no-cache {WRITTEN} && ruff format --no-cache --check {WRITTEN}"
# All that is asked of the source; `test_docs` fits the pages to files that are not yet written.
NOT_OF_SOURCE = ("changelog", "docs", "lint", "pre_commit", "web_process")
CONTRACTS = "python -m pytest -q tests/architecture " + " ".join(
    f"--ignore tests/architecture/test_{what}.py" for what in NOT_OF_SOURCE
)
OURS = ("PYTEST_", "DJANGO_SETTINGS_MODULE", "PYTHONPATH")


class Checkout:
    """The project's files as they are now, in a folder of their own, under git."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path in files("*"):
            copy = root / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, copy)
        (root / ".venv").symlink_to(ROOT / ".venv")
        self.git("init", "--quiet")
        self.git("add", "--all")

    def follow(self, steps: list[Step]) -> None:
        """Do every step. NotFollowed where one does not fit, or what is said is not seen."""
        for step in steps:
            if isinstance(step, Write):
                put(step, self.root)
            else:
                self.run(step)
        self.look_over(LAYOUT)

    def run(self, step: Run) -> None:
        said = ""
        for command in step.commands:
            done = self.shell(command)
            said += done.stdout
            if (done.returncode != 0) != step.fails:
                how = "succeeds" if step.fails else "fails"
                raise NotFollowed(f"{command} {how}:\n{done.stdout[-6000:]}")
        missing = [line for line in step.shows if line.strip() not in said]
        if missing:
            raise NotFollowed(f"{step.commands} do not print {missing}:\n{said[-6000:]}")

    def look_over(self, command: str) -> None:
        """Nothing is found that the house refuses."""
        done = self.shell(command)
        if done.returncode:
            raise NotFollowed(f"{command}:\n{done.stdout[-3000:]}")

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a shell of `make shell` would, with a database of its own."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        programs = Path(sys.executable).parent
        return subprocess.run(
            command,
            shell=True,
            cwd=self.root,
            env={
                **kept,
                "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}",
                "DATABASE_URL": with_database(kept["DATABASE_URL"], f"howto_{worker}"),
                "REDIS_PREFIX": f"howto-{worker}",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True)
