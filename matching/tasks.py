"""What can be handed to another process: plain functions of data. A Crew, a process pool or a task queue can run them."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matching.answers import Solved
from matching.engines import relax, solve, solve_sat
from matching.model import Program


def solve_each(programs: list[Program], seconds: float, seed: int) -> list[Solved]:
    """Solve programs one after another, each within `seconds`."""
    return [solve(program, seconds, seed) for program in programs]


TASKS: dict[str, Callable[..., Any]] = {"relax": relax, "solve": solve, "solve_sat": solve_sat, "solve_each": solve_each}
