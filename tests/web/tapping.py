"""An answer on the page of a link in a message, given as somebody gives it."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

SEEN = re.compile(r'name="seen" value="([^"]*)"')


def seen_at(client: Client, address: str, **extra: Any) -> dict[str, str]:
    """What the page sends along with a yes: the mark of the terms that it shows."""
    shown = SEEN.search(client.get(address, **extra).content.decode())
    return {"seen": shown[1]} if shown else {}


def tap(client: Client, address: str, answer: str = "yes", **extra: Any):  # type: ignore[no-untyped-def]
    """She opens the link, reads what it asks, and answers that."""
    seen = seen_at(client, address, **extra)
    return client.post(address, {"answer": answer} | (seen if answer == "yes" else {}), **extra)
