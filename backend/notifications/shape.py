"""What a message of the table is made of: how it goes out, at night and together with others, and
whom a row tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import NamedTuple


class Night(Enum):
    """What happens to a message between 21:00 and 08:00. The inbox has it at once."""

    WAITS = "it goes out in the morning"
    WAITS_UNLESS_NEAR = "in the morning, unless what it is about comes before she could act on it"
    NOW = "it goes out at once"


class Together(Enum):
    """What one person is told of one kind is one row of her inbox (operations/gathering.py)."""

    APART = "each has its own row"
    OF_A_MOMENT = "what she has not been told, or not seen since a moment ago, goes with the new"
    OF_A_DAY = "the newest of the day has it all"


@dataclass(frozen=True)
class MessageKind:
    """How one kind of message goes out.

    `while_`: what must still be true for it to be sent, a function of `facts`; it also reads what
    the words are made of. `channels`: outside ways, the first that is on, that she wants and that
    has an address of hers. `page`: where its link leads; `one`: where that of a single subject
    leads, with its key. `optional`: she may do without it outside her inbox. `together`: which of
    them are one row of her inbox.
    """

    while_: str
    page: str
    one: str = ""
    night: Night = Night.WAITS
    channels: tuple[str, ...] = ("wechat", "sms", "email")
    optional: bool = True
    together: Together = Together.APART


class Row(NamedTuple):
    """`later`: how long it waits before it is told, so that a slip of the finger which is undone
    meanwhile is told to nobody."""

    audience: str  # a function of `audiences`
    message: str  # a key of MESSAGES
    later: timedelta = timedelta(0)


ASKING = Night.WAITS_UNLESS_NEAR
MOMENT = Together.OF_A_MOMENT
GATHERED = timedelta(minutes=1)  # while an expiry goes through a city, session by session
NO_SMS = ("wechat", "email")  # good to know, and not worth a text message
DESK = ("wecom", "dingtalk", "email")

# Why nobody is told, where several kinds of events share a reason.
HERSELF = "she did it herself, and the page answered her"
ON_THE_PAGE = "it concerns whoever looks at the page, which moves by itself"
BETWEEN = "a step between two others, of which the last is told"
