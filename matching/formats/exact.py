"""Whether costs stay exact: a sum of many dear things must be a number that every solver holds."""

from __future__ import annotations

from matching.plan import Plan
from matching.problem import Problem, ProblemError, Request, Weights
from matching.rules import GOALS

EXACT = 2**53  # up to here a floating-point number holds every whole one


def costs_stay_exact(problem: Problem) -> None:
    """Raises ProblemError where a plan could cost more than EXACT: prices, minutes or counts that
    are each within bounds multiply to more."""
    dearest = _dearest(problem)
    if sum(dearest.values()) > EXACT:
        part = max(dearest, key=lambda name: dearest[name])
        raise ProblemError(
            f"weights.{part}",
            f"with these counts a plan could cost {dearest[part]}; above {EXACT} in all "
            "no cost is exact",
        )


def _dearest(problem: Problem) -> dict[str, int]:
    """By weight, what a plan that keeps the rules can cost at most."""
    w = problem.weights
    held = len(problem.sessions)
    shifts = [h for s in problem.sessions for h in s.shifts]
    told = problem.current or Plan()
    return {
        "short": w.short * sum(s.priority * h.min for s in problem.sessions for h in s.shifts),
        "target": w.target * sum(h.target - h.min for h in shifts),
        "open": w.open * held,
        "know": w.know * held * sum(strength for _, _, strength in problem.knows),
        "change": w.change * len(told.assignments) + w.seat_gone * len(told.seats),
        **_of_volunteers(problem, sum(h.most for h in shifts)),
        **_of_families(problem),
        "travel": w.travel * _minutes(problem, sum(h.most for h in shifts)),
        **{goal.code: goal.most(problem) for goal in GOALS if goal.asked(problem)},
    }


def _of_volunteers(problem: Problem, places: int) -> dict[str, int]:
    w = problem.weights
    given = max((v.load_before for v in problem.volunteers), default=0)
    longest = max(
        (s.span[1] - s.span[0] for s in problem.sessions if s.start is not None), default=0
    )
    units = 1 + longest // w.load_minutes if w.load_minutes else 1  # of load in one service
    return {
        "load": w.load * places * units * (given + len(problem.sessions) * units),
        "wish": w.wish * 6 * places,
    }


def _of_families(problem: Problem) -> dict[str, int]:
    cost = 0
    for q in problem.requests:
        dearest = max(map(abs, (q.choices or {}).values()), default=0)
        cost += q.priority * _serve(problem.weights, q.wants) + dearest * _sessions(q, problem)
    return {"serve": cost}


def _minutes(problem: Problem, places: int) -> int:
    """On the way, of everybody."""
    longest = max((v.max_travel for v in problem.volunteers), default=0)
    return places * longest + sum(q.max_travel * _sessions(q, problem) for q in problem.requests)


def _sessions(request: Request, problem: Problem) -> int:
    return min(request.wants, len(problem.sessions))


def _serve(weights: Weights, wants: int) -> int:
    """What a request with priority 1 costs that gets nothing."""
    serve = weights.serve
    return sum(serve[:wants]) + serve[-1] * max(0, wants - len(serve))
