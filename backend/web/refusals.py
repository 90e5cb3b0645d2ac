"""What is refused is said on the page that follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from backend import words
from backend.common.refusal import Refusal


@contextmanager
def refusals_said(request: HttpRequest, *, you: bool = True) -> Iterator[None]:
    """What is done inside may be refused: the rest of it is left out, and why is said, to whom it
    concerns or (`you` False) to a colleague."""
    try:
        yield
    except Refusal as refusal:
        messages.warning(request, words.refused(refusal, you=you))
