"""Why nobody: for every place that a plan leaves empty, how many people each rule leaves over. Asked of the rules' own faces."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from matching.crowd import Volunteers
from matching.plan import Plan
from matching.problem import Problem, Session, Shift
from matching.rules import RULES, may_take
from matching.tally import Tally

MOST = 200  # holes that are explained; more of them is a rota without people, not a list to read


def holes_of(problem: Problem, plan: Plan) -> list[dict[str, Any]]:
    """One entry a shift of a required session below its minimum: {"shift", "session", "missing", "funnel"}.

    `funnel` is [["everyone", 11030], ["qualification", 612], …]: how many are left after each rule, the last ones after what they
    do in this plan. A shift whose funnel does not end at 0 is empty because those people are dearer elsewhere.
    """
    tally = Tally(problem, plan)
    empty = [(s, h) for s in problem.sessions if s.required for h in s.shifts if tally.heads[h.id] < h.min]
    if not empty:
        return []
    crowd = Volunteers(problem)
    hers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in plan.assignments:
        hers[pair[0]].append(pair)
    return [
        {"shift": int(h.id[1:]), "session": int(s.id[1:]), "missing": h.min - tally.heads[h.id], "funnel": _funnel(problem, hers, crowd, s, h)}
        for s, h in empty[:MOST]
    ]


def _funnel(
    problem: Problem, hers: Mapping[str, list[tuple[str, str]]], crowd: Volunteers, session: Session, shift: Shift
) -> list[tuple[str, int]]:
    left, steps = crowd.everyone, [("everyone", crowd.size)]
    for rule in RULES:
        if rule.takes:
            left = left & rule.takes(crowd, session, shift)
            steps.append((rule.code, int(left.sum())))
    names = [problem.volunteers[k].id for k in left.nonzero()[0]]
    free = sum(not may_take(problem, Plan(tuple(hers.get(name, ()))), name, shift.id) for name in names)
    return [*steps, ("in_plan", free)]
