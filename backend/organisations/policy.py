"""Who may coordinate what: a membership reaches its organisation and everything below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from backend.organisations.models import Membership, Organisation
from backend.places.codes import STREET

SEES = (
    Membership.Role.COORDINATOR,
    Membership.Role.VIEWER,
    Membership.Role.OFFICER,
    Membership.Role.CASES,
)
ACTS = (Membership.Role.COORDINATOR,)
LOOKS = (*ACTS, Membership.Role.OFFICER)  # a viewer looks at figures, not at children in pairs
VETS = (Membership.Role.COORDINATOR, Membership.Role.OFFICER)  # who see that a vetting holds
GIVES = {  # role → the roles that its holder gives and takes away; nobody raises herself above it
    Membership.Role.COORDINATOR: (Membership.Role.COORDINATOR, Membership.Role.VIEWER),
    Membership.Role.OPERATOR: tuple(Membership.Role),
}
INVITES = tuple(GIVES)


def covers(above: Organisation, below: Organisation) -> bool:
    """Whether `below` is `above` or lies under it."""
    return below.path.startswith(above.path)


def area_of(division: str | None, level: int) -> str | None:
    """The code of the division in which an organisation works; "" is the whole city. None: one
    below the city that has no division (of an enterprise, of a system) looks after no streets."""
    return division or ("" if level == Organisation.Level.CITY else None)


def streets_served(organisation: Organisation) -> str:
    """How the codes of the streets begin whose families its rotas serve. A village serves its
    street; one that looks after no streets serves whoever wishes, as the city does: "" is all."""
    return (area_of(organisation.division_id, organisation.level) or "")[:STREET]


def outermost(paths: Sequence[str]) -> list[str]:
    """The paths that lie below no other one; of sorted paths."""
    outer: list[str] = []
    for path in paths:
        if not (outer and path.startswith(outer[-1])):
            outer.append(path)
    return outer


def may_coordinate(memberships: Iterable[Membership], organisation: Organisation) -> bool:
    """Whether one of these memberships lets its holder change things of the organisation."""
    return any(m.role in ACTS and covers(m.organisation, organisation) for m in memberships)


def roles_given(memberships: Iterable[Membership], organisation: Organisation) -> set[str]:
    """The roles in the organisation that the holder of these memberships may give and take away."""
    return {
        role
        for m in memberships
        if covers(m.organisation, organisation)
        for role in GIVES.get(Membership.Role(m.role), ())
    }


def still_open(now: datetime) -> Q:
    """Of an invitation: somebody may accept it."""
    return Q(accepted_at=None, taken_back_at=None, until__gt=now)
