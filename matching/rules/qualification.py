"""Every required code is held, and still valid when the session ends (open-ended: at the end of the
horizon)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.problem import Problem, Session, Volunteer
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.people import Mask, Volunteers
    from matching.problem import Shift


def valid_until(problem: Problem, session: Session) -> int:
    """The minute until which a credential must hold for this session."""
    if session.end is None:
        return problem.horizon
    return session.end


def holds_for(problem: Problem, her: Volunteer, code: str, session: Session) -> bool:
    """True if she holds the code long enough for this session."""
    until = her.qualifications.get(code, -1)
    return until is None or until >= valid_until(problem, session)


def violations(tally: Tally) -> Iterator[Violation]:
    for v, s, h in tally.placed:
        for code in h.requires:
            if not holds_for(tally.problem, v, code, s):
                yield Violation("qualification", {"volunteer": v.id, "shift": h.id, "code": code})


def shows(violation: Violation, question: Question) -> Facts:
    her = question.problem.volunteer_of[violation.named("volunteer")]
    return {"held": violation.named("code") in her.qualifications}


def takes(volunteers: Volunteers, session: Session, shift: Shift) -> Mask:
    return volunteers.hold(shift.requires, valid_until(volunteers.problem, session))


RULE = Rule(
    "qualification",
    "She holds every required code, valid at the session's end.",
    "volunteer",
    violations,
    shows=shows,
    takes=takes,
    changeable=True,
)
