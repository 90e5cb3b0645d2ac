"""Writes to the federation's tree, and to who has which role in it."""

from backend.organisations.operations.details import describe_organisation
from backend.organisations.operations.invitations import (
    InvitationOver,
    InvitationRefused,
    accept_invitation,
    invite,
    take_back_invitation,
)
from backend.organisations.operations.members import appoint_operator, end_membership
from backend.organisations.operations.tree import (
    OrganisationMisplaced,
    add_organisation,
    build_federation,
    move_organisation,
)

__all__ = [
    "InvitationOver",
    "InvitationRefused",
    "OrganisationMisplaced",
    "accept_invitation",
    "add_organisation",
    "appoint_operator",
    "build_federation",
    "describe_organisation",
    "end_membership",
    "invite",
    "move_organisation",
    "take_back_invitation",
]
