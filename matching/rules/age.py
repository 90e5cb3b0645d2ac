"""Every child's age in completed calendar months, at the session's date, is within the session's
band."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from matching.problem import Problem, Session
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.people import Families, Mask


def months_completed(born: str, on: date) -> int:
    """Calendar months from the birth month YYYY-MM to the month of `on`."""
    return (on.year - int(born[:4])) * 12 + on.month - int(born[5:])


def date_of(problem: Problem, session: Session) -> date:
    """The day on which a timed session starts."""
    return problem.start + timedelta(minutes=session.span[0])


def violations(tally: Tally) -> Iterator[Violation]:
    for q, s in tally.seated:
        if s.months is None:
            continue
        on = date_of(tally.problem, s)
        for born in q.children:
            months = months_completed(born, on)
            if not s.months[0] <= months <= s.months[1]:
                yield Violation("age", {"request": q.id, "session": s.id, "months": months})


def shows(violation: Violation, question: Question) -> Facts:
    assert question.session.months  # without a band no age is wrong
    low, high = question.session.months
    return {"low": low, "high": high}


def seats(families: Families, session: Session) -> Mask:
    if session.months is None or session.start is None:
        return families.all_if(True)
    return families.aged(session.months, date_of(families.problem, session))


RULE = Rule(
    "age",
    "Every child is of the right age that day.",
    "family",
    violations,
    shows=shows,
    seats=seats,
)
