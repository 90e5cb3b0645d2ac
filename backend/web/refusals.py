"""What is refused is said on the page that follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

from backend import words
from backend.common.locking import Busy
from backend.common.refusal import Refusal
from backend.programmes.queries import credential_names
from backend.rota.operations import OffersRefused
from backend.words import terms


@dataclass
class Tried:
    """How it went, for a page that goes on differently then."""

    refused: bool = False


@contextmanager
def refusals_said(
    request: HttpRequest, *, you: bool = True, keeps: bool = False
) -> Iterator[Tried]:
    """What is done inside may be refused: the rest of it is left out, and why is said, to whom it
    concerns or (`you` False) to a colleague. `keeps`: who has to wait too long is led to the page
    that keeps what she wrote."""
    tried = Tried()
    try:
        yield tried
    except Refusal as refusal:
        if keeps and isinstance(refusal, Busy):
            raise
        tried.refused = True
        for said in _sentences(refusal, you=you):
            messages.warning(request, said)


def _sentences(refusal: Refusal, *, you: bool) -> list[str]:
    """One, or of several people who were to be asked one each; with the names of credentials."""
    if isinstance(refusal, OffersRefused):
        return [why for _pk, why in terms.refused_pairs(refusal.public(), credential_names())]
    names = credential_names() if refusal.code == "rules" else {}
    return [words.refused(refusal, you=you, names=names)]
