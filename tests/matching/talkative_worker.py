"""A solver's process with a task that prints past Python, as a solver's own code can."""

from __future__ import annotations

import os

from matching.solvers.tasks import TASKS
from matching.solvers.worker import main


def talk() -> str:
    os.write(1, b"HiGHS says hello\n")
    return "said"


if __name__ == "__main__":
    TASKS["print"] = talk  # type: ignore[assignment]
    main()
