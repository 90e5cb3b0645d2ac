"""The bench: the search beside one flat program given to HiGHS and to CP-SAT, on the same rules, in
the same run."""

from __future__ import annotations

import os
import platform
import resource
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matching.command.generate import month
from matching.formats.files import read_problem, write_json, write_plan
from matching.problem import Problem
from matching.program.program import model
from matching.progress import Progress
from matching.search.search import Search
from matching.solvers.answers import Solved
from matching.solvers.pool import WorkerPool
from matching.stop import TimeLimit

SIZES = {"town": (200, 40, 120), "county": (850, 160, 620), "city": (11_030, 2_000, 8_000)}
GAPS = (0.0005, 0.0001)


@dataclass
class Measured:
    """One problem's figures.

    Seconds count from the file to the checked plan written; memory is in MB, children included.
    """

    name: str
    columns: int
    rows: int
    first: float = 0.0
    within: dict[float, float | None] = field(default_factory=dict)
    seconds: float = 0.0
    cost: int = 0
    bound: int = 0
    gap: float = 0.0
    memory: int = 0
    course: list[dict[str, object]] = field(default_factory=list)
    flat: dict[str, tuple[float, float, float]] = field(
        default_factory=dict
    )  # solver → (seconds, cost, bound)


def run(
    files: list[str], seconds: float, flat_seconds: float, workers: int, seed: int
) -> Iterator[Measured]:
    """Measure every file; without files, generated problems of the sizes town, county and city."""
    with tempfile.TemporaryDirectory() as folder:
        for path in files or _generated(folder, seed):
            line, problem = _measure(path, seconds, workers, seed, folder)
            if flat_seconds:
                line.flat = {
                    task: _flat(task, problem, flat_seconds, seed)
                    for task in ("solve", "solve_sat")
                }
            yield line


def _generated(folder: str, seed: int) -> Iterator[str]:
    for name, (volunteers, sessions, requests) in SIZES.items():
        path = f"{folder}/{name}.json"
        write_json(
            path, month(seed, volunteers, sessions, requests, towns=3 if volunteers < 5000 else 12)
        )
        yield path


def _seconds_to(gap: float, course: Sequence[tuple[float, Progress]]) -> float | None:
    """Seconds after which the gap was this small; None if it never was."""
    near = (seconds for seconds, p in course if p.gap is not None and p.gap <= gap)
    return next(near, None)


def _measure(
    path: str, seconds: float, workers: int, seed: int, folder: str
) -> tuple[Measured, Problem]:
    began = time.monotonic()
    with _Memory() as memory, WorkerPool(workers) as pool:
        problem = read_problem(path)
        search = Search(problem, seed=seed, pool=pool)
        course: list[tuple[float, Progress]] = []
        for progress in search.run(TimeLimit(seconds, began)):
            course.append((time.monotonic() - began, progress))
        result = search.result
        assert result
        write_plan(f"{folder}/plan.json", result.plan, cost=result.cost, bound=result.bound)
        took = time.monotonic() - began
    within = {gap: _seconds_to(gap, course) for gap in GAPS}
    first = next(t for t, p in course if p.cost is not None)
    assert search.program
    line = Measured(
        Path(path).name.removesuffix(".json"),
        search.program.size,
        search.program.rows.size,
        first,
        within,
        took,
    )
    line.cost = result.cost
    line.bound = result.bound
    line.gap = result.gap
    line.memory = memory.peak
    line.course = [{"seconds": t, "cost": p.cost, "bound": p.bound} for t, p in course]
    return line, problem


def _flat(task: str, problem: Problem, seconds: float, seed: int) -> tuple[float, float, float]:
    """One solver on the whole program at once, its building included: seconds, cost, bound."""
    with WorkerPool(1) as pool:
        began = time.monotonic()
        _, program = model(problem)
        job = pool.start(task, program, seconds, seed)
        while not job.wait(1):
            if (
                time.monotonic() - began > 2 * seconds + 60
            ):  # some of its phases do not look at the clock
                return time.monotonic() - began, float("inf"), float("-inf")
        solved = job.answer
        assert isinstance(solved, Solved)
        return time.monotonic() - began, solved.price(program), solved.bound


class _Memory:
    """The most that this process and its children held at once, looked at ten times a second where
    the system tells."""

    def __enter__(self) -> _Memory:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, sum(map(_resident, _family(os.getpid()))))


def _family(process: int) -> list[int]:
    found = [process]
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(child) for child in children.read_text().split()]
        except OSError:  # it ended meanwhile
            continue
    return found


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:  # not Linux, or the process ended: what this one used at most
        return (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            if process == os.getpid()
            else 0
        )
    return pages * resource.getpagesize() // 2**20


def machine() -> str:
    """The machine in one line: processor, cores, memory, load, Python."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{processor}, {os.cpu_count()} cores, {memory} GB, load {load:.1f}, Python {python}"


def table(lines: list[Measured]) -> str:
    """The figures as Markdown, ratios first."""
    out = [
        "| problem | columns | flat HiGHS ÷ search | flat CP-SAT ÷ search | first plan | gap ≤ "
        "0.05 % | gap ≤ 0.01 % | end | cost | gap | memory |"
    ]
    out.append("| --- " * 11 + "|")
    for line in lines:
        ratios = [_ratio(line, line.flat.get(task)) for task in ("solve", "solve_sat")]
        within = ["—" if t is None else f"{t:.1f} s" for t in line.within.values()]
        cells = [
            line.name,
            f"{line.columns:,}",
            *ratios,
            f"{line.first:.1f} s",
            *within,
            f"{line.seconds:.1f} s",
            f"{line.cost:,}",
        ]
        out.append(
            "| " + " | ".join([*cells, f"{100 * line.gap:.4f} %", f"{line.memory:,} MB"]) + " |"
        )
    return "\n".join(out)


def _ratio(line: Measured, flat: tuple[float, float, float] | None) -> str:
    """How many times longer the flat program took to a plan as good, or how much dearer its plan
    was when time was up."""
    if flat is None:
        return "—"
    seconds, cost, _ = flat
    if cost <= line.cost:
        return f"{seconds / line.seconds:.1f} × the time"
    return (
        f"no plan in {seconds:.0f} s"
        if cost == float("inf")
        else f"+{100 * (cost / line.cost - 1):.2f} % cost after {seconds:.0f} s"
    )
