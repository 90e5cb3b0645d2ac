"""What a plan costs, part by part: integers, smaller is better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matching.problem import Problem, Session, Shift
from matching.rules import GOALS
from matching.tally import Tally
from matching.travel import travel_minutes

OF_ALL = (
    "short",
    "unserved",
    "target",
    "open",
    "load",
    "travel",
    "family_travel",
    "wishes",
    "choices",
    "continuity",
    "changes",
)
PARTS = (*OF_ALL, *(goal.code for goal in GOALS))


def cost_of(tally: Tally) -> dict[str, int]:
    """Every part of the cost, in the order in which people care:

    short           people missing below `min` on required sessions
    unserved        wanted sessions that a request did not get, the first dearest, times its
    priority
    target          people missing between `min` and `target` on open sessions
    open            optional sessions that take place
    load            a volunteer's j-th assignment costs (what she gave before + j): fairness as a
    rising price; with `load_minutes`, her j-th so many minutes
    travel          minutes from home, of volunteers; `family_travel` of families
    wishes          3 - liking per assignment
    choices         what the family said a session of its choice costs it
    continuity      minus the strength of every known family and volunteer that meet
    changes         assignments and seats that people were told of and that are gone

    and, where the problem has them, those of `matching.rules.GOALS`.
    """
    parts = dict.fromkeys(OF_ALL, 0)
    for session in tally.problem.sessions:
        _session(parts, tally, session)
    _requests(parts, tally)
    _volunteers(parts, tally)
    _continuity(parts, tally)
    _changes(parts, tally)
    for goal in GOALS:
        if goal.asked(tally.problem):
            parts[goal.code] = goal.cost(tally)
    return parts


def least_cost(problem: Problem) -> int:
    """What no plan that keeps the rules can cost less than, whatever the solvers say: of all parts
    only a choice with a price below 0, people who meet, and what goals say take anything away."""
    served = Counter[str]()
    chosen = 0
    for q in problem.requests:
        served[q.family] += q.wants
        dear = sorted(cost for cost in (q.choices or {}).values() if cost < 0)
        chosen += sum(dear[: q.wants])
    places = sum(s.seats is not None for s in problem.sessions)
    met = sum(strength * min(places, served[family]) for family, _, strength in problem.knows)
    goals = sum(goal.least(problem) for goal in GOALS if goal.asked(problem))
    return chosen - problem.weights.know * met + goals


def missing(tally: Tally, session: Session) -> int:
    """People missing below `min` on a required session (0 on an optional one)."""
    if not session.required:
        return 0
    return sum(max(0, h.min - tally.heads[h.id]) for h in session.shifts)


def _session(parts: dict[str, int], tally: Tally, session: Session) -> None:
    w = tally.problem.weights
    parts["short"] += w.short * session.priority * missing(tally, session)
    if tally.is_open(session):
        parts["target"] += w.target * sum(
            h.target - max(tally.heads[h.id] - standing_by(tally, h), h.min) for h in session.shifts
        )
        if not session.required:
            parts["open"] += w.open


def standing_by(tally: Tally, shift: Shift) -> int:
    """People asked beyond the target of a shift that has places to stand by."""
    return bool(shift.spare) * max(0, tally.heads[shift.id] - shift.target)


def _requests(parts: dict[str, int], tally: Tally) -> None:
    w = tally.problem.weights
    for q in tally.problem.requests:
        got = tally.seats_of.get(q.id, ())
        parts["unserved"] += q.priority * sum(
            w.serve[min(k, len(w.serve) - 1)] for k in range(len(got), q.wants)
        )
        parts["choices"] += sum((q.choices or {}).get(s.id, 0) for s in got)
        parts["family_travel"] += sum(
            w.travel * travel_minutes(tally.problem.travel, q.home, s.place) for s in got
        )


def _volunteers(parts: dict[str, int], tally: Tally) -> None:
    w = tally.problem.weights
    for v, sessions in tally.sessions_of.items():
        person = tally.problem.volunteer_of[v]
        steps = range(load_units(sessions, w.load_minutes))
        parts["load"] += w.load * sum(person.load_before + j for j in steps)
        for s in sessions:
            parts["travel"] += w.travel * travel_minutes(tally.problem.travel, person.home, s.place)
            parts["wishes"] += w.wish * (3 - person.liking(s.programme))


def load_units(sessions: Sequence[Session], minutes: int | None) -> int:
    """How much load these are: services, or so many minutes begun of all together; one without a
    time counts once."""
    if minutes is None:
        return len(sessions)
    timed = [s.span for s in sessions if s.start is not None]
    return -(-sum(end - start for start, end in timed) // minutes) + len(sessions) - len(timed)


def _continuity(parts: dict[str, int], tally: Tally) -> None:
    for family, volunteer, strength in tally.problem.knows:
        met = sum(
            s.id in tally.families and family in tally.families[s.id]
            for s in tally.sessions_of.get(volunteer, ())
        )
        parts["continuity"] -= tally.problem.weights.know * strength * met


def _changes(parts: dict[str, int], tally: Tally) -> None:
    told = tally.problem.current
    if told:
        w = tally.problem.weights
        parts["changes"] += w.change * len(set(told.assignments) - set(tally.plan.assignments))
        parts["changes"] += w.seat_gone * len(set(told.seats) - set(tally.plan.seats))
