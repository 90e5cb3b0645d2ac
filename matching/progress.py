"""One report of a running search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands: cost and its parts, the proven bound, and the counts that a page
    shows.

    `gap` is (cost - bound) / |cost|, None before both are known; `volunteers` are those
    with an assignment, `holes` people missing below `min` on required sessions.
    """

    seconds: float
    stage: str
    step: int
    cost: int | None
    parts: Mapping[str, int]
    bound: int | None
    gap: float | None
    assignments: int
    volunteers: int
    families_served: int
    holes: int

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)

    def line(self) -> str:
        """One line for a terminal."""
        gap = "" if self.gap is None else f"  gap {gap_in_words(self.gap, 3)}"
        cost = "-" if self.cost is None else f"{self.cost:,}"
        bound = "-" if self.bound is None else f"{self.bound:,}"
        people = f"placed {self.assignments}  families {self.families_served}  holes {self.holes}"
        return f"{self.seconds:6.1f} s  {self.stage:<8} cost {cost}  bound {bound}{gap}  {people}"


def gap_between(cost: int | None, bound: int | None) -> float | None:
    """How far at most the cost is from the best possible, as a share of it."""
    if cost is None or bound is None:
        return None
    return max(0, cost - bound) / max(1, abs(cost))


def gap_in_words(gap: float, digits: int) -> str:
    """A share in percent; beyond the whole cost it says nothing, and so do the words."""
    if gap > 1:
        return "not proven yet"
    return f"{100 * gap:.{digits}f} %"
