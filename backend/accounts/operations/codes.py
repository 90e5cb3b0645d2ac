"""One-time codes: asked for, handed over, typed in, forgotten.

The answer to asking never tells whether anybody here has that number: what is counted, written and
sent is the same.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from backend.accounts import phones
from backend.accounts.models import Attempt, Code
from backend.accounts.operations.attempts import count_attempt, count_one
from backend.common.client import networks_of
from backend.common.locking import hold, lock_one, operation
from backend.common.reading import digits
from backend.common.refusal import Refusal
from backend.common.sealing import blind_index, next_ids
from backend.outbox.kinds import CodeRequested
from backend.outbox.record import record

# Whoever guesses has TRIES for each of the codes that one telephone gets in a day (OF_TELEPHONE):
# 150 in a million.
DIGITS = 6
HOLDS = timedelta(minutes=10)
TRIES = 5
KEPT = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# In that span, so many codes to one number from one address: whoever asks and asks for hers uses up
# what may come from there, and she asks from elsewhere.
OF_NUMBER = ((MINUTE, 1), (HOUR, 5), (DAY, 10))
OF_TELEPHONE = ((HOUR, 15), (DAY, 30))  # from wherever: nobody's telephone is made to ring all day
OF_ADDRESS = ((HOUR, 120), (DAY, 500))  # numbers; everybody at a school shares one address
# Of what the house has left for that day, a network takes no more than one part in so many: first
# a customer's, then what lies round it. Whoever asks and asks leaves most of it to the others, and
# three of them still do. Fifty at one school have theirs however little is left.
SHARES = (8, 4)
ALWAYS = 60
LEASE = timedelta(minutes=1)  # a worker that hands one over is done or dead by then


class TooManyCodes(Refusal):
    """No code is sent now. Facts: minutes (until one may be asked for again), why ("number": not
    from there, "telephone": from nowhere, "address": nothing from there, "house": nobody new gets
    one today), purpose (as of request_code)."""

    code = "too_many_codes"


@dataclass(frozen=True)
class CodeTried:
    """What became of typing a code: the number that it proves, or how many tries are left."""

    number: str | None
    left: int = 0


@operation
def request_code(
    *,
    number: str,
    address: str,
    language: str,
    now: datetime,
    known: bool = False,
    purpose: str = "",
    about: int | None = None,
) -> Code:
    """Have a code sent to this (clean) number; a worker hands it over.

    `address`: where the request comes from, "" unknown. `known`: from a browser in which whoever
    has this number has signed in before; what strangers use up counts not against her. `purpose`:
    what is said of it, a key of words.codes.CODES; `about`: the volunteer whose guardian is asked.
    Raises BadPhone (a landline), TooManyCodes.
    """
    if not phones.is_mobile(number):
        raise phones.BadPhone(why="landline")
    for why, span, most, *key in _counters(number, address, known, now):
        if not count_attempt(counters={_key(span, why, *key): most}, window=span, now=now):
            minutes = int(span.total_seconds()) // 60
            raise TooManyCodes(minutes=minutes, why=why, purpose=purpose)
    if address and not known:
        _share(address, purpose, now)
    _of_house(known, purpose, now)
    (pk,) = next_ids(Code, 1)
    code = Code(
        pk=pk,
        number=number,
        secret=f"{secrets.randbelow(10**DIGITS):0{DIGITS}}",
        purpose=purpose,
        about=about,
        language=language,
        made_at=now,
        until=now + HOLDS,
    )
    code.save(force_insert=True)
    record(CodeRequested(code=pk), streams=[], actor=None, now=now)
    return code


@operation
def tell_number(*, number: str, says: str, language: str, now: datetime) -> None:
    """Have this (clean) number told something, whoever holds it; a landline cannot be. `says`: a
    key of words.codes.TO_NUMBERS."""
    if not phones.is_mobile(number):
        return
    (pk,) = next_ids(Code, 1)
    word = Code(
        pk=pk,
        number=number,
        secret="",
        says=says,
        language=language,
        made_at=now,
        until=now + DAY,
    )
    word.save(force_insert=True)
    record(CodeRequested(code=pk), streams=[], actor=None, now=now)


@operation
def try_code(*, code_id: int, typed: str, now: datetime) -> CodeTried:
    """Compare what was typed, however its digits are written; the right one counts once, and none
    after TRIES wrong ones. One that is forgotten by now is like one whose time is over."""
    try:
        code = lock_one(Code, code_id)
    except Code.DoesNotExist:
        return CodeTried(None)
    if code.says or code.used_at or code.until <= now or code.wrong >= TRIES:
        return CodeTried(None)
    if hmac.compare_digest(code.secret.encode(), digits(typed).encode()):
        code.used_at = now
        code.save(update_fields=["used_at"])
        return CodeTried(code.number)
    code.wrong += 1
    code.save(update_fields=["wrong"])
    return CodeTried(None, TRIES - code.wrong)


@operation
def end_guardian_codes(*, volunteer_id: int, now: datetime) -> None:
    """Those on their way to her guardian are worthless, and those that were typed prove nothing any
    more, at whatever moment of another clock. In an operation that holds her."""
    asked = Code.objects.filter(made_at__gt=now - KEPT, purpose="guardian", about=volunteer_id)
    asked.update(until=F("made_at"))


def guardian_number(*, code_id: int, volunteer_id: int, now: datetime) -> str | None:
    """The number that the typed code of her guardian proves; None of one that is not typed, or
    whose time is over, or that was ended since. In an operation that holds her."""
    rows = Code.objects.filter(
        pk=code_id, purpose="guardian", about=volunteer_id, used_at__isnull=False, until__gt=now
    )
    code = rows.first()
    return str(code.number) if code else None


@operation
def claim_code(*, code_id: int, now: datetime) -> Code | None:
    """The code to hand over, for this worker alone until the lease is over; None when it was sent
    or used, its time is over, or another worker is at it."""
    hold(Code, [code_id])
    code = Code.objects.filter(unsent(now), pk=code_id).first()
    if code is not None:
        code.next_at = now + LEASE
        code.save(update_fields=["next_at"])
    return code


@operation
def give_code_back(*, code_id: int) -> None:
    """It could not be handed over; whoever comes next may."""
    Code.objects.filter(pk=code_id).update(next_at=None)


@operation
def note_code_sent(*, code_id: int, now: datetime) -> None:
    """A provider has taken it."""
    Code.objects.filter(pk=code_id, sent_at=None).update(sent_at=now)


def unsent(now: datetime) -> Q:
    """Of codes: to be handed over, and nobody is at it."""
    free = Q(next_at=None) | Q(next_at__lte=now)
    return Q(free, sent_at=None, used_at=None, until__gt=now)


@operation
def forget_codes(*, now: datetime) -> int:
    """Remove those that were made a day ago and more."""
    return Code.objects.filter(made_at__lte=now - KEPT).delete()[0]


def _counters(
    number: str, address: str, known: bool, now: datetime
) -> Iterator[tuple[str, timedelta, int, *tuple[str, ...]]]:
    """Each with what it guards, its span, what it allows, and whose it is: of the address first, so
    that who asks for one number after the other stops counting against other people's. A known
    browser has counters of its own, so that a stranger who asks and asks cannot shut anybody
    out."""
    if address and not known:
        for span, most in OF_ADDRESS:
            if _is_new(span, number, address, now):
                yield "address", span, most, address
    who = "known" if known else "all"
    for span, most in OF_NUMBER:
        yield "number", span, most, who, number, "" if known else address
    if not known:
        for span, most in OF_TELEPHONE:
            yield "telephone", span, most, number


def _share(address: str, purpose: str, now: datetime) -> None:
    """Every code that is sent counts here, the second to a number, too. Raises TooManyCodes."""
    house = Attempt.objects.filter(pk=_key(DAY, "house", "all"), until__gt=now)
    left = settings.CODES_A_DAY - (house.values_list("count", flat=True).first() or 0)
    for network, parts in zip(networks_of(address), SHARES, strict=True):
        taken = count_one(key=_key(DAY, "network", network), window=DAY, now=now)
        # of what was there before this network came
        if taken > max(ALWAYS, (left + taken) // parts):
            raise TooManyCodes(minutes=24 * 60, why="address", purpose=purpose)


def _of_house(known: bool, purpose: str, now: datetime) -> None:
    """Raises TooManyCodes."""
    house = {_key(DAY, "house", "known" if known else "all"): settings.CODES_A_DAY}
    if not count_attempt(counters=house, window=DAY, now=now):
        raise TooManyCodes(minutes=24 * 60, why="house", purpose=purpose)


def _is_new(span: timedelta, number: str, address: str, now: datetime) -> bool:
    """Whether nobody there has asked for this number within the span: a mother who asks again does
    not count as another one."""
    key = _key(span, "first", number, address)
    return count_attempt(counters={key: 1}, window=span, now=now)


def _key(span: timedelta, *words: str) -> bytes:
    return blind_index(" ".join((f"{span.total_seconds():.0f}", *words)), "code.asked")
