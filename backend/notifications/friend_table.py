"""Who is told what of friends and teams: the part of `table.py` about them."""

from __future__ import annotations

from backend.notifications.shape import DESK, MOMENT, NO_SMS, MessageKind, Row
from backend.outbox import kinds
from backend.outbox.shape import Kind

MESSAGES: dict[str, MessageKind] = {
    "friend_asked": MessageKind("friend_waits", "volunteer:friends", channels=NO_SMS),
    "team_answered": MessageKind("team_said", "volunteer:me", channels=NO_SMS),
    "team_asked": MessageKind("team_waits", "coordinator:teams", channels=DESK, together=MOMENT),
    "friend_agreed": MessageKind("friends_stand", "volunteer:friends", channels=NO_SMS),
}
TOLD: dict[type[Kind], tuple[Row, ...]] = {
    kinds.FriendAsked: (Row("who_holds_the_number", "friend_asked"),),
    kinds.TeamAsked: (Row("who_keeps_the_team", "team_asked"),),
    kinds.TeamAnswered: (Row("who_asked_for_the_team", "team_answered"),),
    kinds.FriendAgreed: (Row("who_asked_a_friend", "friend_agreed"),),
}
NOBODY: dict[type[Kind], str] = {
    kinds.TeamLinkMade: "whoever made it has it before her, and sends it herself",
    kinds.TeamLinkRevoked: "whoever opens it reads that it is over",
    kinds.FriendDeclined: "who asked is not told, or she would learn whose number it is",
    kinds.FriendshipEnded: "nobody is told that a friend would rather not",
}
