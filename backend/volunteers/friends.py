"""Who would like to serve with whom, and who is asked to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from backend.accounts.models import Phone
from backend.volunteers.models import Friendship, Volunteer

MOST_FRIENDS = 5  # of one volunteer, the open questions among them


def standing() -> QuerySet[Friendship]:
    """Both have agreed, and neither has ended it."""
    return Friendship.objects.filter(agreed_at__isnull=False, ended_at=None)


def friendships_of(volunteer_id: int) -> QuerySet[Friendship]:
    """Those of hers that stand. One statement."""
    hers = Q(asked_by=volunteer_id) | Q(friend=volunteer_id)
    return standing().filter(hers).select_related("asked_by", "friend").order_by("agreed_at", "pk")


def friends_of(volunteer_id: int) -> list[Volunteer]:
    """With whom she would like to serve, and they with her. One statement."""
    rows = friendships_of(volunteer_id)
    return [other(row, volunteer_id) for row in rows]


def other(row: Friendship, volunteer_id: int) -> Volunteer:
    """Of the two, the one whom she is not."""
    if row.friend is None or row.friend_id == volunteer_id:
        return row.asked_by
    return row.friend


def asked_by_her(volunteer_id: int, now: datetime) -> QuerySet[Friendship]:
    """Her own questions that wait, those that were declined among them: she is not told."""
    waits = Friendship.objects.filter(agreed_at=None, ended_at=None, until__gt=now)
    return waits.filter(asked_by=volunteer_id).order_by("asked_at", "pk")


def asks_of(volunteer: Volunteer, now: datetime) -> QuerySet[Friendship]:
    """Who would like to serve with her: asked of the number by which she comes in, while nobody
    else can hold it yet."""
    waits = Friendship.objects.filter(agreed_at=None, ended_at=None, declined_at=None)
    rows = waits.filter(until__gt=now).exclude(asked_by=volunteer)
    own = Phone.objects.filter(user=volunteer.user_id).first()
    if own is None or not own.is_hers_still(now):
        return rows.none()
    hers = rows.filter(phone_index=own.number_index, asked_by__state=Volunteer.State.ACTIVE)
    return hers.select_related("asked_by").order_by("asked_at", "pk")


def who_holds(row: Friendship, now: datetime) -> list[Volunteer]:
    """The volunteers who are asked: who comes in by that number."""
    holders = Volunteer.objects.filter(user__own_phone__number_index=row.phone_index)
    people = holders.exclude(pk=row.asked_by_id).select_related("user__own_phone").order_by("pk")
    return [her for her in people if her.user and her.user.own_phone.is_hers_still(now)]


def pairs_of(people: Iterable[int]) -> list[tuple[int, int]]:
    """Friends of whom both are among these people, each two once. One statement."""
    known = set(people)
    rows = standing().order_by("pk").values_list("asked_by", "friend")
    return sorted(
        {
            (min(one, two), max(one, two))
            for one, two in rows
            if one in known and two is not None and two in known
        }
    )
