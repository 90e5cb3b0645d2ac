"""`python -m tests.races.report [--seeds N] [--server FOLDER …]`: the contest on several versions
of PostgreSQL; writes docs/reference/races.md.

A server is a folder with `initdb` and `postgres`. Without any it takes the launcher's own and
Debian's; with DATABASE_URL in the environment that one alone. Ends with 1 when something was sold
twice, or when a control was not caught.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.bench.rig import ROOT, machine

PAGE = Path(ROOT) / "docs" / "reference" / "races.md"
EXPECTED = (15, 16, 17, 18)
KINDS = ("sign-ups", "bookings")
Rows = list[dict[str, Any]]
ABOUT = """\
Each contest is 3,200 attempts by 32 workers (4 processes of 8 threads, each with a connection of
its own, let go at one moment) through the same operations that the pages call. 400 volunteers want
1,000 places on 200 overlapping shifts; 400 families with one child or two want 1,000 seats in 40
overlapping classes. A quarter of the attempts are made by twelve hasty people for the sessions of
two days, and now and then somebody gives back what she has, so that freed places and the families'
line are raced for too. A seed decides who wants what; the order is the machine's.

Afterwards the rows are compared with each other and with what people were told: places and seats
sold twice, one person or family in two places, counters, every yes with its row and its one event
and every row with its yes, event numbers without a gap, no family forgotten beside a free seat.

The control does what everybody writes first, look and then write, with the overlap constraint taken
out of the database. It runs on the same server, with the same workers and seeds. If it came through
unharmed, the contest would prove nothing.
"""
HOW = """\
    make races                                # the launcher's PostgreSQL, and Debian's
    make races ARGS="--server /some/pg16/bin"  # others beside the launcher's; may be repeated
    make races ARGS="--seeds 2"               # a shorter one
    DATABASE_URL=postgresql://… make races    # that server alone; the role needs CREATEDB

The oldest version that the platform supports is PostgreSQL 15:
`POSTGRES_BIN=/usr/lib/postgresql/15/bin make test` runs every test on it.
"""


def contests(folder: str, seeds: int) -> Rows:
    """What one server's contests found; `folder` "" is the launcher's own or DATABASE_URL's."""
    command = [
        sys.executable,
        "-m",
        "backend.launcher",
        "services",
        "--",
        sys.executable,
        "-m",
        "tests.races.contest",
        *map(str, range(1, seeds + 1)),
    ]
    environment = {**os.environ, "LOG_LEVEL": "ERROR"} | (
        {"POSTGRES_BIN": folder} if folder else {}
    )
    rows: Rows = []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(f"{time.strftime('%H:%M:%S')}  {line}", end="", flush=True)
            rows.append(json.loads(line))
    if process.returncode:
        raise SystemExit(
            f"the contest on {folder or 'the own server'} ended with code {process.returncode}"
        )
    version = rows.pop(0)["server"]
    return [row | {"server": version} for row in rows]


def page(rows: Rows, seeds: int, where: str, seconds: float) -> str:
    versions = sorted({row["server"] for row in rows})
    missing = [
        str(version)
        for version in EXPECTED
        if version not in {number // 10_000 for number in versions}
    ]
    broken = [row for row in rows if not row["naive"] and is_broken(row)]
    return "\n".join(
        [
            "# Races for the last place",
            "",
            f"Written by `make races` in {seconds / 60:.0f} minutes, {seeds} seeds a line. "
            f"{where}.",
            f"{len(broken)} of {sum(not row['naive'] for row in rows)} contests broke a promise."
            + (f" Not tried: PostgreSQL {', '.join(missing)}." if missing else ""),
            "",
            ABOUT,
            "| PostgreSQL | contest | attempts | got a place | gave it back | asked again | sold "
            "twice | in two places | other disagreements | errors | control: sold twice | "
            "control: in two places |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(
                line(
                    version,
                    kind,
                    [row for row in rows if (row["server"], row["kind"]) == (version, kind)],
                )
                for version in versions
                for kind in KINDS
            ),
            "",
            "Asked again: a lock did not come within five seconds, as behind a busy machine; a "
            "page says so and the phone sends again. Sold twice counts shifts or rooms; the "
            "controls' figures are sums over all seeds, the fewest and the most of one seed in "
            "brackets.",
            "",
            *(
                ["## Promises that were broken", "", *(f"- {row}" for row in broken), ""]
                if broken
                else []
            ),
            "## Again",
            "",
            HOW,
        ]
    )


def line(version: int, kind: str, rows: Rows) -> str:
    ours, control = ([row for row in rows if row["naive"] == naive] for naive in (False, True))
    return (
        f"| {version // 10_000}.{version % 10_000} | {kind} | {total(ours, 'attempts')} | "
        f"{total(ours, 'yes')} | {total(ours, 'given_back')} | {total(ours, 'busy')} "
        f"| {total(ours, 'oversold')} | {total(ours, 'overlaps')} | "
        f"{sum(len(row['wrong']) for row in ours)} | "
        f"{sum(sum(row['errors'].values()) for row in ours)} "
        f"| {total(control, 'oversold')} {span(control, 'oversold')} | "
        f"{total(control, 'overlaps')} {span(control, 'overlaps')} |"
    )


def total(rows: Rows, what: str) -> str:
    return f"{sum(row[what] for row in rows):,}"


def span(rows: Rows, what: str) -> str:
    return f"({min(row[what] for row in rows)}–{max(row[what] for row in rows)})"


def is_broken(row: dict[str, Any]) -> bool:
    return bool(row["oversold"] or row["overlaps"] or row["wrong"] or row["errors"])


def controls_were_caught(rows: Rows) -> bool:
    """On every server both controls sold a place twice and put somebody in two places."""
    found: dict[tuple[int, str, str], int] = {}
    for row in rows:
        for what in ("oversold", "overlaps") if row["naive"] else ():
            key = (row["server"], row["kind"], what)
            found[key] = found.get(key, 0) + row[what]
    return bool(found) and all(found.values())


def folders(named: Sequence[str]) -> Iterable[str]:
    """The launcher's own first; DATABASE_URL alone when it is set."""
    yield ""
    if not os.environ.get("DATABASE_URL"):
        yield from named or sorted(
            str(folder)
            for folder in Path("/usr/lib/postgresql").glob("*/bin")
            if (folder / "initdb").is_file()
        )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make races ARGS=…")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--server", action="append", default=[], metavar="FOLDER")
    asked = parser.parse_args(arguments)
    where, began = machine(), time.monotonic()
    rows: Rows = []
    for folder in folders(asked.server):
        rows += contests(folder, asked.seeds)
        PAGE.write_text(
            page(rows, asked.seeds, where, time.monotonic() - began), encoding="utf-8"
        )  # so far: a run of an hour may be stopped
    broken = sum(is_broken(row) for row in rows if not row["naive"])
    caught = controls_were_caught(rows)
    print(
        f"written: {PAGE.relative_to(ROOT)}; {broken} contests broke a promise; the controls were "
        f"{'caught' if caught else 'NOT caught'}"
    )
    return 0 if caught and not broken else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
