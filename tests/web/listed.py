"""The cards of a list as a person reads them."""

from __future__ import annotations

import re

from django.test import Client

from backend.accounts.models import User

STATUS = re.compile(r'shift-card-status">.*?</svg>\s*(.*?)\s*</span>', re.S)
TAGGED = re.compile(r'<span\s+class="tag[^>]*>\s*<svg.*?</svg>\s*(.*?)\s*</span>', re.S)


def listed(user: User, path: str, title: str) -> dict[str, list[tuple[str, str]]]:
    """Heading → (title, what is said of it) of each card below it. `title`: a pattern that finds
    the title of a card as its first group."""
    client = Client()
    client.force_login(user)
    page = client.get(path).content.decode()
    found = {}
    for part in page.split("<h2>")[1:]:
        if cards := part.split("<article")[1:]:
            found[part.split("</h2>")[0]] = [_read(card, title) for card in cards]
    return found


def _read(html: str, title: str) -> tuple[str, str]:
    named = re.search(title, html, re.S)
    status = STATUS.search(html) or TAGGED.search(html)
    assert named is not None
    return named[1], status[1] if status else ""
