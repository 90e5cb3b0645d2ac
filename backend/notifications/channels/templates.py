"""Templates that lie with a provider: which one stands for a message, and what fills it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from backend.notifications.channels.base import Message

Templates = Mapping[str, tuple[str, list[tuple[str, str]]]]  # as config/env.py reads them


class Filled(NamedTuple):
    template: str  # what the provider calls it
    fields: list[tuple[str, str]]  # the provider's name of a field → its value, in order


def filled(templates: Templates, message: Message, longest: int) -> Filled | None:
    """The template in the receiver's language, or of the kind, or the one for all kinds; None when
    there is none, or when it asks for what the message does not have, or leaves out its code.
    Values are cut to `longest` characters: a longer one would be refused."""
    known = variables(message)
    for kind in (f"{message.template}.{message.language}", message.template, "*"):
        if kind not in templates:
            continue
        template, wanted = templates[kind]
        fields = {ours for _, ours in wanted}
        if fields <= known.keys() and {"code"} & message.variables.keys() <= fields:
            return Filled(template, [(key, cut(known[ours], longest)) for key, ours in wanted])
    return None


def variables(message: Message) -> dict[str, str]:
    """Its own, and its title, its link, and the link without the address of the house: a provider
    forbids whole addresses in a variable and takes them in the approved text."""
    parts = urlsplit(message.link)
    path = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    return {"title": message.title, "link": message.link, "path": path} | message.variables


def cut(value: str, longest: int) -> str:
    text = " ".join(value.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
