"""What happens after what: kind of event → tasks, with the ids of the event's payload that each task takes.

The relay hands every event of such a kind to its tasks at least once, after the commit and in the order of the commits.
Names, not imports, so that the relay stays small; tests/scheduler/test_subscriptions.py checks every name and every id.
"""
from __future__ import annotations

from typing import NamedTuple


class Subscription(NamedTuple):
    task: str
    ids: tuple[str, ...]


_SERVE_LINE = Subscription("scheduler.tasks.seats.serve_line", ("session",))
_SERVE_LINES = Subscription("scheduler.tasks.seats.serve_lines", ("rota",))

SUBSCRIPTIONS: dict[str, tuple[Subscription, ...]] = {
    # more people in a session can look after more children, and a larger room holds more
    "shift_claimed": (_SERVE_LINE,),
    "shift_placed": (_SERVE_LINE,),
    "session_changed": (_SERVE_LINE,),
    "offer_made": (Subscription("scheduler.tasks.seats.serve_each_line", ("sessions",)),),
    "proposal_publishing": (Subscription("scheduler.tasks.publishing.publish", ("proposal",)),),
    "proposal_published": (_SERVE_LINES,),
    "session_cancelled": (Subscription("scheduler.tasks.seats.end_bookings", ("session",)),),
    "run_requested": (Subscription("scheduler.tasks.solving.solve_run", ("run",)),),
}
