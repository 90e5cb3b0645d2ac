"""A volunteer who declined a session is not asked for it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.people import Mask, Volunteers
    from matching.problem import Session, Shift


def violations(tally: Tally) -> Iterator[Violation]:
    for v, s, _ in tally.placed:
        if (v.id, s.id) in tally.problem.banned:
            yield Violation("ban", {"volunteer": v.id, "session": s.id})


def takes(volunteers: Volunteers, session: Session, shift: Shift) -> Mask:
    return volunteers.unbanned(session.id)


RULE = Rule(
    "ban",
    "She has not declined this session.",
    "volunteer",
    violations,
    takes=takes,
    changeable=True,
)
