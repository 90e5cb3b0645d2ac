"""The solve command: from a problem file to a checked plan file, with a progress line on the
way."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from matching.command.opening import opened, opened_plan
from matching.formats.files import write_plan
from matching.progress import Progress, gap_in_words
from matching.result import Result
from matching.solvers.pool import WorkerPool
from matching.stop import GapLimit, Signal, TimeLimit

RESERVE = 0.3  # seconds kept for the last check and for writing


def solve_file(arguments: argparse.Namespace) -> int:
    """Run one search as the command line asks; exit code 0, or 1 if pins had to be left out."""
    clock = TimeLimit(max(0.0, arguments.seconds - RESERVE))
    interrupted = threading.Event()
    out = Path(arguments.out)
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise OSError(2, "is not a folder that can be written to", str(out.parent))
    if out.is_dir():
        raise OSError(21, "is a folder, not a file", str(out))
    with WorkerPool(arguments.workers) as pool:  # loads its solver while the file is read
        problem = opened(arguments.problem, arguments.lenient)
        start = opened_plan(arguments.start, problem) if arguments.start else None
        from matching.search.search import Search

        search = Search(problem, start, arguments.seed, pool=pool)
        before = signal.signal(
            signal.SIGINT, lambda *_: interrupted.set()
        )  # Ctrl-C hands over the best plan so far
        try:
            for progress in search.run(clock | GapLimit(arguments.gap) | Signal(interrupted)):
                _show(progress, arguments.progress)
        finally:
            signal.signal(signal.SIGINT, before)
    assert search.result
    return _hand_over(search.result, out, arguments.progress)


def _hand_over(result: Result, out: Path, progress: str | None) -> int:
    write_plan(
        out,
        result.plan,
        cost=result.cost,
        bound=result.bound,
        status=result.status,
        seconds=round(result.seconds, 3),
    )
    if progress is None and sys.stderr.isatty():
        print(file=sys.stderr)
    summary = (
        f"cost {result.cost}  bound {result.bound}  gap {gap_in_words(result.gap, 4)}  "
        f"{result.status}  {result.seconds:.1f} s"
    )
    print(summary, file=sys.stderr if progress == "json" else sys.stdout)
    if result.unmet_pins:
        named = ", ".join(f"{v} on {h}" for v, h in result.unmet_pins)
        print(
            f"matching: pins that cannot all be kept, so the plan does without: {named}",
            file=sys.stderr,
        )
    return 1 if result.unmet_pins else 0


def _show(progress: Progress, how: str | None) -> None:
    if how == "json":
        print(json.dumps(progress.to_json()), flush=True)
    elif how == "line":
        print(progress.line(), file=sys.stderr, flush=True)
    elif how is None and sys.stderr.isatty():
        print(f"\r\x1b[K{progress.line()}", end="", file=sys.stderr, flush=True)
