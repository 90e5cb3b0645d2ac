"""Whom it concerns that somebody asks a friend or for a team, and what is answered."""

from __future__ import annotations

from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import responsible
from backend.outbox import kinds
from backend.volunteers.friends import standing, who_holds
from backend.volunteers.models import Friendship
from backend.volunteers.teams import waiting


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


def who_keeps_the_team(it: Happened) -> Audience:
    """The coordinators of its organisations, or the nearest above who are there; of an applicant
    the desk that answers her."""
    event = it.event
    assert isinstance(event, kinds.TeamAsked)
    rows = waiting().filter(pk=event.request)
    paths = rows.values_list("team__organisations__path", flat=True)
    asked = {n: path for n, path in enumerate(paths) if path}
    people = {user for users in responsible(asked).values() for user in users}
    return Audience.users((user, event.request) for user in sorted(people))


def who_asked_for_the_team(it: Happened) -> Audience:
    event = it.event
    assert isinstance(event, kinds.TeamAnswered)
    return Audience.volunteers([(event.volunteer, event.request)])


OF_FRIENDS = (who_keeps_the_team, who_asked_for_the_team, who_holds_the_number, who_asked_a_friend)
