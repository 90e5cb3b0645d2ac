"""What a rule is: a code word, a sentence, and two faces that say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from matching.tally import Tally

if TYPE_CHECKING:  # the linear face needs numpy; a page that asks about one person does not
    from matching.columns import Columns
    from matching.crowd import Families, Mask, Volunteers
    from matching.problem import Session, Shift
    from matching.rows import Rows

Asks = Literal["volunteer", "shift", "session", "family", "plan"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: its code and the ids and numbers that show it.

    `excess` says by how much a limit is passed, so that what makes an old breach worse can be told
    from the old breach.
    """

    rule: str
    facts: dict[str, Any]
    excess: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard rule.

    `violations` is the face for pages, claims, checker and explanations: plain data in, broken
    cases out. The face for the solver is one of: `takes` (which of all volunteers a shift may
    take), `seats` (which of all requests a session may seat) or `rows` (linear rows over candidate
    columns). A rule that columns cannot break has none. `asks` says whom it looks at; a claim asks
    only the rules about its volunteer and its shift.
    """

    code: str
    says: str
    asks: Asks
    violations: Callable[[Tally], Iterator[Violation]]
    takes: Callable[[Volunteers, Session, Shift], Mask] | None = None
    seats: Callable[[Families, Session], Mask] | None = None
    rows: Callable[[Columns], Iterable[Rows]] | None = None
