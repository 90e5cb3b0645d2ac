"""Links in messages that act with one tap, for whoever holds them: what is asked, of whom, until
when, sealed into 32 characters that say nothing to anybody else.

One block of AES holds it all, and a keyed mark in front of it refuses what was not made here. Both
keys are derived from FIELD_KEYS and serve nothing else: the first makes links, all read them. Text
messages take no more than 35 characters of a variable, so the whole fits there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.urls import reverse

from backend.common.sealing import blind_index
from backend.rota.agreed import Agreed
from backend.rota.agreed import mark_of as mark_of_terms
from backend.rota.models import Session

MARK = 8  # bytes
LARGEST = 2**40 - 1  # of a key of a row
NEVER = 2**32 - 1  # of a link that does not end


class Purpose(IntEnum):
    """What is asked. The numbers stand in links that are on their way: they never change."""

    OFFER = 1  # of a volunteer: will you take this shift
    COMING = 2  # of a volunteer, before it begins: do you still come
    SEAT = 3  # of a family: do you want, or keep, this seat
    ATTENDING = 4  # of a family, before it begins: do you still come
    NO_MAIL = 5  # of an address: no more e-mails
    COVER = 6  # of a volunteer: will you take the place of somebody who asks


@dataclass(frozen=True)
class Link:
    purpose: Purpose
    person: int  # key of the volunteer or the family
    subject: int  # key of the offer, the assignment, the booking or the question
    until: datetime | None  # it ends; None: never
    turn: int = 0  # of what is asked more than once: which time

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until


def link_to(
    purpose: Purpose, *, person: int, subject: int, until: datetime | None, turn: int = 0
) -> str:
    """The address below the house's own, "/l/…/". The same question has the same link."""
    minutes = NEVER if until is None else int(until.timestamp() // 60)
    block = struct.pack(">BBQ", purpose, person >> 32, (person & NEVER) << 32 | subject >> 8)
    block += struct.pack(">BIB", subject & 255, minutes, turn)
    sealing, marking = _keys()[0]
    sealed = _block(sealing).encryptor().update(block)
    token = base64.urlsafe_b64encode(_mark(marking, sealed) + sealed).decode()
    return reverse("link", args=[token])


def turn_of(terms: Session | Agreed) -> int:
    """Of a question about a session that has these terms."""
    return int(mark_of_terms(terms)[:2], 16)


def read(token: str) -> Link | None:
    """None for what was not made here, or was altered since."""
    try:
        found = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except ValueError:
        return None
    given = found[:MARK]
    sealed = found[MARK:]
    if len(sealed) != AES.block_size // 8:
        return None
    for sealing, marking in _keys():
        if hmac.compare_digest(given, _mark(marking, sealed)):
            return _opened(_block(sealing).decryptor().update(sealed))
    return None


def _opened(block: bytes) -> Link:
    purpose, high, middle, low, minutes, turn = struct.unpack(">BBQBIB", block)
    until = None if minutes == NEVER else datetime.fromtimestamp(minutes * 60, UTC)
    person = high << 32 | middle >> 32
    subject = (middle & NEVER) << 8 | low
    return Link(Purpose(purpose), person, subject, until, turn)


def mark_of(token: str) -> bytes:
    """What is noted of a link that has served."""
    return hashlib.sha256(token.encode()).digest()[:16]


def no_mail_link(address: str) -> str:
    """Whoever follows it wants no more e-mails at this address."""
    mark = int.from_bytes(mail_mark(address), "big")
    person = mark >> 40
    return link_to(Purpose.NO_MAIL, person=person, subject=mark & LARGEST, until=None)


def mail_mark(address: str) -> bytes:
    """Ten bytes that stand for an address and tell it to nobody."""
    return blind_index(address.strip().casefold(), "no mail")[:10]


def mark_in(link: Link) -> bytes:
    """The address's mark that a link of NO_MAIL holds."""
    return (link.person << 40 | link.subject).to_bytes(10, "big")


def _mark(key: bytes, sealed: bytes) -> bytes:
    return hmac.new(key, sealed, hashlib.sha256).digest()[:MARK]


def _block(key: bytes) -> Cipher[ECB]:
    return Cipher(AES(key), ECB())  # a single block, and no two links are the same


@cache
def _keys() -> list[tuple[bytes, bytes]]:
    """To seal and to mark, of each key of the house."""
    found = []
    for entry in settings.FIELD_KEYS:
        whole = base64.b64decode(entry.partition(":")[2])
        derived = HKDF(SHA256(), 64, salt=None, info=b"links in messages").derive(whole)
        found.append((derived[:32], derived[32:]))
    return found
