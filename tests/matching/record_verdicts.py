"""Ask the referee once and keep what it says, for clones that stand alone:

`python -m tests.matching.record_verdicts`.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from matching.command.tiny import tiny
from tests.matching.plans import random_plan
from tests.matching.referee import load_referee

RECORDED = Path(__file__).parent / "data" / "verdicts.json.gz"
CASES = 300


def main() -> None:
    judge = load_referee()
    if judge is None:
        raise SystemExit("the referee's file is not beside this repository")
    cases = []
    for seed in range(CASES):
        problem = tiny(seed, volunteers=7, sessions=6, requests=5)
        plan = random_plan(problem, seed)
        cases.append({"problem": problem, "plan": plan, "verdict": judge(problem, plan)})
    RECORDED.write_bytes(
        gzip.compress(json.dumps(cases, separators=(",", ":")).encode(), 9, mtime=0)
    )


if __name__ == "__main__":
    main()
