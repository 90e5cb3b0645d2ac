"""Which counters one try to sign in belongs to, and how many tries each allows.

By person: her user, and what was typed with all spellings of a phone as one. A browser in which she
has signed in before has counters of its own, so that a stranger who guesses cannot shut her out. By
address: far more, because everybody at a school or a street office shares one.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta

from django.contrib.auth import get_backends
from django.core import signing
from django.http import HttpRequest, HttpResponse

from backend.accounts import phones
from backend.accounts.models import User
from backend.common.client import client_ip
from backend.common.sealing import blind_index

WINDOW = timedelta(minutes=15)
OF_PERSON = 5
OF_ADDRESS = 120
PEOPLE = 2  # of one phone: a mother and her daughter
DEVICE_COOKIE = "device"
DEVICE_KEPT = timedelta(days=180)
SALT = "accounts.device"


def counters(request: HttpRequest, typed: str) -> dict[bytes, int]:
    """The counters of one try, each with the number of tries that it allows in WINDOW.

    There are as many whether somebody has that name or nobody: where people lack, what was typed
    stands for them, and allows what it allows anyhow.
    """
    people = owners(typed)
    here = _device(request, people)
    spelling = one_spelling(typed)
    found = {_key("typed", spelling, here): OF_PERSON}
    found |= {_key("user", str(pk), here): OF_PERSON for pk in people}
    for n in range(len(people), PEOPLE):
        found[_key("nobody", str(n), spelling, here)] = OF_PERSON
    if address := client_ip(request):
        found[_key("address", address)] = OF_ADDRESS
    return found


def owners(typed: str) -> set[int]:
    """Whom the sign-in form may mean by that."""
    found: set[int] = set()
    for backend in get_backends():
        ask = getattr(backend, "owners", None)
        if ask:
            found |= ask(typed)
    return found


def one_spelling(typed: str) -> str:
    try:
        return phones.clean(typed)
    except phones.BadPhone:
        return unicodedata.normalize("NFKC", typed).casefold().strip()


def know_device(response: HttpResponse, user: User, *, secure: bool) -> None:
    """From now on this browser is one in which she has signed in."""
    token = signing.dumps([user.pk, secrets.token_hex(8)], salt=SALT)
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=int(DEVICE_KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def is_known(request: HttpRequest, typed: str) -> bool:
    """Whether somebody whom that means has signed in in this browser before."""
    return DEVICE_COOKIE in request.COOKIES and bool(_device(request, owners(typed)))


def is_known_of(request: HttpRequest, user: User) -> bool:
    """Whether she was the last to sign in in this browser."""
    return bool(_device(request, {user.pk}))


def _device(request: HttpRequest, people: set[int]) -> str:
    """The browser's own name when one of these people has signed in there, else ""."""
    token = request.COOKIES.get(DEVICE_COOKIE, "")
    try:
        pk, _ = signing.loads(token, salt=SALT, max_age=DEVICE_KEPT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return token if pk in people else ""


def _key(kind: str, *words: str) -> bytes:
    """Neither a name nor an address stands in the table."""
    return blind_index("\0".join((kind, *words)), "attempt")
