"""Whom it concerns that somebody asks a friend, and that the friend agrees."""

from __future__ import annotations

from backend.notifications.recipients import Audience, Happened
from backend.outbox import kinds
from backend.volunteers.friends import standing, who_holds
from backend.volunteers.models import Friendship


def who_holds_the_number(it: Happened) -> Audience:
    """Who comes in by it, if anybody does."""
    event = it.event
    assert isinstance(event, kinds.FriendAsked)
    rows = Friendship.objects.filter(pk=event.friendship)
    return Audience.volunteers((her.pk, row.pk) for row in rows for her in who_holds(row, it.at))


def who_asked_a_friend(it: Happened) -> Audience:
    event = it.event
    assert isinstance(event, kinds.FriendAgreed)
    rows = standing().filter(pk=event.friendship)
    return Audience.volunteers(rows.values_list("asked_by_id", "pk"))


OF_FRIENDS = (who_holds_the_number, who_asked_a_friend)
