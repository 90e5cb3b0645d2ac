"""What a user sees of the federation.

A scope is a prefix of `path`: one indexed comparison, whatever the size of the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.organisations.models import Invitation, Membership, Organisation
from backend.organisations.policy import (
    ACTS,
    GIVES,
    INVITES,
    LOOKS,
    SEES,
    may_coordinate,
    outermost,
    roles_given,
    still_open,
)
from backend.places.codes import DIGITS


def memberships(user: User | AnonymousUser) -> list[Membership]:
    """Her memberships with their organisations, highest level first; read once a request and kept
    on the user."""
    if not user.is_authenticated:
        return []
    kept: list[Membership] | None = user.__dict__.get("_memberships")
    if kept is None:
        kept = list(user.memberships.select_related("organisation").order_by("organisation__path"))
        user.__dict__["_memberships"] = kept
    return kept


def scope_paths(user: User | AnonymousUser, roles: Iterable[str] = SEES) -> list[str]:
    """The paths below which she sees everything, none inside another."""
    roles = set(roles)
    paths = sorted(m.organisation.path for m in memberships(user) if m.role in roles)
    return outermost(paths)


def own_lists(user: User | AnonymousUser) -> list[str]:
    """The streams that tell her of every rota in her scope: the organisations that she belongs to,
    as events name all above."""
    return sorted(
        {f"organisation.{m.organisation_id}" for m in memberships(user) if m.role in SEES}
    )


def within(paths: Sequence[str], field: str = "path") -> Q:
    """A condition for rows whose organisation path (`field`) lies under one of the paths; without
    paths nothing matches."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def contact_of(organisation: Organisation) -> Organisation:
    """Whom her people may phone: the organisation, or the nearest above it, that has a number; the
    organisation itself, without one, where none has. One statement."""
    above = [int(pk) for pk in organisation.path.strip(".").split(".")]
    known = Organisation.objects.filter(pk__in=above).exclude(contact_phone="")
    return known.order_by("-level").first() or organisation


def nearest(code: str) -> Organisation | None:
    """The federation of the division with this code, or the nearest above it that there is."""
    above = [code[:digits] for digits in DIGITS.values() if len(code) >= digits]
    here = Organisation.objects.filter(division__in=above).order_by("-level").first()
    return here or Organisation.objects.filter(level=Organisation.Level.CITY).first()


def coordinated(user: User | AnonymousUser) -> list[Organisation]:
    """The organisations in which she is a coordinator herself, from the top down."""
    return [m.organisation for m in memberships(user) if m.role in ACTS]


def looked_after(user: User | AnonymousUser) -> Organisation | None:
    """The highest organisation that she coordinates or is the officer of."""
    return next((m.organisation for m in memberships(user) if m.role in LOOKS), None)


def can_coordinate(user: User | AnonymousUser, organisation: Organisation) -> bool:
    return may_coordinate(memberships(user), organisation)


def may_give(user: User | AnonymousUser, role: str, organisation: Organisation) -> bool:
    """Whether she may ask somebody to take on this role there, and take it away."""
    return role in roles_given(memberships(user), organisation)


def roles_to_give(user: User | AnonymousUser) -> set[str]:
    """Every role that she may give somewhere."""
    return {role for m in memberships(user) for role in GIVES.get(Membership.Role(m.role), ())}


def is_coordinator(user: User | AnonymousUser) -> bool:
    """Whether she has any side of the house to coordinate or to look at."""
    return bool(scope_paths(user))


def is_operator(user: User | AnonymousUser) -> bool:
    return any(m.role == Membership.Role.OPERATOR for m in memberships(user))


def invitations_to(user: User, now: datetime) -> list[Invitation]:
    """What she is asked to take on, by the number that she has shown to hold, and still holds."""
    own = getattr(user, "own_phone", None)
    if own is None or not own.is_hers_still(now):
        return []
    rows = Invitation.objects.filter(still_open(now), phone_index=own.number_index)
    return list(rows.select_related("organisation", "made_by").order_by("pk"))


def officers() -> list[Membership]:
    """Who answers for children's data, the highest organisations first; three at the most."""
    rows = Membership.objects.filter(role=Membership.Role.OFFICER, user__is_active=True)
    highest = rows.select_related("organisation", "user").order_by("organisation__path", "pk")
    return list(highest[:3])


def people_in(user: User | AnonymousUser) -> list[Membership]:
    """Who has a role where she may invite, by organisation."""
    scope = within(scope_paths(user, INVITES), "organisation__path")
    rows = Membership.objects.filter(scope, user__is_active=True)
    return list(rows.select_related("organisation", "user").order_by("organisation__path", "pk"))


def invited_by(user: User | AnonymousUser, now: datetime) -> list[Invitation]:
    """Who is asked for a role where she may invite, and has not answered."""
    scope = within(scope_paths(user, INVITES), "organisation__path")
    rows = Invitation.objects.filter(scope, still_open(now))
    return list(rows.select_related("organisation").order_by("organisation__path", "pk"))


def organisations_within(
    user: User | AnonymousUser, roles: Iterable[str]
) -> QuerySet[Organisation]:
    """Every organisation below which one of these roles of hers reaches, from the top down."""
    return Organisation.objects.filter(within(scope_paths(user, roles)))


def these(organisations: Iterable[Organisation]) -> QuerySet[Organisation]:
    """The same rows as something that a form can choose from."""
    return Organisation.objects.filter(pk__in=[row.pk for row in organisations])
