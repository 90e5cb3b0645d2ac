"""Whose account it is."""

from __future__ import annotations

from backend.accounts.models import User
from backend.notifications.recipients import Audience, Happened
from backend.organisations.models import Membership
from backend.outbox import kinds
from backend.volunteers.models import Volunteer


def account(it: Happened) -> Audience:
    """Whose account it is."""
    event = it.event
    assert isinstance(event, kinds.MembershipEnded)
    return Audience.users([(event.user, event.user)])


def whose_reach(it: Happened) -> Audience:
    """Who see more or less by their roles since an organisation was moved; whoever moved it
    knows."""
    event = it.event
    assert isinstance(event, kinds.OrganisationMoved)
    return Audience.users([(pk, pk) for pk in event.users if pk != it.actor])


def whose_account(it: Happened) -> Audience:
    """The person herself, once, where she looks: behind the bell of her desk, else of her shifts,
    else on the page of her account. Not in the inbox of her family, which others read."""
    event = it.event
    assert isinstance(event, kinds.OfAccount)
    if not User.objects.filter(pk=event.user, is_active=True).exists():
        return Audience()
    hers = Volunteer.objects.filter(user=event.user, erased_at=None).order_by("pk")
    volunteer = hers.values_list("pk", flat=True).first()
    if volunteer is None or Membership.objects.filter(user=event.user).exists():
        return Audience.users([(event.user, event.user)])
    return Audience.volunteers([(volunteer, event.user)])


OF_ACCOUNTS = (account, whose_account, whose_reach)
