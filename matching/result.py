"""What a search hands over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matching.check import Verdict
from matching.plan import Plan

Status = Literal["optimal", "feasible", "pins"]


@dataclass(frozen=True, slots=True)
class Result:
    """A checked plan with its proof.

    `status` is `optimal` if the cost equals the bound, `feasible` if the plan is sound but not
    proven best, and `pins` if `unmet_pins` are left out because they cannot all be kept (or the
    search was stopped before it knew): then the plan is the best one found without those, and the
    bound is for the problem without them. Every other rule holds in every case.
    """

    plan: Plan
    cost: int
    parts: dict[str, int]
    bound: int
    gap: float
    status: Status
    seconds: float
    verdict: Verdict
    unmet_pins: tuple[tuple[str, str], ...] = ()
