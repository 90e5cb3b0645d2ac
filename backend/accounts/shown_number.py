"""The number that somebody on her way in has shown to hold: it is hers once she is in, after every
step that is asked of her. Before that, whoever holds the number but has not her second factor would
make it the one number that opens her account."""

from __future__ import annotations

from django.http import HttpRequest

from backend.accounts.models import User
from backend.accounts.operations import keep_phone
from backend.common import clock
from backend.common.sealing import CannotOpen, open_text, seal_text

SHOWN = "number_shown"  # in the session: by whom and until when it counts, sealed
PLACE = "session:number_shown"
HOLDS = 15 * 60  # seconds, as for the step that is missing


def remember(request: HttpRequest, user: User, number: str) -> None:
    """She has shown this (clean) number and is not in yet."""
    until = clock.now().timestamp() + HOLDS
    request.session[SHOWN] = seal_text(f"{until:.0f} {user.pk} {number}", PLACE)


def keep(request: HttpRequest, user: User) -> None:
    """She is in: what she has shown a moment ago, as herself, is her number from now on."""
    now = clock.now()
    try:
        told = open_text(request.session.pop(SHOWN, ""), PLACE).split(" ")
    except CannotOpen:
        return
    if len(told) == 3 and told[1] == str(user.pk) and int(told[0]) > now.timestamp():
        keep_phone(user=user, number=told[2], now=now)
