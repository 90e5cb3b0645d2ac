"""Roles that people have in an organisation: taken away, and the first of all given."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.organisations.models import Membership, Organisation
from backend.outbox.kinds import MembershipEnded
from backend.outbox.record import record


@operation
def end_membership(*, membership: Membership, actor: User | None, now: datetime) -> None:
    """Take a role away. Her open pages that needed it are closed at once."""
    user_id = membership.user_id
    membership.delete()
    note(actor, "change", f"user:{user_id}", "membership ended", now=now)
    record(
        MembershipEnded(user=user_id),
        streams=[f"user.{user_id}"],
        actor=actor,
        now=now,
    )


@operation
def appoint_operator(*, username: str, organisation: Organisation, now: datetime) -> User:
    """An account that sees how the platform runs and may use the admin, without a password yet.

    An account of that name is appointed as it is; its password stays.
    """
    user, new = User.objects.get_or_create(
        username=username, defaults={"display_name": username, "date_joined": now}
    )
    if new:
        user.set_unusable_password()
    user.is_staff = user.is_superuser = user.is_active = True
    user.save()
    Membership.objects.get_or_create(
        user=user, organisation=organisation, role=Membership.Role.OPERATOR
    )
    note(None, "change", f"user:{user.pk}", "appointed operator", now=now)
    return user
