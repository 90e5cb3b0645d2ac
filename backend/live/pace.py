"""A crowd that is told the same must not fetch at the same moment: how far its pages are to
spread."""

from __future__ import annotations

APART = 0.02  # seconds between two pages that fetch: about what a fragment costs this process
FEW = 10  # pages that fetch at once are no crowd


class Pace:
    def __init__(self) -> None:
        self._until = 0.0  # when all that were told will have fetched

    def within(self, told: int, of: int, now: float) -> int:
        """Milliseconds over which these pages are to spread their fetching, 0 when they are few;
        `of`: all pages that there are.

        A page fetches once for all that it hears meanwhile, so nobody waits longer than one round
        of everybody takes.
        """
        self._until = min(max(self._until, now) + told * APART, now + of * APART)
        waiting = self._until - now
        return round(waiting * 1000) if waiting > FEW * APART else 0
