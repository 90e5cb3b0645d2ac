"""What a rule is: a code word, a sentence, and two faces that say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from matching.tally import Tally

if TYPE_CHECKING:  # the linear face needs numpy; a page that asks about one person does not
    from matching.arrays.columns import Columns
    from matching.arrays.marks import Marked
    from matching.arrays.people import Families, Mask, Volunteers
    from matching.arrays.rows import Rows
    from matching.problem import Commitment, Problem, Session, Shift

Asks = Literal["volunteer", "shift", "session", "family", "plan"]
Facts = Mapping[str, str | int | list[str] | None]  # ids, numbers, moments, as JSON has them


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: its code and the ids and numbers that show it.

    `excess` says by how much a limit is passed, so that what makes an old breach worse can be told
    from the old breach. Where one person was asked about (`may_take`, `may_seat`), `shown` is what
    a sentence about it needs, as plain texts and numbers: `asked`, the session in question, and
    what the rule adds (`Rule.shows`). It is not part of which breach it is.
    """

    rule: str
    facts: Facts
    excess: int = field(default=0, compare=False)
    shown: Facts = field(default_factory=dict, compare=False, repr=False)

    def named(self, what: str) -> str:
        """The id of the volunteer, shift, session or request that its facts name; KeyError if they
        name none."""
        found = self.facts[what]
        assert isinstance(found, str), f"{what} of {self.rule} is no id"
        return found

    @property
    def volunteers(self) -> tuple[str, ...]:
        """The volunteers whom it is about, both of a pair."""
        pair = self.facts.get("pair")
        if isinstance(pair, list):
            return tuple(pair)
        her = self.facts.get("volunteer")
        return (her,) if isinstance(her, str) else ()


@dataclass(frozen=True, slots=True)
class Question:
    """May she have this session, beside what the plan gave her `before`?"""

    before: Tally
    session: Session

    @property
    def problem(self) -> Problem:
        return self.before.problem

    def at(self, session: Session | Commitment) -> str | None:
        """When a session or a commitment starts, in local time as ISO 8601; None without a time."""
        if session.start is None:
            return None
        midnight = datetime.combine(self.problem.start, time())
        return (midnight + timedelta(minutes=session.start)).isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard rule.

    `violations` is the face for pages, claims, checker and explanations: plain data in, broken
    cases out. `shows` adds what a sentence about one of them needs: the session that stands in the
    way, the minutes, the numbers. The face for the solver is one of: `takes` (which of all
    volunteers a shift may take), `seats` (which of all requests a session may seat) or `rows`
    (linear rows over candidate columns, or over `marks`, which say whether any of a group of
    assignments is taken). A rule that columns cannot break has none. `asks` says
    whom it looks at; a claim asks only the rules about its volunteer and its shift.

    `changeable`: one change, of her or of an answer of hers, can lift what keeps her out, so that
    "why nobody" names it as an opening; every rule that asks about a volunteer says it. `in_format`
    is False for a rule that matching-problem/1 does not have: who judges plans of that format by
    other means (the recorded verdicts of tests/matching) does not know it.
    """

    code: str
    says: str
    asks: Asks
    violations: Callable[[Tally], Iterator[Violation]]
    shows: Callable[[Violation, Question], Facts] | None = None
    takes: Callable[[Volunteers, Session, Shift], Mask] | None = None
    seats: Callable[[Families, Session], Mask] | None = None
    rows: Callable[[Columns], Iterable[Rows]] | None = None
    marks: Callable[[Columns], Iterable[Marked]] | None = None
    changeable: bool | None = None
    in_format: bool = True
