"""What is noted and told when something of a volunteer's registration changes."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.outbox.record import record
from backend.volunteers.models import Volunteer


def changed(
    volunteer: Volunteer,
    action: str,
    reason: str,
    *,
    actor: User | None,
    now: datetime,
    kind: str = "availability_changed",
) -> None:
    """Note who changed what, and tell her own pages. `reason` holds no personal data."""
    note(actor, action, f"volunteer:{volunteer.pk}", reason, now=now)
    record(
        kind,
        streams=[f"volunteer.{volunteer.pk}"],
        now=now,
        actor_id=actor.pk if actor else None,
        volunteer=volunteer.pk,
    )
