"""So many holders of a code among all who are in a session, whatever their roles.

An optional session opens only with them; a required one takes place anyhow, and each one missing is
paid for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.agreements import Mix
from matching.problem import Problem, Session
from matching.rules.goal import Goal
from matching.rules.qualification import holds_for
from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows
    from matching.program.objective import Objective


def missing(tally: Tally, session: Session, mix: Mix) -> int:
    """How many holders are missing there."""
    here = (tally.problem.volunteer_of[v] for v in tally.people.get(session.id, ()))
    return max(0, mix.min - sum(holds_for(tally.problem, her, mix.code, session) for her in here))


def violations(tally: Tally) -> Iterator[Violation]:
    for s in tally.problem.sessions:
        if s.mix and not s.required and tally.is_open(s):
            for mix in s.mix:
                lack = missing(tally, s, mix)
                if lack:
                    yield Violation("mix", {"session": s.id, "code": mix.code}, lack)


def rows(c: Columns) -> Iterable[Rows]:
    from matching.arrays.rows import block

    for k, s in enumerate(c.sessions):
        for mix in () if s.required else s.mix:
            holders = c.holders(k, mix.code)
            yield block(1, [(0, holders, 1), (0, [c.open[k]], -mix.min)], low=0)


def asked(problem: Problem) -> bool:
    return any(s.mix and s.required for s in problem.sessions)


def cost(tally: Tally) -> int:
    return sum(
        tally.problem.weights.short * s.priority * missing(tally, s, mix)
        for s in tally.problem.sessions
        if s.required
        for mix in s.mix
    )


def terms(o: Objective) -> None:
    c = o.columns
    for k, s in enumerate(c.sessions):
        for mix in s.mix if s.required else ():
            lack = o.add([c.problem.weights.short * s.priority], mix.min)
            o.row(1, [(0, c.holders(k, mix.code), 1), (0, lack, 1)], low=mix.min)


def most(problem: Problem) -> int:
    needed = (s.priority * mix.min for s in problem.sessions if s.required for mix in s.mix)
    return problem.weights.short * sum(needed)


RULE = Rule(
    "mix",
    "An open optional session has its holders of a code.",
    "session",
    violations,
    rows=rows,
    in_format=False,
)
GOAL = Goal("mix", "Holders of a code missing in required sessions.", asked, cost, terms, most)
