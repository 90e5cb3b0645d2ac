"""Whom it concerns what becomes of a pair: its mentors, and the desks of its organisation."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.outbox.kinds import OfPair, OfPairedChild
from backend.outbox.record import record
from backend.pairs.models import Pair, PairedChild


def tell(kind: type[OfPair], pair: Pair, *, actor: User | None, now: datetime) -> None:
    """Record what happened to it, in the log of the child, too."""
    note(actor, "change", subject_of(pair.child_id), "pair", now=now)
    happened = kind(child=pair.child_id, pair=pair.pk, volunteer=pair.mentor_id)
    record(happened, streams=streams_of_pair(pair), actor=actor, now=now)


def tell_of_child(
    kind: type[OfPairedChild], child: PairedChild, action: str, actor: User | None, now: datetime
) -> None:
    note(actor, action, subject_of(child.pk), "pair", now=now)
    record(kind(child=child.pk), streams=child.organisation.streams, actor=actor, now=now)


def subject_of(child_id: int) -> str:
    """What the access log calls a child."""
    return f"paired_child:{child_id}"


def streams_of_pair(pair: Pair) -> set[str]:
    hers = {f"volunteer.{pair.mentor_id}"}
    if pair.follows is not None:
        hers.add(f"volunteer.{pair.follows.mentor_id}")
    return hers | set(pair.child.organisation.streams)
