"""Small problems for tests by enumeration: as chance makes them, and bent so that what chance never
brings together is there too.

A rule that no problem of `tiny` breaks gets a situation here: a function that makes a small problem
one in which plans break it and plans keep it. `test_faces` fails until the rule is seen both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from matching.problem import Problem

Situation = Callable[[Problem], Problem]


def last_role_carries_no_seats(problem: Problem) -> Problem:
    """The people of each session's last shift make no room for a family."""
    sessions = []
    for s in problem.sessions:
        last = tuple(replace(shift, carries_seats=False) for shift in s.shifts[-1:])
        sessions.append(replace(s, shifts=(*s.shifts[:-1], *last)))
    return replace(problem, sessions=tuple(sessions))


SITUATIONS: list[Situation] = [
    last_role_carries_no_seats,
]


def as_made_and_bent(problem: Problem) -> Iterator[Problem]:
    """The problem as chance made it, then bent by each situation."""
    yield problem
    for bend in SITUATIONS:
        yield bend(problem)
