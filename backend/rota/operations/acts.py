"""The log of what coordinators did by hand to a session; every such operation writes its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.rota.models import Act, Assignment, Offer, Session


def note_act(
    verb: str,
    session: Session,
    *,
    actor: User | None,
    now: datetime,
    part: Assignment | Offer | None = None,
    because: str = "",
    was: Mapping[str, object] | None = None,
    beside: Act | None = None,
) -> Act:
    """Write down what was done, in the transaction that did it. `part`: hers, read with its shift's
    role."""
    return Act.objects.create(
        verb=verb,
        session=session,
        actor=actor,
        at=now,
        volunteer_id=part.volunteer_id if part else None,
        role=part.shift.role.name if part else "",
        assignment=part if isinstance(part, Assignment) else None,
        offer=part if isinstance(part, Offer) else None,
        because=because,
        was=dict(was) if was is not None else None,
        beside=beside,
    )


@operation
def note_call(
    *,
    session_id: int,
    actor: User,
    now: datetime,
    volunteer_id: int | None = None,
    family_id: int | None = None,
) -> Act:
    """A coordinator has reached one of them by telephone about the session. Raises
    Session.DoesNotExist."""
    session = lock_one(Session, session_id)
    return Act.objects.create(
        verb=Act.Verb.CALLED,
        session=session,
        actor=actor,
        at=now,
        volunteer_id=volunteer_id,
        family_id=family_id,
    )
