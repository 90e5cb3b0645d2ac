"""Who is told what of friends: the part of `table.py` about them."""

from __future__ import annotations

from backend.notifications.shape import NO_SMS, MessageKind, Row
from backend.outbox import kinds
from backend.outbox.shape import Kind

MESSAGES: dict[str, MessageKind] = {
    "friend_asked": MessageKind("friend_waits", "volunteer:friends", channels=NO_SMS),
    "friend_agreed": MessageKind("friends_stand", "volunteer:friends", channels=NO_SMS),
}
TOLD: dict[type[Kind], tuple[Row, ...]] = {
    kinds.FriendAsked: (Row("who_holds_the_number", "friend_asked"),),
    kinds.FriendAgreed: (Row("who_asked_a_friend", "friend_agreed"),),
}
NOBODY: dict[type[Kind], str] = {
    kinds.FriendDeclined: "who asked is not told, or she would learn whose number it is",
    kinds.FriendshipEnded: "nobody is told that a friend would rather not",
}
