"""What is promised beside a problem counts as it would inside it: in its own day and its own week,
with the way between the places, and nowhere else.

Shown by enumeration. A whole problem is cut in two; every plan of it is judged as a whole, by the
rules that know nothing of a cut, and then half by half, the second beside what the first promised.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

import pytest

from matching.check import check
from matching.command.tiny import tiny
from matching.formats.notes import unknown_fields
from matching.formats.reading import problem_from_json
from matching.formats.writing import problem_to_json
from matching.plan import Plan
from matching.problem import (
    DAY,
    WEEK,
    Commitment,
    Point,
    Problem,
    ProblemError,
    Session,
    Shift,
    Volunteer,
)
from matching.program.program import candidates, model
from matching.rules import Violation, may_take, violations_of
from matching.search.greedy import Greedy
from tests.matching.enumerated import every_vector
from tests.matching.situations import promised_elsewhere
from tests.matching.solved import best

HERS = ("overlap", "max_per_day", "max_per_week", "max_open")
MOST = 9  # candidates, so at most 512 plans a problem


def small_problems(seats: bool) -> Iterator[Problem]:
    """Of volunteers alone, or with families; limits that look at all of a problem are off."""
    for seed in range(2_000):
        made = problem_from_json(tiny(seed, volunteers=3, sessions=5, requests=3))
        people = tuple(replace(v, max_total=None) for v in made.volunteers)
        wishes = tuple(replace(q, wants=9) for q in made.requests)
        sessions = tuple(replace(s, required=True, alternatives=None) for s in made.sessions)
        problem = replace(
            made,
            sessions=sessions,
            volunteers=people,
            requests=wishes if seats else (),
            **dict.fromkeys(("pins", "apart", "avoid", "knows"), ()),
            current=None,
        )
        columns = candidates(problem)
        if 3 <= len(columns.x) + len(columns.y) <= MOST and len(columns.y) >= 3 * seats:
            yield problem


def half(problem: Problem, number: int) -> Problem:
    return replace(problem, sessions=problem.sessions[number::2])


def of(problem: Problem, plan: Plan) -> Plan:
    """The lines of a plan of everything that are about this half."""
    return Plan(
        tuple(line for line in plan.assignments if line[1] in problem.shift_of),
        tuple(line for line in plan.seats if line[1] in problem.session_of),
    )


def beside(problem: Problem, first: Problem, promised: Plan) -> Problem:
    """The problem when people have promised that plan of the first half."""
    return replace(
        problem,
        volunteers=tuple(_promising(her, first, promised) for her in problem.volunteers),
        requests=tuple(
            replace(
                q, had=tuple(first.session_of[s].span[0] for w, s in promised.seats if w == q.id)
            )
            for q in problem.requests
        ),
    )


def _promising(her: Volunteer, first: Problem, promised: Plan) -> Volunteer:
    hers = [first.shift_of[shift][0] for v, shift in promised.assignments if v == her.id]
    distinct: dict[str, Session] = {s.id: s for s in hers}
    return replace(
        her,
        commitments=tuple(Commitment(s.id, s.start, s.end, s.place) for s in distinct.values()),
    )


def broken(problem: Problem, plan: Plan, codes: tuple[str, ...]) -> set[str]:
    return {v.rule for v in violations_of(problem, plan) if v.rule in codes}


def plans_of(problem: Problem) -> list[Plan]:
    """All that its candidates can make, but those in which somebody is in a session twice: that is
    another rule's business."""
    made = (plan for _, plan in every_vector(candidates(problem, lean=False)))
    return [plan for plan in made if not broken(problem, plan, ("one_place",))]


def cut_in_two(seats: bool, most: int = 60) -> Iterator[tuple[Problem, Problem, Problem]]:
    for whole in islice(small_problems(seats), most):
        yield whole, half(whole, 0), half(whole, 1)


def test_two_problems_one_after_the_other_allow_what_they_allow_together() -> None:
    seen: Counter[str] = Counter()
    for whole, first, second in cut_in_two(seats=False):
        for plan in plans_of(whole):
            promised = of(first, plan)
            together = broken(whole, plan, HERS)
            apart = broken(first, promised, HERS)
            apart |= broken(beside(second, first, promised), of(second, plan), HERS)
            assert together == apart, (whole.name, plan)
            seen.update(together or {"sound"})
    assert min(seen[code] for code in (*HERS, "sound")) > 20, seen


def test_a_week_of_a_family_counts_what_it_has_had() -> None:
    seen: Counter[bool] = Counter()
    for whole, first, second in cut_in_two(seats=True):
        for plan in plans_of(whole):
            given = of(first, plan)
            together = bool(broken(whole, plan, ("per_week",)))
            apart = bool(broken(first, given, ("per_week",)))
            apart |= bool(broken(beside(second, first, given), of(second, plan), ("per_week",)))
            assert together == apart, (whole.name, plan)
            seen[together] += 1
    assert min(seen[True], seen[False]) > 50, seen


