"""When to stop: small objects that a search asks often. `a | b` stops as soon as either would."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from matching.progress import Progress


class _Flag(Protocol):
    def is_set(self) -> bool: ...


class Stop:
    """Never stops by itself: a search with it runs until its plan is proven best."""

    def due(self, progress: Progress | None) -> bool:
        """True if the search should end now; `progress` is its latest report, None before the
        first."""
        return False

    def left(self) -> float:
        """Seconds that remain, infinite if time does not matter."""
        return float("inf")

    def __or__(self, other: Stop) -> Stop:
        return Either(self, other)


@dataclass
class Either(Stop):
    """Stops when one of the two does."""

    one: Stop
    other: Stop

    def due(self, progress: Progress | None) -> bool:
        return self.one.due(progress) or self.other.due(progress)

    def left(self) -> float:
        return min(self.one.left(), self.other.left())


@dataclass
class TimeLimit(Stop):
    """Stops `seconds` after it was made."""

    seconds: float
    started: float = field(default_factory=time.monotonic)

    def due(self, progress: Progress | None) -> bool:
        return self.left() <= 0

    def left(self) -> float:
        return self.started + self.seconds - time.monotonic()


@dataclass
class Signal(Stop):
    """Stops when someone sets the event (a `threading.Event`, or anything with `is_set`)."""

    event: _Flag

    def due(self, progress: Progress | None) -> bool:
        return self.event.is_set()


@dataclass
class GapLimit(Stop):
    """Stops once the plan is within this share of the best possible: 0.0005 is 0.05 %."""

    gap: float

    def due(self, progress: Progress | None) -> bool:
        return progress is not None and progress.gap is not None and progress.gap <= self.gap


@dataclass
class Steps(Stop):
    """Stops after a number of steps of the search: the same plan on every machine, however fast."""

    steps: int

    def due(self, progress: Progress | None) -> bool:
        return progress is not None and progress.step >= self.steps
