"""What a coordinator sees of a run and of one assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.web.components.base import Component, Tone


@dataclass(frozen=True, kw_only=True)
class Kpi(Component):
    """A number, what it is, what it means. tone: of the note, of the number when there is none.
    field: name in the tick data that rewrites the number while a run works. href: what the number
    is made of. `{% kpi %}` makes one.
    """

    label: str
    value: str
    note: str = ""
    tone: Tone = ""
    field: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One rule's part in the score of an assignment, in points; below zero it speaks against."""

    label: str
    points: int

    @property
    def words(self) -> str:
        """+20 or −6, with a real minus sign."""
        if self.points >= 0:
            return f"+{self.points}"
        return f"\N{MINUS SIGN}{-self.points}"


@dataclass(frozen=True, kw_only=True)
class Contributions(Component):
    """Why her: what speaks for her and what against."""

    parts: Sequence[Contribution]

    @property
    def bars(self) -> list[tuple[Contribution, float, float]]:
        """Each contribution with the left edge and the width of its bar, in percent of a box whose
        middle is zero."""
        largest = max((abs(part.points) for part in self.parts), default=0) or 1
        widths = [(part, 44 * abs(part.points) / largest) for part in self.parts]
        return [(part, 50 - width if part.points < 0 else 50, width) for part, width in widths]
