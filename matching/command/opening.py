"""Reading a problem and its plan for a command, with a word about what in it means nothing."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable

from matching.formats.files import read_plan, read_problem
from matching.plan import Plan
from matching.problem import Problem, ProblemError

FEW = 5


def opened(path: str, lenient: bool = False) -> Problem:
    """The problem of a file; the first few notes about it go to stderr, with `lenient` those about
    fields that version 2 does not know, too.

    Raises as `read_problem`.
    """
    notes: list[str] = []
    problem = read_problem(path, notes.append, lenient)
    for line in notes[:FEW]:
        say(f"note: {line}")
    if len(notes) > FEW:
        say(f"note: and {len(notes) - FEW} more of the kind")
    return problem


def opened_plan(path: str, problem: Problem) -> Plan:
    """The plan of a file, about this problem. Raises as `read_plan`, and ProblemError if it names
    somebody or something that the problem does not know."""
    plan = read_plan(path)
    known(
        problem,
        volunteers=(v for v, _ in plan.assignments),
        shifts=(h for _, h in plan.assignments),
        requests=(q for q, _ in plan.seats),
        sessions=(s for _, s in plan.seats),
    )
    return plan


def known(problem: Problem, **named: Iterable[str]) -> None:
    """Raises ProblemError for the first of these `volunteers`, `shifts`, `sessions` and `requests`
    that is not in the problem."""
    there: dict[str, Container[str]] = {
        "volunteers": problem.volunteer_of,
        "shifts": problem.shift_of,
        "sessions": problem.session_of,
        "requests": problem.request_of,
    }
    for kind, ids in named.items():
        for one in ids:
            if one not in there[kind]:
                raise ProblemError(f"{kind[:-1]} {one!r}", "is not in the problem")


def say(words: str) -> None:
    """One line on stderr, whatever stands in the words."""
    line = " ".join(words.split())
    seen = "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
    print(f"matching: {seen}", file=sys.stderr)
