"""What is noted and told when something of a volunteer's registration changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.outbox.kinds import OfVolunteer
from backend.outbox.record import record


def changed(
    happened: OfVolunteer,
    action: str,
    reason: str,
    *,
    actor: User | None,
    now: datetime,
    also: Iterable[str] = (),
) -> None:
    """Note who changed what, and tell her own pages and the streams `also`. `reason` holds no
    personal data."""
    note(actor, action, f"volunteer:{happened.volunteer}", reason, now=now)
    record(
        happened,
        streams=[f"volunteer.{happened.volunteer}", *also],
        actor=actor,
        now=now,
    )
