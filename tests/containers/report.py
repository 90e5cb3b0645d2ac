"""`make containers`: the containers, for real; writes docs/reference/containers.md.

ARGS="--keep FOLDER" keeps the engine's images there for the next time; `--only WORD` runs the
trials whose name holds the word, after coming up and signing in.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.architecture.source import ROOT
from tests.containers import aftermath
from tests.containers.engine import CannotRun, Engine, install, run
from tests.containers.images import build_before, build_services, make_bases
from tests.containers.inside import settle, within
from tests.containers.stack import Stack, until
from tests.containers.traces import traces
from tests.containers.trials import Trials, steps

REPORT = ROOT / "docs/reference/containers.md"
FIRST = ("comes up as shipped", "first steps", "people sign in")
Row = tuple[str, bool, str]
HEAD = """# The containers, tried

`make containers` (root, Debian; no image registry needed) writes this table. It installs Debian's
engine where there is none, starts a daemon of its own, builds our image on a local Debian 12, and
starts `docker/compose.yaml` as shipped with the settings of `docker/env.example` (only the images'
names and the ports are replaced), typing what [the how-to](../how-to/run-containers.md) says. Three
people read pages and send forms all the while; a request failed when its answer was an error or did
not come. Killing or cutting off the only PostgreSQL or the only proxy costs requests, and so does
the last web: what counts there is that all comes back by itself.

"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, help="a folder for the engine, kept for the next time")
    parser.add_argument("--only", default="", help="trials whose name holds this word")
    parser.add_argument("--minutes", type=float, default=75, help="then no further one is begun")
    parser.add_argument("--inside", choices=("build", "try"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        settle(options.inside)
        if options.inside == "build":
            _build(options.keep)
        else:
            _try(options.keep, options.only, options.minutes)
        return 0
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    install()
    began = time.monotonic()
    with _home(options.keep) as home:
        before = traces(home)
        rows, built = _live(home, options.only, options.minutes)
        if not options.only:
            rows += [_one(*trial) for trial in _endings(home, before)]
    if not options.only:
        _write(rows, built, time.monotonic() - began)
    return 0 if all(fine for _, fine, _ in rows) else 1


@contextmanager
def _home(keep: Path | None) -> Iterator[Path]:
    """The engine's folder; whoever cleans up after us lives longer than we do."""
    home = (
        keep.resolve()
        if keep
        else Path(tempfile.mkdtemp(prefix="moli-containers-", dir="/var/tmp"))
    )
    gone = [home / "work"] if keep else [home]
    command = [sys.executable, "-I", "-S", aftermath.__file__, str(home), *map(str, gone)]
    cleaner = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield home
    finally:
        cleaner.communicate()


def _live(home: Path, only: str, minutes: float) -> tuple[list[Row], str]:
    """The trials' rows, and of which code the two images were."""
    arguments = ("--keep", home, "--only", only, "--minutes", str(minutes))
    within("build", *arguments)
    within("try", *arguments)
    until(lambda: aftermath.remove_groups(str(home)), 30, "no control group of ours")
    found = json.loads((home / "work/rows.json").read_text())
    rows = [(str(name), bool(fine), str(words)) for name, fine, words in found]
    return rows, (home / "work/built").read_text()


def _build(home: Path) -> None:
    shutil.rmtree(home / "work", ignore_errors=True)
    (home / "work").mkdir(parents=True)
    with Engine(home / "engine", builds=True):
        _say("building …")
        make_bases(home)
        build_services()
        stack = Stack.day_one(home / "work")
        stack.typed("docker compose build migrate")
        before = build_before("moli-roster:1")
        stack.typed("MOLI_VERSION=2 docker compose build migrate")
        (home / "work/built").write_text(f"{before} and this one")


def _try(home: Path, only: str, minutes: float) -> None:
    end = time.monotonic() + 60 * minutes
    rows: list[Row] = []
    with Engine(home / "engine"):
        stack = Stack(home / "work")
        try:
            for name, trial in steps(Trials(stack)):
                if time.monotonic() < end and (not only or name in FIRST or only in name):
                    rows.append(_one(name, trial))
                    (home / "work/up").touch()
                    if not rows[-1][1]:
                        _say(stack.shown())
                        if name in FIRST:
                            break
        finally:
            stack.down()
    (home / "work/rows.json").write_text(json.dumps(rows))


def _one(name: str, trial: Callable[[], str]) -> Row:
    try:
        row = (name, True, trial())
    except Exception as error:
        row = (name, False, f"{type(error).__name__}: {error}"[:2000].replace("\n", " "))
    _say(f"{'ok  ' if row[1] else 'FAIL'} {name}: {row[2]}")
    return row


def _endings(home: Path, before: set[str]) -> list[tuple[str, Callable[[], str]]]:
    """Whether anything of the engine is left on the machine, by whatever end."""

    def nothing_left() -> str:
        left = traces(home) ^ before
        assert not left, sorted(left)[:8]
        return "no process, mount, bridge, packet rule or control group is left"

    def interrupted(number: signal.Signals) -> str:
        shutil.rmtree(home / "work", ignore_errors=True)
        command = [sys.executable, "-m", "tests.containers.report", "--only", FIRST[0]]
        report = subprocess.Popen([*command, "--keep", home], cwd=ROOT, start_new_session=True)
        try:
            until(lambda: (home / "work/up").exists(), 600, "containers that are up")
            assert aftermath.running(str(home)), "no engine was running"
        finally:
            report.send_signal(number)
            report.wait()
        assert report.returncode in (130, -number), report.returncode
        with suppress(AssertionError):
            until(lambda: traces(home) == before, 120, "a machine as it was")
        return nothing_left()

    return [
        ("ends by itself", nothing_left),
        ("ends by Ctrl-C", lambda: interrupted(signal.SIGINT)),
        ("ends by kill -9", lambda: interrupted(signal.SIGKILL)),
    ]


def _write(rows: list[Row], built: str, seconds: float) -> None:
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
    except subprocess.CalledProcessError:
        sys.exit(1)  # the phase itself has said why
    except KeyboardInterrupt:
        sys.exit(130)
