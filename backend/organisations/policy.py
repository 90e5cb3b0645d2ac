"""Who may coordinate what: a membership reaches its organisation and everything below it."""

from __future__ import annotations

from collections.abc import Iterable

from backend.organisations.models import Membership, Organisation

SEES = ("coordinator", "viewer", "officer")
ACTS = ("coordinator",)


def covers(above: Organisation, below: Organisation) -> bool:
    """Whether `below` is `above` or lies under it."""
    return below.path.startswith(above.path)


def may_coordinate(memberships: Iterable[Membership], organisation: Organisation) -> bool:
    """Whether one of these memberships lets its holder change things of the organisation."""
    return any(m.role in ACTS and covers(m.organisation, organisation) for m in memberships)
