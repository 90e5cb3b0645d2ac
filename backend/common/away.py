"""What is wrong when the database does not answer."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

DISK_FULL = "53100"
CONNECTION_LOST = (
    "08",
    "53",
    "57P",
)  # SQLSTATE: connection, resources (too many clients), shutdown and starting up


def trouble(error: BaseException | None) -> str:
    """What an error says of the database:

    "away"; "full", its disk has no room; "busy", a statement or a lock took too long; "" when it is
    about something else.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    state = getattr(error.__cause__, "sqlstate", None)
    if state == DISK_FULL:
        return "full"
    return "away" if state is None or state.startswith(CONNECTION_LOST) else "busy"
