"""What messages say of friends and teams. As in `facts`: a constant number of statements; what is
true no more is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.common.bulk import among
from backend.volunteers.friends import standing
from backend.volunteers.models import Friendship, TeamRequest
from backend.volunteers.teams import waiting
from backend.words.saying import About

Found = dict[int, About]


def friend_waits(ids: Collection[int], now: datetime) -> Found:
    """Nobody has answered, and there is time."""
    waits = Friendship.objects.filter(agreed_at=None, declined_at=None, ended_at=None)
    rows = waits.filter(among("pk", ids), until__gt=now).order_by("pk")
    return {pk: About(key=pk) for pk in rows.values_list("pk", flat=True)}


def friends_stand(ids: Collection[int], now: datetime) -> Found:
    """They are friends still."""
    rows = standing().filter(among("pk", ids)).order_by("pk")
    return {pk: About(key=pk) for pk in rows.values_list("pk", flat=True)}


def team_waits(ids: Collection[int], now: datetime) -> Found:
    """She waits for an answer, and was taken on herself."""
    return {
        pk: About(key=pk) for pk in waiting().filter(among("pk", ids)).values_list("pk", flat=True)
    }


def team_said(ids: Collection[int], now: datetime) -> Found:
    """A coordinator answered."""
    rows = TeamRequest.objects.filter(among("pk", ids), answered_at__isnull=False)
    found = rows.order_by("pk").values_list("pk", "team__name", "accepted")
    return {pk: About(key=pk, name=name, number=yes) for pk, name, yes in found}


OF_FRIENDS = (friend_waits, friends_stand, team_waits, team_said)
