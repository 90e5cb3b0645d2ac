"""With a friend: she asks whoever holds a number, who agrees or does not, and either ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts import phones
from backend.accounts.models import Phone, User
from backend.common.locking import lock, lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import FriendAgreed, FriendAsked, FriendDeclined, FriendshipEnded
from backend.volunteers.friends import (
    MOST_FRIENDS,
    asked_by_her,
    asks_of,
    friendships_of,
    who_holds,
)
from backend.volunteers.models import Friendship, Volunteer
from backend.volunteers.operations.erased import lock_whoever_is_here
from backend.volunteers.operations.telling import changed

HOLDS = timedelta(days=30)
A_DAY = 5  # questions of one volunteer, those that she took back among them


class FriendRefused(Refusal):
    """Facts: why ("own" number, "many" friends and questions, "twice": asked already, "gone": the
    question is over), most."""

    code = "friend_refused"


@operation
def ask_friend(*, volunteer_id: int, phone: str, actor: User, now: datetime) -> Friendship:
    """Ask whoever holds that number, if anybody here does: who asks is told the same in either
    case. Raises BadPhone, FriendRefused, DataErased."""
    row = lock_whoever_is_here(volunteer_id)
    number = phones.clean(phone)
    index = phones.index(number)
    if index == bytes(row.phone_index or b"") or _comes_in_by(row, index):
        raise FriendRefused(why="own", most=MOST_FRIENDS)
    waiting = asked_by_her(row.pk, now)
    if waiting.filter(phone_index=index).exists():
        raise FriendRefused(why="twice", most=MOST_FRIENDS)
    today = row.friends_asked.filter(asked_at__gt=now - timedelta(days=1)).count()
    hers = waiting.count() + friendships_of(row.pk).count()
    if today >= A_DAY or hers >= MOST_FRIENDS:
        raise FriendRefused(why="many", most=MOST_FRIENDS)
    asked = Friendship(
        asked_by=row, phone=number, phone_index=index, asked_at=now, until=now + HOLDS
    )
    asked.save()
    streams = [f"volunteer.{her.pk}" for her in who_holds(asked, now)]
    happened = FriendAsked(volunteer=row.pk, friendship=asked.pk)
    changed(happened, "change", "friend asked", actor=actor, now=now, also=streams)
    return asked


@operation
def answer_friend(
    *, volunteer_id: int, friendship_id: int, yes: bool, actor: User, now: datetime
) -> Friendship:
    """She agrees, or would rather not. Raises FriendRefused."""
    her = Volunteer.objects.get(pk=volunteer_id)
    asked = asks_of(her, now).filter(pk=friendship_id).first()
    if asked is None:
        raise FriendRefused(why="gone", most=MOST_FRIENDS)
    lock(Volunteer, [volunteer_id, asked.asked_by_id])
    row = asks_of(her, now).filter(pk=friendship_id).first()
    if row is None:
        raise FriendRefused(why="gone", most=MOST_FRIENDS)
    if not yes:
        row.declined_at = now
        row.save(update_fields=["declined_at"])
        no = FriendDeclined(volunteer=her.pk, friendship=row.pk)
        changed(no, "change", "friend declined", actor=actor, now=now)
        return row
    if friendships_of(her.pk).count() >= MOST_FRIENDS:
        raise FriendRefused(why="many", most=MOST_FRIENDS)
    row.friend = her
    row.agreed_at = now
    row.save(update_fields=["friend", "agreed_at"])
    _end_others(row, now)
    also = [f"volunteer.{row.asked_by_id}"]
    agreed = FriendAgreed(volunteer=her.pk, friendship=row.pk)
    changed(agreed, "change", "friend agreed", actor=actor, now=now, also=also)
    return row


@operation
def end_friendship(*, volunteer_id: int, friendship_id: int, actor: User, now: datetime) -> None:
    """Either of the two ends it, or who asked takes the question back. Repeating it is nothing.
    Raises FriendRefused for what is not hers."""
    lock_one(Volunteer, volunteer_id)
    row = Friendship.objects.filter(pk=friendship_id).first()
    if row is None or volunteer_id not in (row.asked_by_id, row.friend_id):
        raise FriendRefused(why="gone", most=MOST_FRIENDS)
    if row.ended_at is not None:
        return
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    streams = [f"volunteer.{pk}" for pk in (row.asked_by_id, row.friend_id) if pk]
    happened = FriendshipEnded(volunteer=volunteer_id, friendship=row.pk)
    changed(happened, "change", "friendship ended", actor=actor, now=now, also=streams)


def _comes_in_by(row: Volunteer, index: bytes) -> bool:
    own = Phone.objects.filter(user=row.user_id, number_index=index)
    return row.user_id is not None and own.exists()


def _end_others(row: Friendship, now: datetime) -> None:
    """Of two who asked each other the other question is over, and so is an older pair of them."""
    assert row.friend_id is not None
    for one, two in ((row.asked_by_id, row.friend_id), (row.friend_id, row.asked_by_id)):
        Friendship.objects.filter(asked_by=one, friend=two, ended_at=None).exclude(
            pk=row.pk
        ).update(ended_at=now)
