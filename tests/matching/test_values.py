"""What single rules say at their edges: the values that small problems made by chance do not
meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from matching.agreements import Group
from matching.arrays.rows import stack
from matching.plan import Plan
from matching.problem import DAY, WEEK, Problem, Request, Seats, Session, Shift, Volunteer
from matching.program.program import candidates
from matching.rules import CHANGEABLE, RULE_OF, Violation, may_seat, may_take
from matching.rules.age import months_completed
from matching.tally import Tally
from tests.matching.enumerated import every_vector, holds

HERE, THERE = (26.08, 119.30), (26.18, 119.42)
WAY = 53  # minutes between them


def person(name: str = "v0", **fields: Any) -> Volunteer:
    usual = {"home": HERE, "max_travel": 600, "qualifications": {}, "available": ((0, 4 * WEEK),)}
    return Volunteer(id=name, **(usual | fields))


def session(name: str, start: int | None, minutes: int = 60, **fields: Any) -> Session:
    usual = {
        "programme": "class",
        "place": HERE,
        "required": True,
        "shifts": (Shift(f"{name}.0", "lead", (), 1, 3),),
    }
    end = None if start is None else start + minutes
    return Session(id=name, start=start, end=end, **(usual | fields))


def family(name: str = "r0", **fields: Any) -> Request:
    usual = {
        "family": f"f-{name}",
        "children": ("2025-12",),
        "home": HERE,
        "max_travel": 600,
        "available": ((0, 4 * WEEK),),
        "wants": 9,
        "per_week": 9,
    }
    return Request(id=name, **(usual | fields))


def problem(*sessions: Session, **fields: Any) -> Problem:
    return Problem("edges", date(2026, 11, 30), 4 * WEEK, sessions=sessions, **fields)


def faces_agree(code: str, of: Problem, lean: bool = False) -> set[bool]:
    """Whether plans break the rule, over every plan of the candidates; its rows say the same."""
    columns = candidates(of, lean=lean)
    found = set()
    rule = RULE_OF[code]
    assert rule.rows
    rows = stack(list(rule.rows(columns)))
    for values, plan in every_vector(columns):
        broken = any(True for _ in rule.violations(Tally(of, plan)))
        assert holds(rows, values) != broken
        found.add(broken)
    return found


def shown(violations: tuple[Violation, ...]) -> dict[str, dict[str, Any]]:
    """What a sentence about each rule is made from, beside the session that was asked for."""
    asked = ("asked", "asked_at")
    return {
        v.rule: {name: value for name, value in v.shown.items() if name not in asked}
        for v in violations
    }


def test_one_change_of_hers_lifts_these_and_no_others() -> None:
    assert set(CHANGEABLE) == {
        "ban",
        "qualification",
        "availability",
        "reach",
        "overlap",
        "rest",
        "rest_block",
        "weekends",
        "max_per_day",
        "max_per_week",
        "max_total",
        "max_open",
        "limits",
        "max_children",
    }


@pytest.mark.parametrize(
    ("facts", "whom"),
    [
        ({"volunteer": "v1", "shift": "h1"}, ("v1",)),
        ({"pair": ["v1", "v2"], "session": "s1"}, ("v1", "v2")),
        ({"request": "q1"}, ()),
    ],
)
def test_a_broken_rule_names_whom_it_is_about(facts: dict[str, Any], whom: tuple[str, ...]) -> None:
    assert Violation("any", facts).volunteers == whom


# --- age ------------------------------------------------------------------------------------------
ROOM = Seats(0, 9, 9)


@pytest.mark.parametrize(
    ("born", "months"),
    [("2025-03", 20), ("2025-12", 11), ("2026-11", 0), ("2025-10", 13), ("2026-12", -1)],
)
def test_months_are_counted_by_the_calendar(born: str, months: int) -> None:
    assert months_completed(born, date(2026, 11, 30)) == months


@pytest.mark.parametrize(
    ("band", "seated"),
    [((0, 11), True), ((11, 24), True), ((0, 10), False), ((12, 24), False), (None, True)],
)
def test_both_ends_of_the_band_are_inside_and_without_a_band_every_age_is(
    band: tuple[int, int] | None, seated: bool
) -> None:
    of = problem(session("s", 600, seats=ROOM, months=band), requests=(family(),))
    broken = may_seat(of, Plan(), "r0", "s")
    assert ("age" not in {v.rule for v in broken}) is seated
    assert len(candidates(of).y) == seated
    if not seated and band:
        low, high = band
        assert shown(broken)["age"] == {"low": low, "high": high}


def test_an_open_ended_session_asks_no_age() -> None:
    of = problem(session("s", None, seats=ROOM, months=(0, 1)), requests=(family(),))
    rule = RULE_OF["age"]
    assert rule.seats
    columns = candidates(problem(session("t", 600, seats=ROOM), requests=(family(),)))
    assert rule.seats(columns.families, of.sessions[0]).tolist() == [True]


# --- credentials, hours, the way ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("held", "end", "may"),
    [
        ({}, 660, False),
        ({"lead": None}, 660, True),
        ({"lead": 660}, 660, True),
        ({"lead": 659}, 660, False),
        ({}, 1, False),
    ],
)
def test_a_credential_holds_to_the_minute_in_which_the_session_ends(
    held: dict[str, int | None], end: int, may: bool
) -> None:
    shift = Shift("h", "lead", ("lead",), 1, 1)
    asked = session("s", end - 1, 1, shifts=(shift,))
    of = problem(asked, volunteers=(person(qualifications=held),))
    broken = may_take(of, Plan(), "v0", "h")
    assert (not broken) is may
    assert len(candidates(of).x) == may
    if broken:
        assert shown(broken) == {"qualification": {"held": "lead" in held}}


@pytest.mark.parametrize("hours", [(), ((0, 60),)])
def test_who_has_said_no_hours_is_told_apart_from_who_is_busy_then(
    hours: tuple[tuple[int, int], ...],
) -> None:
    of = problem(session("s", 600), volunteers=(person(available=hours),))
    stated = {"stated": bool(hours)}
    assert shown(may_take(of, Plan(), "v0", "s.0")) == {"availability": stated}


def test_the_way_and_her_limit_are_shown() -> None:
    of = problem(session("s", 600, place=THERE), volunteers=(person(max_travel=WAY - 1),))
    assert shown(may_take(of, Plan(), "v0", "s.0")) == {"reach": {"way": WAY, "limit": WAY - 1}}
    assert may_take(replace(of, volunteers=(person(max_travel=WAY),)), Plan(), "v0", "s.0") == ()


# --- one after the other --------------------------------------------------------------------------
def test_over_midnight_the_way_is_not_counted_not_even_a_minute() -> None:
    late, early = session("a", DAY - 60), session("b", DAY, place=THERE)
    of = problem(late, early, volunteers=(person(max_per_day=9),))
    assert may_take(of, Plan((("v0", "a.0"),)), "v0", "b.0") == ()
    assert faces_agree("overlap", of) == {False}


@pytest.mark.parametrize(("first", "asked"), [("a", "b"), ("b", "a")])
def test_what_stands_in_the_way_is_shown_with_the_minutes(first: str, asked: str) -> None:
    of = problem(session("a", 600), session("b", 680, place=THERE), volunteers=(person(),))
    broken = may_take(of, Plan((("v0", f"{first}.0"),)), "v0", f"{asked}.0")
    at = {"a": "2026-11-30T10:00", "b": "2026-11-30T11:20"}[first]
    assert shown(broken)["overlap"] == {"other": first, "other_at": at, "gap": 20, "way": WAY}


@pytest.mark.parametrize(("first", "asked"), [("a", "b"), ("b", "a")])
def test_a_family_is_shown_what_it_has_at_the_same_time(first: str, asked: str) -> None:
    """A short session inside a long one, and one later in the day that does not matter."""
    long, inside, later = (
        session("a", 600, 120, seats=ROOM),
        session("b", 630, 30, seats=ROOM),
        session("c", 900, seats=ROOM),
    )
    of = problem(long, inside, later, requests=(family(),), volunteers=(person(),))
    had = Plan((("v0", "a.0"), ("v0", "b.0")), (("r0", "c"), ("r0", first)))
    at = {"a": "2026-11-30T10:00", "b": "2026-11-30T10:30"}[first]
    said = shown(may_seat(of, had, "r0", asked))
    assert said["family_overlap"] == {"other": first, "other_at": at}
    assert may_seat(of, replace(had, seats=()), "r0", asked) == ()


# --- how much -------------------------------------------------------------------------------------
def days(*starts: int | None) -> tuple[Session, ...]:
    return tuple(session(f"s{k}", start) for k, start in enumerate(starts))


def has(*numbers: int) -> Plan:
    return Plan(tuple(("v0", f"s{n}.0") for n in numbers))


@pytest.mark.parametrize(
    ("limit", "starts", "had"),
    [
        ("max_per_day", (DAY + 600, DAY + 900, 600, 2 * DAY + 600), 1),
        ("max_per_week", (WEEK + 600, WEEK + DAY, 600, 2 * WEEK + 600), 1),
        ("max_total", (600, WEEK + 600, 2 * WEEK + 600, None), 2),
        ("max_open", (None, None, 600, DAY + 600), 1),
    ],
)
def test_a_limit_shows_what_she_has_in_that_time_alone(
    limit: str, starts: tuple[int | None, ...], had: int
) -> None:
    of = problem(*days(*starts), volunteers=(person(**{limit: had}),))
    broken = may_take(of, has(1, 2, 3), "v0", "s0.0")
    assert shown(broken) == {limit: {"had": had, "limit": had}}


def test_the_excess_is_all_that_is_too_much_and_nothing_more() -> None:
    of = problem(
        *days(600, 700, 800, DAY + 600, DAY + 700, 2 * DAY + 600),
        volunteers=(person(max_per_day=1),),
    )
    (broken,) = RULE_OF["max_per_day"].violations(Tally(of, has(0, 1, 2, 3, 4, 5)))
    assert broken.excess == 3


@pytest.mark.parametrize(("most", "may"), [(4, False), (5, True), (None, True)])
def test_children_of_all_her_sessions_count_and_those_of_no_other(
    most: int | None, may: bool
) -> None:
    """Two in the one she has, three in the one that is asked about, one where she is not."""
    rooms = [replace(s, seats=ROOM) for s in days(600, DAY + 600, 2 * DAY + 600)]
    families = [family(f"r{k}", children=("2025-12",) * n) for k, n in enumerate((2, 3, 1))]
    of = problem(
        *rooms, requests=tuple(families), volunteers=(person(max_children=most), person("v1"))
    )
    seats = (("r0", "s0"), ("r1", "s1"), ("r2", "s2"))
    had = Plan((("v0", "s0.0"), ("v0", "unknown"), ("v1", "s2.0")), seats)
    broken = may_take(of, had, "v0", "s1.0")
    assert shown(broken) == ({} if may else {"max_children": {"limit": most}})
    assert [v.excess for v in broken] == ([] if may else [1])


@pytest.mark.parametrize(("alone", "found"), [(True, {True, False}), (False, {False})])
def test_only_who_wants_to_be_alone_has_nobody_beside_her(alone: bool, found: set[bool]) -> None:
    people = (person(alone=alone), person("v1"), person("v2"))
    assert faces_agree("alone", problem(session("s", 600), volunteers=people)) == found


@pytest.mark.parametrize(
    ("most", "budget", "excess"),
    [(2, 10, 0), (1, None, 1), (None, 9, 1), (1, 8, 3), (0, 0, 12), (None, None, 0)],
)
def test_a_group_is_passed_by_its_sessions_and_by_their_prices(
    most: int | None, budget: int | None, excess: int
) -> None:
    fields: dict[str, Any] = {"groups": ("g",), "required": False}
    of = problem(
        session("a", 600, price=4, **fields),
        session("b", 900, price=6, **fields),
        volunteers=(person(max_per_day=9),),
        groups={"g": Group(most, budget)},
    )
    broken = RULE_OF["groups"].violations(Tally(of, Plan((("v0", "a.0"), ("v0", "b.0")))))
    assert sum(v.excess for v in broken) == excess
    assert faces_agree("groups", of) == ({True, False} if excess else {False})


NIGHT = DAY - 30  # a session that begins then ends the day after


@pytest.mark.parametrize(("asked", "had"), [(NIGHT, 600), (600, NIGHT)])
def test_a_session_through_midnight_counts_for_the_day_on_which_it_begins(
    asked: int, had: int
) -> None:
    of = problem(*days(asked, had), volunteers=(person(max_per_day=1),))
    assert shown(may_take(of, has(1), "v0", "s0.0")) == {"max_per_day": {"had": 1, "limit": 1}}
    assert faces_agree("max_per_day", of) == {True, False}
    next_day = problem(*days(NIGHT, DAY + 600), volunteers=(person(max_per_day=1),))
    assert may_take(next_day, has(1), "v0", "s0.0") == ()
    assert faces_agree("max_per_day", next_day) == {False}


def test_a_family_that_wants_more_than_a_week_holds_is_held_to_the_week() -> None:
    rooms = [replace(s, seats=ROOM) for s in days(600, DAY + 600, WEEK + 600)]
    of = problem(*rooms, requests=(family(wants=3, per_week=1),))
    assert faces_agree("per_week", of) == {True, False}
    columns = candidates(of)
    rows = stack([*RULE_OF["per_week"].rows(columns), *RULE_OF["wants"].rows(columns)])
    weeks = {holds(rows, v) for v, plan in every_vector(columns) if len(plan.seats) == 3}
    assert weeks == {False}


# --- with whom, whether, where --------------------------------------------------------------------
def test_who_is_to_be_apart_from_herself_is_nowhere() -> None:
    of = problem(session("s", 600), volunteers=(person(),), apart=(("v0", "v0"),))
    assert faces_agree("apart", of) == {True, False}


def test_the_first_candidate_can_be_pinned() -> None:
    of = problem(session("s", 600), volunteers=(person(),), pins=(("v0", "s.0"),))
    assert faces_agree("pin", of) == {True, False}


def test_a_room_for_nobody_holds_nobody() -> None:
    closed = session("s", 600, seats=Seats(0, 0, 9))
    of = problem(closed, volunteers=(person(),), requests=(family(),))
    assert faces_agree("seats", of) == {True, False}


def test_a_family_that_brings_no_child_opens_nothing() -> None:
    optional = session("s", 600, seats=ROOM, required=False)
    of = problem(optional, volunteers=(person(),), requests=(family(children=()),))
    assert faces_agree("seats", of) == {False}
