"""What a channel is handed, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    key: str  # one per delivery and channel; handed to providers as their idempotency id
    template: str  # the message's kind, "offer_made"
    title: str  # no personal data: it becomes a mail's subject
    text: str  # whole, plain
    variables: dict[str, str]  # what a provider's template is filled with
    link: str  # absolute; "" when there is nothing to open
    language: str  # "zh-hans", "en"


@dataclass(frozen=True)
class Sent:
    receipt: str  # what the provider calls it, "" when it gives none


@dataclass(frozen=True)
class Refused:
    code: str  # this address or this message will never do: no retry


class Unreachable(Exception):
    """The provider is away, slow, throttling or talks nonsense: the same may do later."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    def send(self, message: Message, address: str) -> Sent | Refused:
        """Hand one message over. "Had it already" is Sent. Raises Unreachable."""
        ...
