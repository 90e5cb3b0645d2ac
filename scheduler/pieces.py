"""How long a task goes on with work that has no end of its own."""

from __future__ import annotations

from time import monotonic

from backend.common.pieces import GoOn
from scheduler import limits


def one_turn() -> GoOn:
    """Yes until limits.PIECES are over, from now on."""
    over = monotonic() + limits.PIECES
    return lambda: monotonic() < over
