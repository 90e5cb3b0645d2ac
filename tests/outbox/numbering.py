"""Every event that has happened gets its number."""

from __future__ import annotations

from backend.outbox.models import Event
from backend.outbox.sequencer import stamp

ROUNDS = 10_000  # until then whatever else is open on the server has ended


def number_all() -> None:
    """As the relay, round after round: in one round none is ready where a transaction of another
    database ends in that moment (sequencer.STAMP), and two tests that run beside each other share
    a server."""
    for _round in range(ROUNDS):
        if not stamp() and not Event.objects.filter(seq=None).exists():
            return
    raise AssertionError("events are left without a number")
