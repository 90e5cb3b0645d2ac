"""What happens after what: kind of event → tasks, with the ids of the event's payload that each task takes.

The relay hands every event of such a kind to its tasks at least once, after the commit and in the order of the commits.
Names, not imports, so that the relay stays small; tests/scheduler/test_subscriptions.py checks every name and every id.
"""
from __future__ import annotations

from typing import NamedTuple


class Subscription(NamedTuple):
    task: str
    ids: tuple[str, ...]


SUBSCRIPTIONS: dict[str, tuple[Subscription, ...]] = {
    "run_requested": (Subscription("scheduler.tasks.solving.solve_run", ("run",)),),
}