def sound_halves(seats: bool) -> Iterator[tuple[Problem, Problem, Plan]]:
    """The whole, its second half beside the promise of a sound first, and that promise."""
    for whole, first, second in cut_in_two(seats):
        fullest = max(
            (plan for plan in plans_of(first) if not violations_of(first, plan)),
            key=lambda plan: len(plan.assignments) + len(plan.seats),
            default=None,
        )
        if fullest and (fullest.assignments or fullest.seats):
            yield whole, beside(second, first, fullest), fullest


def cheapest_together(whole: Problem, second: Problem, promised: Plan) -> int:
    """The least cost of what the second half may add, the whole being judged by rules that know
    nothing of a cut."""
    alone = replace(
        second,
        volunteers=tuple(replace(her, commitments=()) for her in second.volunteers),
        requests=tuple(replace(wish, had=()) for wish in second.requests),
    )
    costs = []
    for plan in plans_of(alone):
        both = Plan(
            (*promised.assignments, *plan.assignments),
            (*promised.seats, *plan.seats),
        )
        if not violations_of(alone, plan) and not broken(whole, both, (*HERS, "per_week")):
            costs.append(check(alone, plan).total)
    return min(costs)


@pytest.mark.parametrize("seats", [False, True])
def test_the_best_plan_beside_a_promise_is_the_best_of_all_that_keep_it(seats: bool) -> None:
    narrowed = 0
    for whole, second, promised in islice(sound_halves(seats), 25):
        least = cheapest_together(whole, second, promised)
        result = best(second)
        assert (result.cost, result.bound, result.status) == (least, least, "optimal"), whole.name
        narrowed += least > cheapest_together(whole, second, Plan())
    assert narrowed > 2


def test_a_first_plan_keeps_what_is_promised_beside_it() -> None:
    tried = 0
    for seats in (False, True):
        for _, second, _ in sound_halves(seats):
            columns, program = model(second)
            plan = columns.plan(Greedy(columns, program).run())
            assert broken(second, plan, (*HERS, "per_week")) == set()
            tried += bool(plan.assignments or plan.seats)
    assert tried > 20


# --- single cases ---------------------------------------------------------------------------------
HERE, THERE = (26.08, 119.30), (26.18, 119.42)
WAY = 53  # minutes between them


def lead(**fields: Any) -> Volunteer:
    usual: dict[str, Any] = {
        "home": HERE,
        "max_travel": 600,
        "qualifications": {},
        "available": ((0, 4 * WEEK),),
    }
    return Volunteer("v0", **(usual | fields))


def at(name: str, start: int | None, place: Point = HERE) -> Session:
    end = None if start is None else start + 60
    shifts = (Shift(f"{name}.0", "lead", (), 1, 1),)
    return Session(name, "class", start, end, place, required=True, shifts=shifts)


def promised(*starts: int | None) -> tuple[Commitment, ...]:
    return tuple(
        Commitment(f"c{k}", start, None if start is None else start + 60, HERE)
        for k, start in enumerate(starts)
    )


def month(*sessions: Session, her: Volunteer) -> Problem:
    return Problem("month", date(2026, 11, 30), 4 * WEEK, volunteers=(her,), sessions=sessions)


