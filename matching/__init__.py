"""Volunteer matching: problems, plans, rules, search. Pure Python; knows no web framework.

This is the whole public surface. Data, rules and the check are here at once and need nothing but
the standard library; what searches or asks questions of a plan is loaded at its first use, and
with it numpy or a solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matching.agreements import Supervision
from matching.check import Verdict, check
from matching.forecast import Forecast, forecast
from matching.formats.files import read_plan, read_problem, write_plan, write_problem
from matching.formats.reading import problem_from_json
from matching.formats.writing import problem_to_json
from matching.plan import Plan, PlanError
from matching.presets import PRESETS, with_preset
from matching.problem import (
    DAY,
    WEEK,
    Commitment,
    Interval,
    Point,
    Problem,
    ProblemError,
    Request,
    Seats,
    Session,
    Shift,
    Travel,
    Volunteer,
    Weights,
)
from matching.rules import GOALS, RULES, may_seat, may_seat_all, may_take, violations_of
from matching.rules.age import months_completed
from matching.rules.rule import Rule, Violation
from matching.travel import kilometres, travel_minutes

if TYPE_CHECKING:
    from matching.ask.candidates import Candidate, Desk, Lacking
    from matching.ask.compare import compare
    from matching.ask.disruptions import Cancel, CloseVenue, Decline, Lapse, Move, Withdraw
    from matching.ask.explain import why_her, why_infeasible, why_nobody, why_not
    from matching.ask.repair import repair
    from matching.cost import PARTS
    from matching.progress import Progress, gap_between
    from matching.result import Result
    from matching.search.search import Search, solve
    from matching.search.tuning import Tuning
    from matching.solvers.pool import Job, SolverPool, TaskFailed, WorkerPool
    from matching.solvers.wire import pack, unpack
    from matching.stop import GapLimit, Signal, Steps, Stop, TimeLimit

LAZY = {
    "Candidate": "ask.candidates",
    "Lacking": "ask.candidates",
    "PARTS": "cost",
    "pack": "solvers.wire",
    "unpack": "solvers.wire",
    "Desk": "ask.candidates",
    "compare": "ask.compare",
    "Cancel": "ask.disruptions",
    "CloseVenue": "ask.disruptions",
    "Decline": "ask.disruptions",
    "Lapse": "ask.disruptions",
    "Move": "ask.disruptions",
    "Withdraw": "ask.disruptions",
    "why_her": "ask.explain",
    "why_infeasible": "ask.explain",
    "why_nobody": "ask.explain",
    "why_not": "ask.explain",
    "repair": "ask.repair",
    "Progress": "progress",
    "gap_between": "progress",
    "Result": "result",
    "Search": "search.search",
    "solve": "search.search",
    "Tuning": "search.tuning",
    "TaskFailed": "solvers.pool",
    "Job": "solvers.pool",
    "SolverPool": "solvers.pool",
    "WorkerPool": "solvers.pool",
    "Signal": "stop",
    "GapLimit": "stop",
    "Steps": "stop",
    "Stop": "stop",
    "TimeLimit": "stop",
}

__all__ = [
    "DAY",
    "GOALS",
    "PARTS",
    "PRESETS",
    "RULES",
    "WEEK",
    "Cancel",
    "Candidate",
    "CloseVenue",
    "Commitment",
    "Decline",
    "Desk",
    "Forecast",
    "GapLimit",
    "Interval",
    "Job",
    "Lacking",
    "Lapse",
    "Move",
    "Plan",
    "PlanError",
    "Point",
    "Problem",
    "ProblemError",
    "Progress",
    "Request",
    "Result",
    "Rule",
    "Search",
    "Seats",
    "Session",
    "Shift",
    "Signal",
    "SolverPool",
    "Steps",
    "Stop",
    "Supervision",
    "TaskFailed",
    "TimeLimit",
    "Travel",
    "Tuning",
    "Verdict",
    "Violation",
    "Volunteer",
    "Weights",
    "Withdraw",
    "WorkerPool",
    "check",
    "compare",
    "forecast",
    "gap_between",
    "kilometres",
    "may_seat",
    "may_seat_all",
    "may_take",
    "months_completed",
    "pack",
    "problem_from_json",
    "problem_to_json",
    "read_plan",
    "read_problem",
    "repair",
    "solve",
    "travel_minutes",
    "unpack",
    "violations_of",
    "why_her",
    "why_infeasible",
    "why_nobody",
    "why_not",
    "with_preset",
    "write_plan",
    "write_problem",
]


def __getattr__(name: str) -> Any:
    """The names of LAZY, each loaded when it is first asked for."""
    if name not in LAZY:
        raise AttributeError(f"module 'matching' has no attribute {name!r}")
    value = getattr(import_module(f"matching.{LAZY[name]}"), name)
    globals()[name] = value
    return value
