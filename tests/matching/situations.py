"""Small problems for tests by enumeration: as chance makes them, and bent so that what chance never
brings together is there too.

A rule that no problem of `tiny` breaks gets a situation here: a function that makes a small problem
one in which plans break it and plans keep it. `test_faces` fails until the rule is seen both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from matching.formats.reading import problem_from_json
from matching.problem import DAY, WEEK, Commitment, Problem, Request, Volunteer
from tests.matching.wild import wild

Situation = Callable[[Problem], Problem]


def last_role_carries_no_seats(problem: Problem) -> Problem:
    """The people of each session's last shift make no room for a family."""
    sessions = []
    for s in problem.sessions:
        last = tuple(replace(shift, carries_seats=False) for shift in s.shifts[-1:])
        sessions.append(replace(s, shifts=(*s.shifts[:-1], *last)))
    return replace(problem, sessions=tuple(sessions))


def promised_elsewhere(problem: Problem) -> Problem:
    """People have promised something beside the problem on its days or near them, and families have
    had sessions in its weeks."""
    r = Random(f"beside-{problem.name}")
    starts = [s.start for s in problem.sessions if s.start is not None] or [600]
    return replace(
        problem,
        volunteers=tuple(_busier(her, starts, r) for her in problem.volunteers),
        requests=tuple(_given(wish, starts, r) for wish in problem.requests),
    )


def _busier(her: Volunteer, starts: list[int], r: Random) -> Volunteer:
    found = []
    for number in range(r.choice([0, 1, 1, 2])):
        start = r.choice(starts) + r.choice([-WEEK, -DAY, -90, -60, 0, 60, 75, 120, 200, 2 * DAY])
        end = start + r.choice([30, 60, 24 * 60])
        place = r.choice([her.home, (26.06, 119.38)])
        found.append(Commitment(f"{her.id}.{number}", start, end, place))
    if r.random() < 0.3:
        found.append(Commitment(f"{her.id}.open", None, None, her.home))
    return replace(her, commitments=tuple(found))


def _given(wish: Request, starts: list[int], r: Random) -> Request:
    return replace(wish, had=tuple(r.choice(starts) + DAY for _ in range(r.choice([0, 1, 2]))))


def as_version_2_limits(problem: Problem) -> Problem:
    """Another problem of the same seed, with what version 2 says of one volunteer."""
    seed = int(problem.name.removeprefix("tiny-"))
    return problem_from_json(wild(seed, sorts=("rest", "limits", "runs")))


def as_version_2_joins(problem: Problem) -> Problem:
    """Another problem of the same seed, with what version 2 says of several people and sessions."""
    seed = int(problem.name.removeprefix("tiny-"))
    return problem_from_json(wild(seed, sorts=("people", "sessions", "families")))


SITUATIONS: list[Situation] = [
    last_role_carries_no_seats,
    promised_elsewhere,
    as_version_2_limits,
    as_version_2_joins,
]


def as_made_and_bent(problem: Problem) -> Iterator[Problem]:
    """The problem as chance made it, then bent by each situation."""
    yield problem
    for bend in SITUATIONS:
        yield bend(problem)