def test_a_week_that_is_used_up_takes_nothing_off_another_week() -> None:
    """Two a week, one promised in the second: two, one and two are left, for her own question, for
    the plan and for what is shown."""
    noon = [week * WEEK + day * DAY + 720 for week in range(3) for day in (1, 2)]
    her = lead(max_per_day=1, max_per_week=2, commitments=promised(WEEK + 5 * DAY + 720))
    problem = month(*(at(f"s{k}", start) for k, start in enumerate(noon)), her=her)
    given = Counter(int(shift[1]) // 2 for _, shift in best(problem).plan.assignments)
    assert given == {0: 2, 1: 1, 2: 2}
    everything = Plan(tuple(("v0", f"s{k}.0") for k in (0, 1, 2, 4, 5)))
    assert violations_of(problem, everything) == ()
    (refused,) = may_take(problem, everything, "v0", "s3.0")
    assert (refused.rule, refused.excess) == ("max_per_week", 1)
    assert {name: refused.shown[name] for name in ("had", "limit")} == {"had": 2, "limit": 2}


def test_what_she_has_promised_beyond_her_limit_is_not_held_against_a_plan_without_her() -> None:
    her = lead(max_per_day=1, max_per_week=1, commitments=promised(600, 720, DAY))
    problem = month(at("s0", 2 * DAY), at("s1", 8 * DAY), her=her)
    assert violations_of(problem, Plan()) == ()
    assert violations_of(problem, Plan((("v0", "s1.0"),))) == ()
    assert [(v.rule, v.excess) for v in may_take(problem, Plan(), "v0", "s0.0")] == [
        ("max_per_week", 1)
    ]


def test_an_engagement_elsewhere_counts_among_those_at_once() -> None:
    her = lead(max_open=2, commitments=promised(None))
    problem = month(at("s0", None), at("s1", None), her=her)
    assert may_take(problem, Plan(), "v0", "s0.0") == ()
    (refused,) = may_take(problem, Plan((("v0", "s0.0"),)), "v0", "s1.0")
    assert (refused.rule, refused.shown["had"], refused.shown["limit"]) == ("max_open", 2, 2)
    assert len(best(problem).plan.assignments) == 1


def test_the_limit_of_this_problem_is_for_this_problem() -> None:
    her = lead(max_total=1, commitments=promised(DAY, WEEK))
    assert may_take(month(at("s0", 2 * DAY), her=her), Plan(), "v0", "s0.0") == ()


@pytest.mark.parametrize(
    ("start", "place", "free"),
    [
        (660, HERE, True),  # she is there already
        (660 + WAY - 1, THERE, False),
        (660 + WAY, THERE, True),
        (600 - 60 - WAY, THERE, True),
        (600 - 60 - WAY + 1, THERE, False),
        (600, HERE, False),
    ],
)
def test_the_way_from_what_she_has_promised_is_the_way_between_the_places(
    start: int, place: Point, free: bool
) -> None:
    problem = month(at("s0", start, place), her=lead(commitments=promised(600)))
    broken_rules = may_take(problem, Plan(), "v0", "s0.0")
    assert (broken_rules == ()) is free
    assert bool(best(problem).plan.assignments) is free
    if not free:
        names = ["s0", "c0"] if start <= 600 else ["c0", "s0"]
        assert broken_rules == (Violation("overlap", {"volunteer": "v0", "sessions": names}),)
        assert broken_rules[0].shown["other"] == "c0"
        assert broken_rules[0].shown["other_at"] == "2026-11-30T10:00"


def test_promises_that_lie_over_each_other_hide_nobody_behind_them() -> None:
    """The long one reaches beyond the short one that starts after it."""
    long = Commitment("long", 540, 900, HERE)
    short = Commitment("short", 600, 660, HERE)
    problem = month(at("s0", 720), her=lead(commitments=(long, short)))
    (refused,) = may_take(problem, Plan(), "v0", "s0.0")
    assert refused.facts == {"volunteer": "v0", "sessions": ["long", "s0"]}
    assert best(problem).plan.assignments == ()


# --- the file -------------------------------------------------------------------------------------


def test_promises_are_written_and_read_and_their_absence_is_as_before() -> None:
    for seed in range(40):
        plain = problem_from_json(tiny(seed))
        bent = promised_elsewhere(plain)
        assert problem_from_json(json.loads(json.dumps(problem_to_json(bent)))) == bent
        text = json.dumps(problem_to_json(plain))
        assert '"commitments"' not in text
        assert '"had"' not in text


def changed(where: str, value: object) -> dict[str, Any]:
    data = tiny(7, volunteers=3, sessions=3, requests=3)
    data[where][0] |= {"commitments": value} if where == "volunteers" else {"had": value}
    return data


GOOD = {"id": "c0", "start": -90, "end": 30, "place": [26.0, 119.0]}


@pytest.mark.parametrize(
    ("where", "value", "says"),
    [
        ("volunteers", [GOOD | {"end": None}], "must both be given or both be null"),
        ("volunteers", [GOOD | {"end": -90}], "must be after start -90, not -90"),
        ("volunteers", [GOOD, GOOD], "is used twice"),
        ("volunteers", [GOOD | {"id": "s0"}], "is a session of this problem"),
        ("volunteers", [GOOD | {"place": None}], "must be a point"),
        ("volunteers", [{"id": "c0"}], "is missing"),
        ("volunteers", None, "must be a list"),
        ("requests", [1.5], "must be a whole number"),
        ("requests", [2**60], "must be a whole number"),
        ("requests", 3, "must be a list"),
    ],
)
def test_a_promise_that_cannot_be_read_is_named(where: str, value: object, says: str) -> None:
    with pytest.raises(ProblemError, match=says):
        problem_from_json(changed(where, value))


def test_good_promises_are_read_and_a_misspelt_field_is_noted() -> None:
    data = changed("volunteers", [GOOD | {"plcae": 1}])
    her = problem_from_json(data).volunteers[0]
    assert her.commitments == (Commitment("c0", -90, 30, (26.0, 119.0)),)
    (note,) = unknown_fields(data)
    assert note.startswith("volunteers[].commitments[].plcae: is no field")
