"""`make containers`: the containers, for real; writes docs/reference/containers.md.

ARGS="--keep FOLDER" keeps the engine's images there for the next time; `--only WORD` runs the
trials whose name holds the word, after coming up and signing in.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.architecture.source import ROOT
from tests.containers.engine import CannotRun, Engine, install, run
from tests.containers.images import build_before, build_ours, build_services, make_bases
from tests.containers.stack import Stack
from tests.containers.trials import Trials, steps

REPORT = ROOT / "docs/reference/containers.md"
FIRST = ("comes up as shipped", "first steps", "people sign in")
HEAD = """# The containers, tried

`make containers` (root, Debian; no image registry needed) writes this table. It installs Debian's
engine where there is none, starts a daemon of its own, builds our image on a local Debian 12, and
starts `docker/compose.yaml` as shipped with the settings of `docker/env.example` (only the images'
names and the ports are replaced). Three people read pages and send forms all the while; a request
failed when its answer was an error or did not come. Killing the only PostgreSQL or the only proxy
costs requests: what counts there is that all comes back by itself.

"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, help="a folder for the engine, kept for the next time")
    parser.add_argument("--only", default="", help="trials whose name holds this word")
    parser.add_argument("--minutes", type=float, default=45, help="then no further one is begun")
    options = parser.parse_args()
    install()
    home = options.keep or Path(tempfile.mkdtemp(prefix="moli-containers-", dir="/var/tmp"))
    began = time.monotonic()
    try:
        with Engine(home / "engine"), tempfile.TemporaryDirectory() as work:
            built = _build(home)
            rows = _try(Path(work), options.only, options.minutes)
    finally:
        if not options.keep:
            shutil.rmtree(home, ignore_errors=True)
    bad = [row for row in rows if not row[1]]
    if not options.only:
        _write(rows, built, time.monotonic() - began)
    return 1 if bad else 0


def _build(home: Path) -> str:
    _say("building …")
    make_bases(home)
    build_services()
    before = build_before("before")
    build_ours("now")
    return f"{before} and this one"


def _try(work: Path, only: str, minutes: float) -> list[tuple[str, bool, str]]:
    stack = Stack(work)
    end = time.monotonic() + 60 * minutes
    rows: list[tuple[str, bool, str]] = []
    try:
        for name, trial in steps(Trials(stack)):
            if time.monotonic() < end and (not only or name in FIRST or only in name):
                rows.append(_one(name, trial))
                if name in FIRST and not rows[-1][1]:
                    break
    finally:
        if any(not fine for _, fine, _ in rows):
            _say(stack.compose("logs", "--tail", "40", check=False))
        stack.down()
    return rows


def _one(name: str, trial: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        row = (name, True, trial())
    except Exception as error:
        row = (name, False, f"{type(error).__name__}: {error}"[:400].replace("\n", " "))
    _say(f"{'ok  ' if row[1] else 'FAIL'} {name}: {row[2]}")
    return row


def _write(rows: list[tuple[str, bool, str]], built: str, seconds: float) -> None:
    engine = run("dockerd", "--version").stdout.strip()
    compose = run("docker-compose", "--version").stdout.strip()
    lines = ["| trial | | outcome |", "| --- | --- | --- |"]
    lines += [f"| {name} | {'●' if fine else '✗'} | {words} |" for name, fine, words in rows]
    fine = sum(1 for row in rows if row[1])
    foot = (
        f"\n{fine} of {len(rows)} held, in {seconds / 60:.0f} minutes. {engine}; {compose}. "
        f"Images: {built}.\n"
    )
    REPORT.write_text(HEAD + "\n".join(lines) + "\n" + foot, encoding="utf-8")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotRun as sentence:
        sys.exit(str(sentence))
