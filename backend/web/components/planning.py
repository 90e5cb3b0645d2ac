"""What a coordinator sees of a run and of one assignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backend.web.components.base import Action, Component, Tone
from backend.web.components.controls import Button, PersonChip


@dataclass(frozen=True, kw_only=True)
class Kpi(Component):
    """A number, what it is, what it means. field: name in the tick data that rewrites the number
    while a run works."""

    label: str
    value: str
    note: str = ""
    tone: Tone = ""
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class RunPanel(Component):
    """A solver run. stream: "run.3", whose ticks rewrite title, detail, percent and the numbers
    without fetching anything.

    steps: (words, done | now | later). trend: scores so far, oldest first, drawn as a line.
    percent: 0 to 100.
    """

    stream: str
    title: str
    detail: str
    percent: int
    steps: Sequence[tuple[str, Literal["done", "now", "later"]]] = ()
    kpis: Sequence[Kpi] = ()
    trend: Sequence[float] = ()
    actions: Sequence[Action | Button] = ()

    @property
    def trend_points(self) -> str:
        """Points of the line in a box of 100 by 40, highest score on top."""
        if len(self.trend) < 2:
            return ""
        low = min(self.trend)
        high = max(self.trend)
        span = (high - low) or 1.0
        last = len(self.trend) - 1
        return " ".join(
            f"{100 * i / last:.1f},{38 - 36 * (score - low) / span:.1f}"
            for i, score in enumerate(self.trend)
        )


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One rule's part in the score of an assignment, in points; below zero it speaks against."""

    label: str
    points: int

    @property
    def words(self) -> str:
        """+20 or −6, with a real minus sign."""
        return f"+{self.points}" if self.points >= 0 else f"\N{MINUS SIGN}{-self.points}"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One hard rule and whether it holds."""

    label: str
    holds: bool = True


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Another person for this shift: what it would mean, and the action if it is possible."""

    name: str
    words: str
    delta: str = ""
    action: Action | None = None


@dataclass(frozen=True, kw_only=True)
class WhyPanel(Component):
    """Why her, why not another. rest: a link to all the others; summary: sentences about what this
    changes."""

    title: str
    detail: str
    person: PersonChip | None = None
    score: str = ""
    tone: Tone = ""
    checks: Sequence[Check] = ()
    contributions: Sequence[Contribution] = ()
    alternatives: Sequence[Alternative] = ()
    rest: Button | None = None
    summary: str = ""
    close: str = ""
    actions: Sequence[Action | Button] = ()

    @property
    def bars(self) -> list[tuple[Contribution, float, float]]:
        """Each contribution with the left edge and the width of its bar, in percent of a box whose
        middle is zero."""
        largest = max((abs(part.points) for part in self.contributions), default=0) or 1
        widths = [(part, 44 * abs(part.points) / largest) for part in self.contributions]
        return [(part, 50 - width if part.points < 0 else 50, width) for part, width in widths]
