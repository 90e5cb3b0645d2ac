"""What was done is said with a way back: the toast of the page that follows has the button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

MARK = "undo:"


def done(request: HttpRequest, text: str, undo: str) -> None:
    """`undo`: the address that takes it back, asked with POST."""
    messages.success(request, text, extra_tags=f"{MARK}{undo}")


def undo_of(message: object) -> str:
    """The address that takes back what this message tells of, "" where there is none."""
    tags = getattr(message, "extra_tags", None) or ""
    return tags.removeprefix(MARK) if tags.startswith(MARK) else ""
