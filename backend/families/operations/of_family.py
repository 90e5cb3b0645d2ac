"""Rows of one family, found under its lock, and what is told and noted when one of them changes."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.outbox.kinds import OfFamily
from backend.outbox.record import record


class NotHerChild(Refusal):
    """The family has no such child. Facts: child."""

    code = "not_her_child"


def child_of(family: Family, child_id: int) -> Child:
    """The family's child; raises NotHerChild."""
    child: Child | None = family.children.filter(pk=child_id).first()
    if child is None:
        raise NotHerChild(child=child_id)
    return child


def changed(
    happened: OfFamily,
    subject: str,
    action: str,
    reason: str,
    *,
    actor: User | None,
    now: datetime,
    user: int | None = None,
) -> None:
    """Note who changed what, and tell the family's pages, and those of a `user` who comes or
    goes."""
    note(actor, action, subject, reason, now=now)
    record(
        happened,
        streams=[f"family.{happened.family}", *([f"user.{user}"] if user else [])],
        actor=actor,
        now=now,
    )
