"""Pages that nobody is signed in to: how many of one place may listen.

Everybody at a school shares one address, and has a page or two; whoever opens a thousand lines from
one shuts nobody else out, and all who are nobody together leave room for those who are signed in.
"""

from __future__ import annotations

from collections import Counter

from backend.common.client import networks_of
from backend.live.door import NotAdmitted

TOO_MANY = 4429  # close code; the page asks now and then instead, and tries again later
MOST_OF_ONE = 300  # a customer of a provider
MOST_AROUND = 1200
MOST = 10_000  # of one process; half of what it holds


class Crowd:
    def __init__(self) -> None:
        self.all = 0
        self.of: Counter[str] = Counter()

    def let_in(self, address: str) -> None:
        """Raises NotAdmitted; counts nothing."""
        most = zip(_places(address), (MOST_OF_ONE, MOST_AROUND), strict=False)
        if self.all >= MOST or any(self.of[place] >= limit for place, limit in most):
            raise NotAdmitted(TOO_MANY)

    def came(self, address: str) -> None:
        self.all += 1
        self.of.update(_places(address))

    def left(self, address: str) -> None:
        self.all -= 1
        for place in _places(address):
            self.of[place] -= 1
            if not self.of[place]:
                del self.of[place]


def _places(address: str) -> tuple[str, ...]:
    return networks_of(address) if address else ()
