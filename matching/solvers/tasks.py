"""What can be handed to another process: plain functions of data.

A WorkerPool, a process pool or a task queue can run them.
"""

from __future__ import annotations

from collections.abc import Callable

from matching.solvers.answers import Relaxed, Solved
from matching.solvers.engines import relax, relax_again, solve, solve_sat

TASKS: dict[str, Callable[..., Relaxed | Solved]] = {
    "relax": relax,
    "relax_again": relax_again,
    "solve": solve,
    "solve_sat": solve_sat,
}
