"""Why nobody: for every place that a plan leaves empty, how many people each rule leaves over."""

from __future__ import annotations

from typing import TypedDict

from backend.rota.snapshot import number
from matching import Desk, Plan, Problem

MOST = 200  # holes that are explained; more of them is a rota without people, not a list to read


class ExplainedHole(TypedDict):
    """A shift of a required session below its minimum, by keys.

    `funnel` is [("everyone", 11030), ("qualification", 612), …]: how many are left after each rule,
    the last ones after what they do in this plan. A shift whose funnel does not end at 0 is empty
    because those people are dearer elsewhere.
    """

    shift: int
    session: int
    missing: int
    funnel: list[tuple[str, int]]


def holes_of(problem: Problem, plan: Plan) -> list[ExplainedHole]:
    """In the order of the problem's sessions."""
    desk = Desk(problem, plan)
    empty = [
        (s, h) for s in problem.sessions if s.required for h in s.shifts if desk.heads[h.id] < h.min
    ]
    return [
        {
            "shift": number(h.id),
            "session": number(s.id),
            "missing": h.min - desk.heads[h.id],
            "funnel": [(step.rule, step.left) for step in desk.funnel(h.id)],
        }
        for s, h in empty[:MOST]
    ]
