"""Handing one-time codes over to whoever carries them to a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.utils import translation

from backend.accounts.models import Code
from backend.accounts.operations import claim_code, give_code_back, note_code_sent
from backend.accounts.operations.codes import unsent
from backend.notifications.channels.base import Channel, Message, Unreachable
from backend.volunteers.queries import said_to_guardian
from backend.words.codes import TO_NUMBERS, code_words

TO_PHONES = ("sms", "file")  # the first that is on carries codes
# What the messages that carry one are called; an operator's templates name them too.
CARRY_A_CODE = ("code", "code_guardian")
TURN = timedelta(seconds=10)  # the event's own task has had its turn by then


def send_code(*, code_id: int, channels: Mapping[str, Channel], now: datetime) -> None:
    """Send one code, unless it was sent, used, its time is over, or another worker is at it. A
    provider that is away is asked again by send_codes()."""
    channel = next((channels[name] for name in TO_PHONES if name in channels), None)
    code = claim_code(code_id=code_id, now=now) if channel else None
    if code is None or channel is None:
        return
    try:
        channel.send(_message(code), code.number)
    except Unreachable:
        give_code_back(code_id=code.pk)
        return
    note_code_sent(code_id=code.pk, now=now)  # a number that is refused is not asked again either


def send_codes(
    *, channels: Mapping[str, Channel], now: datetime, go_on: Callable[[], bool]
) -> None:
    """Send the codes that are still on their way, oldest first."""
    waiting = Code.objects.filter(unsent(now), made_at__lte=now - TURN)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        if not go_on():
            return
        send_code(code_id=pk, channels=channels, now=now)


def _message(code: Code) -> Message:
    with translation.override(code.language):
        if code.says:
            return _word(code)
        facts = {"code": str(code.secret)}
        hers, guardians = CARRY_A_CODE
        template = hers
        if code.about:
            template = guardians
            facts |= said_to_guardian(code.about)
        title, text = code_words(code.purpose, facts)
        return Message(
            key=f"code-{code.pk}",
            template=template,
            title=title,
            text=text,
            variables=facts,
            link="",
            language=code.language,
        )


def _word(code: Code) -> Message:
    title, text = TO_NUMBERS[code.says]()
    return Message(
        key=f"code-{code.pk}",
        template=code.says,
        title=title,
        text=text,
        variables={},
        link="",
        language=code.language,
    )
