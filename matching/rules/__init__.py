"""The table of contents of the domain: every hard rule, in the order in which people care.

A rule lives in one file and has two faces (see `matching.rules.rule`): violations on plain data,
and columns or rows for the solver. `violations_of` audits a plan; `may_take` and `may_seat` answer
for one person, asking only what concerns her.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from matching.plan import Plan
from matching.problem import Problem, Session
from matching.rules import (
    age,
    alone,
    alternatives,
    apart,
    attended,
    availability,
    avoid,
    ban,
    choices,
    expected,
    family_availability,
    family_overlap,
    family_reach,
    groups,
    head_count,
    idle,
    limits,
    load_of_kind,
    max_children,
    mix,
    needs,
    no_seats,
    one_place,
    overlap,
    party,
    pin,
    preferences,
    prefers,
    programme,
    qualification,
    reach,
    reserved,
    rest,
    rest_block,
    runs,
    seat_twice,
    seats,
    spare,
    staffed,
    supervision,
    together,
    under,
    unknown,
    wants,
    weekends,
    windows,
)
from matching.rules.goal import Goal as Goal
from matching.rules.rule import Facts, Question
from matching.rules.rule import Rule as Rule
from matching.rules.rule import Violation as Violation
from matching.tally import Tally

RULES: tuple[Rule, ...] = (
    unknown.RULE,
    pin.RULE,
    ban.RULE,
    # may she do it, can she be there
    qualification.RULE,
    availability.RULE,
    reach.RULE,
    # beside what else she does
    one_place.RULE,
    overlap.RULE,
    limits.PER_DAY,
    limits.PER_WEEK,
    limits.TOTAL,
    limits.OPEN,
    rest.RULE,
    rest_block.RULE,
    windows.RULE,
    weekends.RULE,
    runs.RULE,
    max_children.RULE,
    head_count.RULE,
    # with whom
    apart.RULE,
    avoid.RULE,
    together.RULE,
    supervision.RULE,
    alone.RULE,
    mix.RULE,
    # whether the session takes place
    staffed.RULE,
    attended.RULE,
    alternatives.RULE,
    groups.RULE,
    # families
    seats.RULE,
    no_seats.RULE,
    age.RULE,
    programme.RULE,
    choices.RULE,
    reserved.RULE,
    family_availability.RULE,
    family_reach.RULE,
    wants.WANTS,
    wants.PER_WEEK,
    seat_twice.RULE,
    family_overlap.RULE,
    needs.RULE,
    party.RULE,
)
# What a plan may miss at a price, beside the parts of the cost that every problem has.
GOALS: tuple[Goal, ...] = (
    mix.GOAL,
    under.GOAL,
    windows.GOAL,
    idle.GOAL,
    load_of_kind.GOAL,
    preferences.GOAL,
    prefers.GOAL,
    together.GOAL,
    expected.GOAL,
    spare.GOAL,
)
RULE_OF: dict[str, Rule] = {rule.code: rule for rule in RULES}
CHANGEABLE: tuple[str, ...] = tuple(rule.code for rule in RULES if rule.changeable)


def violations_of(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every broken hard rule of a plan, in the order of RULES."""
    tally = Tally(problem, plan)
    return tuple(v for rule in RULES for v in rule.violations(tally))


def may_take(problem: Problem, plan: Plan, volunteer: str, shift: str) -> tuple[Violation, ...]:
    """What would break, or break worse than it is broken already, if this volunteer took this
    shift; empty if she may.

    Only the rules about her and about the shift's head-count are asked: whether an optional session
    has its other people yet is not her concern. KeyError if either id is not in the problem.
    """
    asked = problem.shift_of[shift][0]
    held = {asked.id}
    if problem.volunteer_of[volunteer].max_children is not None:
        known = (h for v, h in plan.assignments if v == volunteer and h in problem.shift_of)
        held |= {problem.shift_of[h][0].id for h in known}
    near = Plan(
        tuple(
            (v, h)
            for v, h in plan.assignments
            if v == volunteer or (h in problem.shift_of and problem.shift_of[h][0].id == asked.id)
        ),
        tuple((q, s) for q, s in plan.seats if s in held),
    )
    after = near.with_assignment(volunteer, shift)
    return _added(problem, near, after, ("volunteer", "shift"), asked)


def may_seat(problem: Problem, plan: Plan, request: str, session: str) -> tuple[Violation, ...]:
    """What would break, that is not broken already, if this request had seats in this session;
    empty if it may."""
    asked = problem.session_of[session]
    if request not in problem.request_of:
        raise KeyError(request)
    near = Plan(
        tuple(
            (v, h)
            for v, h in plan.assignments
            if h in problem.shift_of and problem.shift_of[h][0].id == session
        ),
        tuple((q, s) for q, s in plan.seats if q == request or s == session),
    )
    after = Plan(near.assignments, (*near.seats, (request, session)))
    rules = [*(rule for rule in RULES if rule.asks == "family"), RULE_OF["seats"], RULE_OF["avoid"]]
    return tuple(
        v
        for v in _news(rules, problem, near, after, asked)
        if RULE_OF[v.rule].asks == "family" or v.facts["session"] == session
    )


def may_seat_all(
    problem: Problem, plan: Plan, seats: Sequence[tuple[str, str]]
) -> tuple[Violation, ...]:
    """What would break of the rules that ask about a family if all these (request, session) had
    seats; each names its request.

    A request that is not named would pass alone as well, one seat after another: more seats mend no
    broken rule.
    """
    return _added(problem, plan, Plan(plan.assignments, (*plan.seats, *seats)), ("family",))


def _added(
    problem: Problem,
    before: Plan,
    after: Plan,
    asks: tuple[str, ...],
    asked: Session | None = None,
) -> tuple[Violation, ...]:
    return _news(_asking(asks), problem, before, after, asked)


@cache
def _asking(asks: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that ask about one of these; each card of a list of shifts asks them."""
    return tuple(rule for rule in RULES if rule.asks in asks)


def _news(
    rules: Iterable[Rule],
    problem: Problem,
    before: Plan,
    after: Plan,
    asked: Session | None,
) -> tuple[Violation, ...]:
    """What `after` breaks and `before` did not, or less; with what a sentence needs when one
    session was asked for.

    Most questions end with nothing broken: then `before` is not looked at.
    """
    now = Tally(problem, after)
    broken = [(rule, found) for rule in rules if (found := tuple(rule.violations(now)))]
    if not broken:
        return ()
    was = Tally(problem, before)
    news = [
        (rule, v) for rule, found in broken for v in _difference(found, tuple(rule.violations(was)))
    ]
    if asked is None:
        return tuple(v for _, v in news)
    question = Question(was, asked)
    return tuple(_shown(rule, v, question) for rule, v in news)


def _shown(rule: Rule, violation: Violation, question: Question) -> Violation:
    more: Facts = {}
    if rule.shows:
        more = rule.shows(violation, question)
    shown = {"asked": question.session.id, "asked_at": question.at(question.session), **more}
    return replace(violation, shown=shown)


def _difference(
    after: tuple[Violation, ...], before: tuple[Violation, ...]
) -> tuple[Violation, ...]:
    def is_new(violation: Violation) -> bool:
        return all(violation != o or violation.excess > o.excess for o in before)

    return tuple(filter(is_new, after))
