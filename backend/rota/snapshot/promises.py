"""What people of a rota have said yes to, are asked for and have refused, by what it means to a
plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from django.db.models import QuerySet

import matching
from backend.rota.models import Assignment, Offer
from backend.rota.snapshot.ids import session_id, shift_id, volunteer_id
from backend.rota.states import HELD
from matching import WEEK, Plan, Problem, may_take, violations_of

Pair = tuple[str, str]
FIELDS = ("volunteer_id", "shift_id", "session_id", "state")


class Promises:
    """Assignments and offers of a rota, by what they mean to the solver.

    Who has said yes has a place, also while she is asked whether she still can because the session
    was changed: those are `pins`. `asked` are offers to whom has not said yes yet, `staffed` the
    sessions and `heads` the shifts of the pins, `places` the shifts of both.
    """

    def __init__(
        self,
        assignments: Iterable[tuple[int, int, int, str]],
        offers: Iterable[tuple[int, int, int, str, bool | None]],
    ) -> None:
        assignments = list(assignments)
        offers = list(offers)
        waiting = [row for row in offers if row[3] == Offer.State.PENDING]
        has = [(v, h, s) for v, h, s, state in assignments if state in HELD]
        has += [(v, h, s) for v, h, s, _, promised in waiting if promised]
        self.pins = [(volunteer_id(v), shift_id(h)) for v, h, _ in has]
        self.asked = [
            (volunteer_id(v), shift_id(h)) for v, h, _, _, promised in waiting if not promised
        ]
        said_no = {(v, s) for v, _, s, state in assignments if state == Assignment.State.WITHDRAWN}
        said_no |= {
            (v, s)
            for v, _, s, state, _ in offers
            if state in (Offer.State.DECLINED, Offer.State.EXPIRED)
        }
        came_back = {(v, s) for v, _, s in has} | {(v, s) for v, _, s, _, _ in waiting}
        self.bans = sorted((volunteer_id(v), session_id(s)) for v, s in said_no - came_back)
        self.staffed = {s for _, _, s in has}
        self.heads = Counter(h for _, h, _ in has)
        self.places = self.heads + Counter(h for _, h, _, _, promised in waiting if not promised)


def promises_in(assignments: QuerySet[Assignment], offers: QuerySet[Offer]) -> Promises:
    """Of these rows; two statements."""
    return Promises(
        assignments.order_by("pk").values_list(*FIELDS),
        offers.order_by("pk").values_list(*FIELDS, "before__promised"),
    )


def asking_nothing_of(problem: Problem, paused: Collection[str]) -> Problem:
    """The problem in which people who are paused keep what they have or are asked for, and get
    nothing new."""
    if not paused:
        return problem
    told = problem.current.assignments if problem.current else ()
    has = {(volunteer, problem.shift_of[shift][0].id) for volunteer, shift in told}
    bans = [
        (volunteer, session.id)
        for volunteer in sorted(paused)
        for session in problem.sessions
        if (volunteer, session.id) not in has
    ]
    return replace(problem, bans=tuple(dict.fromkeys((*problem.bans, *bans))))


def not_to_be_kept(problem: Problem) -> frozenset[Pair]:
    """The pins that the rules refuse today: her hours are others by now, a family that she must not
    meet has booked, or two promises that she is asked about again lie over each other.

    A plan cannot hold them, and they are not the plan's to give away. Of two that lie over each
    other the one that was made first is kept.
    """
    alone = replace(problem, requests=(), pins=(), current=None)
    broken = violations_of(alone, Plan(problem.pins))
    concerned = {volunteer for violation in broken for volunteer in violation.volunteers}
    if not concerned:
        return frozenset()
    kept = Plan(tuple(pin for pin in problem.pins if pin[0] not in concerned))
    refused = set()
    for volunteer, shift in problem.pins:
        if volunteer in concerned:
            if may_take(alone, kept, volunteer, shift):
                refused.add((volunteer, shift))
            else:
                kept = kept.with_assignment(volunteer, shift)
    return frozenset(refused)


def seats_to_move(problem: Problem) -> frozenset[Pair]:
    """Of the seats that wishes were given, those that a plan can keep: no rule about the family
    refuses them today. The others are on offer all the same, and hers to answer."""
    told = problem.current.seats if problem.current else ()
    alone = replace(problem, volunteers=(), pins=(), bans=(), apart=(), avoid=(), current=None)
    broken = [v.facts for v in violations_of(alone, Plan((), told)) if "request" in v.facts]
    seats = {(facts["request"], facts["session"]) for facts in broken if "session" in facts}
    wishes = {facts["request"] for facts in broken if "session" not in facts}
    return frozenset(pair for pair in told if pair not in seats and pair[0] not in wishes)


def set_apart(problem: Problem, refused: Collection[Pair]) -> Problem:
    """The problem in which the places of these pins are not the plan's to give: each is taken, and
    whoever has it is asked for nothing else in that week until it is clear what she can do. Places
    that she has, or is asked for already, stay as they are."""
    if not refused:
        return problem
    current = problem.current or Plan()
    theirs = {*problem.pins, *current.assignments} - set(refused)
    gone = Counter(shift for _, shift in refused)
    return replace(
        problem,
        volunteers=tuple(_with_less_left(her, problem, refused) for her in problem.volunteers),
        sessions=tuple(_smaller(session, gone) for session in problem.sessions),
        pins=tuple(pin for pin in problem.pins if pin not in refused),
        bans=tuple(dict.fromkeys((*problem.bans, *_nothing_else(problem, refused, theirs)))),
        current=replace(
            current, assignments=tuple(p for p in current.assignments if p not in refused)
        ),
    )


def _with_less_left(
    her: matching.Volunteer, problem: Problem, refused: Collection[Pair]
) -> matching.Volunteer:
    """`max_total` looks at all weeks: what is set apart uses it up, too."""
    apart = _timed(her, problem, refused)
    if her.max_total is None or not apart:
        return her
    kept = _timed(her, problem, problem.pins) - apart
    return replace(her, max_total=max(her.max_total - apart, kept))


def _timed(her: matching.Volunteer, problem: Problem, pairs: Iterable[Pair]) -> int:
    return sum(v == her.id and problem.shift_of[h][0].start is not None for v, h in pairs)


def _smaller(session: matching.Session, gone: Counter[str]) -> matching.Session:
    if not any(gone[shift.id] for shift in session.shifts):
        return session
    shifts = [
        replace(shift, min=max(0, shift.min - gone[shift.id]), target=shift.target - gone[shift.id])
        for shift in session.shifts
    ]
    return replace(session, shifts=tuple(shifts))


def _nothing_else(
    problem: Problem, refused: Collection[Pair], theirs: Collection[Pair]
) -> Iterable[Pair]:
    """(volunteer, session) that no plan may ask her for: of the same week, because no other rule
    about her time looks further than `max_total`."""
    of_week: defaultdict[int | None, list[str]] = defaultdict(list)
    for session in problem.sessions:
        of_week[_week(session)].append(session.id)
    has = {(volunteer, problem.shift_of[shift][0].id) for volunteer, shift in theirs}
    for volunteer, shift in sorted(refused):
        for other in of_week[_week(problem.shift_of[shift][0])]:
            if (volunteer, other) not in has:
                yield volunteer, other


def _week(session: matching.Session) -> int | None:
    if session.start is None:
        return None
    return session.start // WEEK
