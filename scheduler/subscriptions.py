"""What happens after what: kind of event → tasks, with the ids of the event that each task takes.

The relay hands every event of such a kind to its tasks at least once, after the commit and in the
order of the commits. Names of tasks, not imports, so that the relay stays small;
tests/scheduler/test_tasks.py checks every name and every id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from backend.notifications.table import TOLD
from backend.outbox.kinds import (
    AcceptanceUndone,
    ActUndone,
    AnswerTakenBack,
    AnswerUndone,
    AvailabilityChanged,
    BookingCancelled,
    BookingsLeft,
    ClaimUndone,
    CodeRequested,
    ContactCorrected,
    CoverTaken,
    CredentialAdded,
    CredentialEnded,
    ImportCalledAgain,
    ImportConfirmed,
    ImportUploaded,
    LimitsChanged,
    OfferAccepted,
    OfferMade,
    PlaceTaken,
    ProposalPublished,
    ProposalPublishing,
    PublicationCalledAgain,
    RefusalUndone,
    RunCalledAgain,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunRequested,
    SeatDeclined,
    SeatExpired,
    SessionCancelled,
    SessionChanged,
    SessionReopened,
    ShiftClaimed,
    ShiftPlaced,
    StatementIssued,
    TimeOffAdded,
    TimeOffRemoved,
    VettingAnswered,
    VolunteerLeft,
    VolunteerPaused,
    VolunteerResumed,
)
from backend.outbox.shape import Kind


class Subscription(NamedTuple):
    """`ids`: fields of the event, handed to the task under the same names. `when`: whether there is
    anything to do; otherwise no task is sent."""

    task: str
    ids: tuple[str, ...]
    when: Callable[[Any], bool] = lambda event: True


def may_have_seats(event: ShiftClaimed | ShiftPlaced | AnswerTakenBack | ActUndone) -> bool:
    """An event that does not tell it, because an older version recorded it, may."""
    return event.seats != 0


def may_be_asked_for(event: PlaceTaken) -> bool:
    return event.questions != 0


_SERVE_LINE = Subscription("scheduler.tasks.seats.serve_line", ("session",))
_SERVE_LINE_IF_SEATS = _SERVE_LINE._replace(when=may_have_seats)
_SERVE_LINES = Subscription("scheduler.tasks.seats.serve_lines", ("rota",))
_SERVE_EACH_LINE = Subscription("scheduler.tasks.seats.serve_each_line", ("sessions",))
_END_BOOKINGS = Subscription("scheduler.tasks.seats.end_bookings", ("session",))
_END_BARRED = Subscription("scheduler.tasks.questions.end_barred", ("volunteer",))
_END_BARRED_OF = Subscription("scheduler.tasks.questions.end_barred_of", ("session",))
_END_BARRED_OF_IF_ASKED = _END_BARRED_OF._replace(when=may_be_asked_for)
_IMPORT = Subscription("scheduler.tasks.exchange.work_on", ("batch",))
_PUBLISH = Subscription("scheduler.tasks.publishing.publish", ("proposal",))
_SEND_CODE = Subscription("scheduler.tasks.codes.send_code", ("code",))
_PRINT = Subscription("scheduler.tasks.statements.print_statement", ("statement",))
_SOLVE = Subscription("scheduler.tasks.solving.solve_run", ("run",))
_TELL_WAITING = Subscription("scheduler.tasks.waiting.tell_waiting", ())
_END_VISITS = Subscription("scheduler.tasks.visits.end_visits", ("sessions",))
_SEEK_AGAIN = Subscription("scheduler.tasks.visits.seek_again", ("sessions",))
_SEEK_AGAIN_FOR = Subscription("scheduler.tasks.visits.seek_again_for", ("session",))

SUBSCRIPTIONS: dict[type[Kind], tuple[Subscription, ...]] = {
    # more people in a session can look after more children, and a larger room holds more
    # and what somebody takes may bar her, or somebody else, from what she is asked
    ShiftClaimed: (_SERVE_LINE_IF_SEATS, _END_BARRED_OF_IF_ASKED),
    ShiftPlaced: (_SERVE_LINE_IF_SEATS, _END_BARRED_OF_IF_ASKED),
    OfferAccepted: (_END_BARRED_OF_IF_ASKED,),
    CoverTaken: (_END_BARRED_OF_IF_ASKED,),
    SessionChanged: (_SERVE_LINE, _END_BARRED_OF),
    ClaimUndone: (_SERVE_LINE_IF_SEATS, _END_BARRED),
    AcceptanceUndone: (_SERVE_LINE_IF_SEATS, _END_BARRED),
    RefusalUndone: (_SERVE_LINE_IF_SEATS, _END_BARRED),
    AnswerUndone: (_SERVE_LINE_IF_SEATS, _END_BARRED),
    ActUndone: (_SERVE_LINE_IF_SEATS, _END_BARRED),
    # and so may what she says of herself, or what is known of her
    AvailabilityChanged: (_END_BARRED,),
    TimeOffAdded: (_END_BARRED,),
    TimeOffRemoved: (_END_BARRED,),
    LimitsChanged: (_END_BARRED,),
    ContactCorrected: (_END_BARRED,),
    CredentialAdded: (_END_BARRED,),
    CredentialEnded: (_END_BARRED,),
    VettingAnswered: (_END_BARRED,),
    VolunteerPaused: (_END_BARRED,),
    VolunteerResumed: (_END_BARRED,),
    VolunteerLeft: (_END_BARRED,),
    OfferMade: (_SERVE_EACH_LINE,),
    ProposalPublishing: (_PUBLISH,),
    PublicationCalledAgain: (_PUBLISH,),
    ProposalPublished: (_SERVE_LINES,),
    SessionCancelled: (_END_BOOKINGS, _SEEK_AGAIN_FOR),
    SessionReopened: (_SERVE_LINE,),
    # a visit at home stands on its family's seat
    BookingCancelled: (_END_VISITS,),
    BookingsLeft: (_END_VISITS,),
    SeatDeclined: (_SEEK_AGAIN,),
    SeatExpired: (_SEEK_AGAIN,),
    ImportUploaded: (_IMPORT,),
    ImportConfirmed: (_IMPORT,),
    ImportCalledAgain: (_IMPORT,),
    CodeRequested: (_SEND_CODE,),
    StatementIssued: (_PRINT,),
    RunRequested: (_SOLVE,),
    RunCalledAgain: (_SOLVE, _TELL_WAITING),
    RunFinished: (_TELL_WAITING,),
    RunFailed: (_TELL_WAITING,),
    RunCancelled: (_TELL_WAITING,),
}


# The task that thinks of everybody whom the events since the last time concern: one for a batch.
TELL = "scheduler.tasks.messages.plan"
TOLD_KINDS = frozenset(kind.kind for kind in TOLD)


def tasks_of(event: Kind) -> Iterator[tuple[str, dict[str, int | list[int]]]]:
    """The tasks that this event is for, each with its arguments."""
    for task, ids, when in SUBSCRIPTIONS.get(type(event), ()):
        if when(event):
            yield task, {name: getattr(event, name) for name in ids}
