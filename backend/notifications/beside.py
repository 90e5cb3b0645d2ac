"""The parts of `table.py` that stand in modules of their own, together."""

from __future__ import annotations

from backend.notifications import account_table as accounts
from backend.notifications import agreement_table as agreements
from backend.notifications import friend_table as friends
from backend.notifications import minor_table as minors
from backend.notifications import pair_table as pairs

MESSAGES = (
    accounts.MESSAGES | pairs.MESSAGES | agreements.MESSAGES | friends.MESSAGES | minors.MESSAGES
)
TOLD = accounts.TOLD | pairs.TOLD | agreements.TOLD | friends.TOLD
NOBODY = pairs.NOBODY | agreements.NOBODY | friends.NOBODY
