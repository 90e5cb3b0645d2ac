"""What people of a rota have said yes to, are asked for and have refused, by what it means to a
plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

from django.db.models import QuerySet

import matching
from backend.rota.models import Assignment, Offer
from backend.rota.snapshot import minors
from backend.rota.snapshot.ids import session_id, shift_id, volunteer_id
from backend.rota.states import HELD
from matching import WEEK, Plan, Problem, may_take, violations_of

Pair = tuple[str, str]
NOT_AGAIN = (Assignment.State.WITHDRAWN, Assignment.State.TAKEN_OUT)  # no plan asks her again
FIELDS = ("volunteer_id", "shift_id", "session_id", "state")
SAID_NO = (Offer.State.DECLINED, Offer.State.EXPIRED)


class Placed(NamedTuple):
    """An assignment or an offer by keys, with its state. `promised`, of an offer: she had said yes
    before the session was changed, and is asked again."""

    volunteer: int
    shift: int
    session: int
    state: str
    promised: bool | None = None

    @property
    def place(self) -> Pair:
        return volunteer_id(self.volunteer), shift_id(self.shift)

    @property
    def meeting(self) -> Pair:
        return volunteer_id(self.volunteer), session_id(self.session)


class Promises:
    """Assignments and offers of a rota, by what they mean to the solver.

    Who has said yes has a place, also while she is asked whether she still can because the session
    was changed, and so has whom a coordinator pinned there: those are `pins`. `asked` are offers to
    whom has not said yes yet, `staffed` the sessions and `heads` the shifts of the pins, `places`
    the shifts of both.
    """

    def __init__(
        self,
        assignments: Iterable[tuple[int, int, int, str]],
        offers: Iterable[tuple[int, int, int, str, bool | None]],
    ) -> None:
        assigned = [Placed(*row) for row in assignments]
        offered = [Placed(*row) for row in offers]
        waiting = [one for one in offered if one.state == Offer.State.PENDING]
        asked = [one for one in waiting if not one.promised]
        has = [one for one in assigned if one.state in HELD]
        has += [one for one in waiting if one.promised]
        refused = [one for one in assigned if one.state in NOT_AGAIN]
        refused += [one for one in offered if one.state in SAID_NO]
        came_back = {one.meeting for one in (*has, *waiting)}
        self.pins = [one.place for one in has]
        self.asked = [one.place for one in asked]
        self.bans = sorted({one.meeting for one in refused} - came_back)
        self.staffed = {one.session for one in has}
        self.heads = Counter(one.shift for one in has)
        self.places = self.heads + Counter(one.shift for one in asked)


def promises_in(assignments: QuerySet[Assignment], offers: QuerySet[Offer]) -> Promises:
    """Of these rows; two statements."""
    return Promises(
        assignments.order_by("pk").values_list(*FIELDS),
        (
            (*row[:-2], row[-2] or row[-1])
            for row in offers.order_by("pk").values_list(*FIELDS, "before__promised", "pinned")
        ),
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
    meet has booked, she is under age and alone, or two promises that she is asked about again lie
    over each other.

    A plan cannot hold them, and they are not the plan's to give away. Of two that lie over each
    other the one that was made first is kept.
    """
    alone = replace(problem, requests=(), pins=(), current=None)
    broken = violations_of(alone, Plan(problem.pins))
    concerned = {volunteer for violation in broken for volunteer in violation.volunteers}
    concerned |= minors.left_alone(problem, broken)
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
