"""What this process knows of the past: the newest number of each stream, and from where on it knows
them all.

That is enough to say what anybody missed, without keeping the events: a stream changed since N when
its newest number is above N.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

# about 30 MB; then the older half is forgotten and whoever asks from there is told to refresh
MOST_STREAMS = 200_000


class History:
    """Events 1, 2, 3 … in order.

    `floor`: asks from below cannot be answered; `position`: the newest number.
    """

    def __init__(
        self, position: int = 0, floor: int = 0, newest: Iterable[tuple[str, int]] = ()
    ) -> None:
        self.position = position
        self.floor = floor
        self.newest = dict(newest)

    def add(self, seq: int, streams: Iterable[str]) -> None:
        """The next event; anything but `position + 1` is a mistake of the caller."""
        if seq != self.position + 1:
            raise ValueError(f"event {seq} after {self.position}")
        for stream in streams:
            self.newest[stream] = seq
        self.position = seq
        if len(self.newest) > MOST_STREAMS:
            self._forget_older_half()

    def missed(self, since: int, streams: Collection[str]) -> list[str] | None:
        """Which of these streams changed after `since`; None when it cannot be known and all must
        be read anew."""
        if not self.floor <= since <= self.position:
            return None
        return [stream for stream in streams if self.newest.get(stream, 0) > since]

    def _forget_older_half(self) -> None:
        self.floor = sorted(self.newest.values())[len(self.newest) // 2]
        self.newest = {stream: seq for stream, seq in self.newest.items() if seq > self.floor}
