"""The parts of `table.py` that stand in modules of their own, together."""

from __future__ import annotations

from backend.notifications import account_table as accounts
from backend.notifications import agreement_table as agreements
from backend.notifications import cover_table as covers
from backend.notifications import friend_table as friends
from backend.notifications import hour_table as hours
from backend.notifications import lasting
from backend.notifications import minor_table as minors

MESSAGES = (
    accounts.MESSAGES
    | lasting.MESSAGES
    | agreements.MESSAGES
    | covers.MESSAGES
    | friends.MESSAGES
    | hours.MESSAGES
    | minors.MESSAGES
)
TOLD = accounts.TOLD | lasting.TOLD | agreements.TOLD | covers.TOLD | friends.TOLD | hours.TOLD
NOBODY = lasting.NOBODY | agreements.NOBODY | covers.NOBODY | friends.NOBODY | hours.NOBODY
