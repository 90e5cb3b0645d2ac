"""A coordinator calls a session off, having seen whom that concerns."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.planning.queries.concerned import mark_of_people
from backend.rota import operations as rota
from backend.rota.models import Session


class OthersConcerned(Refusal):
    """Other people have a part in it than those whom she was shown. Facts: session."""

    code = "others_concerned"


@operation
def call_off_session(
    *, session_id: int, because: str, seen: str, actor: User, now: datetime
) -> Session:
    """As rota.operations.cancel_session(). `seen`: the mark of whom she was shown
    (queries.concerned). Raises OthersConcerned when they are others by now, and what that raises;
    then nothing is changed."""
    lock_one(Session, session_id)
    if mark_of_people(session_id) not in ("", seen):
        raise OthersConcerned(session=session_id)
    return rota.cancel_session(session_id=session_id, actor=actor, now=now, because=because)
