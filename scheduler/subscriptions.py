"""What happens after what: kind of event → tasks, with the ids of the event's payload that each
task takes.

The relay hands every event of such a kind to its tasks at least once, after the commit and in the
order of the commits. Names, not imports, so that the relay stays small;
tests/scheduler/test_tasks.py checks every name and every id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Subscription(NamedTuple):
    """`given`: a fact of the payload; where it is 0 there is nothing to do and no task is sent. An
    event that does not tell it, because an older version recorded it, has its tasks."""

    task: str
    ids: tuple[str, ...]
    given: str = ""


_SERVE_LINE = Subscription("scheduler.tasks.seats.serve_line", ("session",))
_SERVE_LINE_IF_SEATS = Subscription("scheduler.tasks.seats.serve_line", ("session",), given="seats")
_SERVE_LINES = Subscription("scheduler.tasks.seats.serve_lines", ("rota",))
_END_BARRED = Subscription("scheduler.tasks.questions.end_barred", ("volunteer",))
_END_BARRED_OF = Subscription("scheduler.tasks.questions.end_barred_of", ("session",))
_END_BARRED_OF_IF_ASKED = Subscription(
    "scheduler.tasks.questions.end_barred_of", ("session",), given="questions"
)

SUBSCRIPTIONS: dict[str, tuple[Subscription, ...]] = {
    # more people in a session can look after more children, and a larger room holds more
    # and what somebody takes may bar her, or somebody else, from what she is asked
    "shift_claimed": (_SERVE_LINE_IF_SEATS, _END_BARRED_OF_IF_ASKED),
    "shift_placed": (_SERVE_LINE_IF_SEATS, _END_BARRED_OF_IF_ASKED),
    "offer_accepted": (_END_BARRED_OF_IF_ASKED,),
    "session_changed": (_SERVE_LINE, _END_BARRED_OF),
    "answer_undone": (_SERVE_LINE_IF_SEATS, _END_BARRED),
    "availability_changed": (_END_BARRED,),
    "offer_made": (Subscription("scheduler.tasks.seats.serve_each_line", ("sessions",)),),
    "proposal_publishing": (Subscription("scheduler.tasks.publishing.publish", ("proposal",)),),
    "proposal_published": (_SERVE_LINES,),
    "session_cancelled": (Subscription("scheduler.tasks.seats.end_bookings", ("session",)),),
    "run_requested": (Subscription("scheduler.tasks.solving.solve_run", ("run",)),),
}


def tasks_of(kind: str, payload: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tasks that this event is for, each with its arguments."""
    for task, ids, given in SUBSCRIPTIONS.get(kind, ()):
        if not given or payload.get(given, True):
            yield task, {name: payload[name] for name in ids}
