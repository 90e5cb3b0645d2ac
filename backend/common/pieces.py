"""Work of any size, a transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

GoOn = Callable[[], bool]


def to_the_end() -> bool:
    """Whoever has all the time there is."""
    return True


def work_off(pieces: Iterable[int], go_on: GoOn) -> int:
    """Draw pieces until none is left or `go_on` says no after one; their sum.

    At least one is done: what is due gets less each time.
    """
    done = 0
    for piece in pieces:
        done += piece
        if not go_on():
            break
    return done
