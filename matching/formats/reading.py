"""Plain data → Problem, checked field by field.

A mistake is reported once, by the name of the field and its owner's id.
"""

from __future__ import annotations

from collections.abc import Iterable

from matching.formats.exact import costs_stay_exact
from matching.formats.notes import unknown_fields
from matching.formats.records import FIRST_TOP, SECOND_TOP
from matching.formats.second import SECOND
from matching.formats.values import made, record
from matching.problem import Problem, ProblemError

FORMAT = "matching-problem/1"
FORMAT_2 = "matching-problem/2"


def problem_from_json(data: object, lenient: bool = False) -> Problem:
    """The whole reading; raises ProblemError at the first thing that is wrong.

    In version 2 that is also a field that the format does not know, unless `lenient`: what is not
    understood would be missing from the plan without a word.
    """
    top = record(data, "problem")
    version = top.get("format")
    if version == FORMAT_2:
        more = {name: check for name, check in SECOND["problem"].items() if name in top}
        problem = made(Problem, top, {**SECOND_TOP, **more}, "")
        unknown = [] if lenient else unknown_fields(data)
        if unknown:
            raise ProblemError(*unknown[0].split(": ", 1))
    elif version == FORMAT:
        problem = made(Problem, top, FIRST_TOP, "")
    else:
        raise ProblemError("format", f"must be {FORMAT!r} or {FORMAT_2!r}, not {version!r}")
    _unique("volunteers", (v.id for v in problem.volunteers))
    _unique("sessions", (s.id for s in problem.sessions))
    _unique("shifts", (h.id for s in problem.sessions for h in s.shifts))
    _unique("requests", (q.id for q in problem.requests))
    _commitments_lie_beside(problem)
    _pins_exist(problem)
    _one_required_alternative(problem)
    _groups_exist(problem)
    _required_fit_their_groups(problem)
    costs_stay_exact(problem)
    return problem


# ── what must hold between records
# ────────────────────────────────────────────────────────────────────────────────────


def _unique(field: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for x in ids:
        if x in seen:
            raise ProblemError(f"{field} ({x}).id", "is used twice")
        seen.add(x)


def _commitments_lie_beside(problem: Problem) -> None:
    """What is promised elsewhere is no session of this problem; a name stands for one of both."""
    for v in problem.volunteers:
        _unique(f"volunteers ({v.id}).commitments", (c.id for c in v.commitments))
        for c in v.commitments:
            if c.id in problem.session_of:
                raise ProblemError(
                    f"volunteers ({v.id}).commitments ({c.id}).id", "is a session of this problem"
                )


def _pins_exist(problem: Problem) -> None:
    for k, (v, h) in enumerate(problem.pins):
        if v not in problem.volunteer_of:
            raise ProblemError(f"pins[{k}].volunteer", f"no volunteer {v!r} in this problem")
        if h not in problem.shift_of:
            raise ProblemError(f"pins[{k}].shift", f"no shift {h!r} in this problem")


def _one_required_alternative(problem: Problem) -> None:
    """Two required sessions of one group would make every plan break the rule `alternatives`."""
    required: dict[str, str] = {}
    for s in problem.sessions:
        if s.required and s.alternatives and required.setdefault(s.alternatives, s.id) != s.id:
            raise ProblemError(
                f"sessions ({s.id}).alternatives",
                f"{required[s.alternatives]!r} of the same group is required too",
            )


def _groups_exist(problem: Problem) -> None:
    for s in problem.sessions:
        for name in s.groups:
            if name not in problem.groups:
                raise ProblemError(f"sessions ({s.id}).groups", f"no group {name!r} in groups")


def _required_fit_their_groups(problem: Problem) -> None:
    """Required sessions beyond a group's limits would make every plan break the rule `groups`."""
    for name, group in problem.groups.items():
        there = [s for s in problem.sessions if s.required and name in s.groups]
        if group.max is not None and len(there) > group.max:
            raise ProblemError(f"groups.{name}.max", f"{len(there)} of its sessions are required")
        spent = sum(s.price for s in there)
        if group.budget is not None and spent > group.budget:
            raise ProblemError(f"groups.{name}.budget", f"its required sessions come to {spent}")
