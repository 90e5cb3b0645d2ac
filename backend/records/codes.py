"""What shows that somebody is where a session is: a code that changes every half minute, said aloud
or read from a screen, and a code on the wall of a place.

All of it is made of INDEX_KEY, so that nothing is stored and every process makes the same. A moment
is handed in; times are compared within one step, because nobody types in no time.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from backend.common.sealing import blind_index

STEP = 30  # seconds
DIGITS = 6  # with the tries that presence.py allows, fewer than 1 in 1000 guesses pass a session
GROUP = 3  # digits in one breath
FIRST_SHEET = 1  # what hung there before sheets had numbers
LINK = 20  # characters of a link's code: nobody tries so many
PROOF_HOLDS = timedelta(minutes=10)  # from scanning to tapping, a sign-in by text message between
SALT = "records.proof"


@dataclass(frozen=True)
class CodeProof:
    """Somebody had a code before her: that of a session, or that of a place (the other is None)."""

    session: int | None = None
    venue: int | None = None


def spoken_code(session_id: int, now: datetime) -> str:
    """Six digits, to be read out in two groups of three."""
    return _spoken(session_id, _step(now))


def link_code(session_id: int, now: datetime) -> str:
    """What a link behind the changing QR code carries."""
    return _linked(session_id, _step(now))


def wall_code(venue_id: int, number: int) -> str:
    """What a link behind the QR code on the wall carries: that of the sheet with this number."""
    named = str(venue_id) if number == FIRST_SHEET else f"{venue_id} {number}"
    return blind_index(named, "venue.wall").hex()[:LINK]


def in_groups(digits: str) -> str:
    """As they are read out and shown: "482 913"."""
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))


def is_spoken(session_id: int, typed: str, now: datetime) -> bool:
    return _fits(typed, [_spoken(session_id, step) for step in _near(now)])


def is_linked(session_id: int, code: str, now: datetime) -> bool:
    return _fits(code, [_linked(session_id, step) for step in _near(now)])


def is_wall(venue_id: int, number: int, code: str) -> bool:
    """Whether it is that of the sheet with this number; older ones open nothing."""
    return _fits(code, [wall_code(venue_id, number)])


def proof_text(proof: CodeProof, now: datetime) -> str:
    """The proof as a signed text that holds for PROOF_HOLDS, whoever signs in meanwhile."""
    said = [proof.session, proof.venue, int(now.timestamp())]
    return signing.dumps(said, salt=SALT)


def read_proof(text: str, now: datetime) -> CodeProof | None:
    """None for what was not signed here, or is too old."""
    try:
        session, venue, at = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    age = now.timestamp() - at
    if not 0 <= age <= PROOF_HOLDS.total_seconds():
        return None
    return CodeProof(session, venue)


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def _near(now: datetime) -> list[int]:
    here = _step(now)
    return [here - 1, here, here + 1]


def _spoken(session_id: int, step: int) -> str:
    drawn = int.from_bytes(blind_index(f"{session_id} {step}", "session.spoken")[:8], "big")
    return f"{drawn % 10**DIGITS:0{DIGITS}}"


def _linked(session_id: int, step: int) -> str:
    return blind_index(f"{session_id} {step}", "session.link").hex()[:LINK]


def _fits(given: str, codes: list[str]) -> bool:
    """Compared with each in constant time, so that the time tells nothing."""
    fitting = [hmac.compare_digest(given.encode(), code.encode()) for code in codes]
    return any(fitting)
