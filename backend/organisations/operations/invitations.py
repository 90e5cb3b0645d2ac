"""Asking somebody to take on a role: by her phone number, to be accepted by who holds it."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts import phones
from backend.accounts.access import note
from backend.accounts.models import Phone, User
from backend.accounts.queries import are_one_person
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.common.sealing import next_ids
from backend.organisations.models import Invitation, Membership, Organisation
from backend.organisations.policy import still_open
from backend.organisations.queries import may_give
from backend.outbox.kinds import InvitationAccepted, InvitationMade, InvitationTakenBack
from backend.outbox.record import record

HOLDS = timedelta(days=14)
LONGEST = 40


class InvitationRefused(Refusal):
    """It cannot be made, or not be accepted by who made it. Facts: why ("role", "name", "twice",
    "self"), most (characters of a name)."""

    code = "invitation_refused"


class InvitationOver(Refusal):
    """It was accepted or taken back, its time ran out, or who made it has lost the right to."""

    code = "invitation_over"


@operation
def invite(
    *,
    organisation: Organisation,
    role: str,
    name: str,
    phone: str,
    actor: User,
    now: datetime,
) -> Invitation:
    """Ask whoever holds that phone to take on a role; it holds for two weeks.

    Raises BadPhone, InvitationRefused (the role is not the actor's to give; no name; the number is
    her own; she is asked for this role already).
    """
    if not may_give(actor, role, organisation):
        raise InvitationRefused(why="role", most=LONGEST)
    number = phones.clean_mobile(phone)
    name = line(name)
    if not 0 < len(name) <= LONGEST:
        raise InvitationRefused(why="name", most=LONGEST)
    index = phones.index(number)
    if Phone.objects.filter(user=actor, number_index=index).exists():
        raise InvitationRefused(why="self", most=LONGEST)
    if _is_asked(organisation, role, index, now):
        raise InvitationRefused(why="twice", most=LONGEST)
    row = Invitation(
        pk=next_ids(Invitation, 1)[0],
        organisation=organisation,
        role=role,
        name=name,
        phone=number,
        phone_index=index,
        made_by=actor,
        made_at=now,
        until=now + HOLDS,
    )
    row.save(force_insert=True)
    note(actor, "change", f"invitation:{row.pk}", role, now=now)
    record(InvitationMade(invitation=row.pk), streams=organisation.streams, actor=actor, now=now)
    return row


@operation
def accept_invitation(*, invitation_id: int, user: User, now: datetime) -> Membership:
    """She takes the role on. Raises InvitationOver, InvitationRefused (nobody gives herself a
    role: that somebody else gave it is what its rights stand on)."""
    row = _open(invitation_id, now)
    if are_one_person(row.made_by_id, user.pk):
        raise InvitationRefused(why="self", most=LONGEST)
    if not (row.made_by.is_active and may_give(row.made_by, row.role, row.organisation)):
        raise InvitationOver()  # or whoever loses a role would come back by what she sent before
    row.accepted_at = now
    row.accepted_by = user
    row.save(update_fields=["accepted_at", "accepted_by"])
    membership, _new = Membership.objects.get_or_create(
        user=user, organisation=row.organisation, role=row.role
    )
    if not user.display_name:
        user.display_name = row.name
        user.save(update_fields=["display_name"])
    note(user, "change", f"user:{user.pk}", f"membership {row.role}", now=now)
    streams = [*row.organisation.streams, f"user.{user.pk}"]
    record(InvitationAccepted(invitation=row.pk), streams=streams, actor=user, now=now)
    return membership


@operation
def take_back_invitation(*, invitation_id: int, actor: User, now: datetime) -> None:
    """Nobody is asked any more. Raises InvitationOver."""
    row = _open(invitation_id, now)
    row.taken_back_at = now
    row.save(update_fields=["taken_back_at"])
    note(actor, "change", f"invitation:{row.pk}", "taken back", now=now)
    streams = row.organisation.streams
    record(InvitationTakenBack(invitation=row.pk), streams=streams, actor=actor, now=now)


def _is_asked(organisation: Organisation, role: str, index: bytes, now: datetime) -> bool:
    """Whoever holds that number is asked for this role already."""
    asked = Invitation.objects.filter(still_open(now), role=role, phone_index=index)
    return asked.filter(organisation=organisation).exists()


def _open(pk: int, now: datetime) -> Invitation:
    row = lock_one(Invitation, pk)
    if row.accepted_at or row.taken_back_at or row.until <= now:
        raise InvitationOver()
    return row
