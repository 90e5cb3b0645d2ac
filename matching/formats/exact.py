"""Whether costs stay exact: a sum of many dear things must be a number that every solver holds."""

from __future__ import annotations

from matching.problem import Problem, ProblemError, Request, Weights

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
    held = problem.sessions
    shifts = [h for s in held for h in s.shifts]
    places = sum(h.target for h in shifts)
    seats = sum(_sessions(q, problem) for q in problem.requests)
    given = max((v.load_before for v in problem.volunteers), default=0)
    way = max((v.max_travel for v in problem.volunteers), default=0)
    family_way = max((q.max_travel for q in problem.requests), default=0)
    unserved = sum(q.priority * _serve(w, q.wants) for q in problem.requests)
    choices = sum(
        max(map(abs, (q.choices or {}).values()), default=0) * _sessions(q, problem)
        for q in problem.requests
    )
    told = problem.current
    return {
        "short": w.short * sum(h.min for h in shifts),
        "serve": unserved + choices,
        "target": w.target * sum(h.target - h.min for h in shifts),
        "open": w.open * len(held),
        "load": w.load * places * (given + len(held)),
        "travel": w.travel * (places * way + seats * family_way),
        "wish": w.wish * 6 * places,
        "know": w.know * sum(strength for _, _, strength in problem.knows) * len(held),
        "change": w.change * len(told.assignments) if told else 0,
        "change_seat": w.seat_gone * len(told.seats) if told else 0,
    }


def _sessions(request: Request, problem: Problem) -> int:
    return min(request.wants, len(problem.sessions))


def _serve(weights: Weights, wants: int) -> int:
    """What a request with priority 1 costs that gets nothing."""
    serve = weights.serve
    return sum(serve[:wants]) + serve[-1] * max(0, wants - len(serve))
