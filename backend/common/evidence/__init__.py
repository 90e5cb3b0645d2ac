"""What somebody hands in as evidence, a photo or a PDF, becomes plain pictures of its pages.

The file is read by a process of its own (`child`), which has no secrets, no files, no network,
and little time and memory: a fault in a decoder ends there. What comes back are JPEGs made anew,
without a word of what the file carried beside the picture: where it was taken, with what, by whom.
"""

from __future__ import annotations

from pathlib import Path
from threading import BoundedSemaphore

from backend.common.confined import ask
from backend.common.evidence import child
from backend.common.evidence.child import MOST_BYTES, MOST_PAGES, MOST_PIXELS
from backend.common.refusal import Refusal

__all__ = ["MOST_BYTES", "MOST_PAGES", "MOST_PIXELS", "EvidenceRefused", "pages_of"]

SCRIPT = Path(child.__file__)
SECONDS = 15.0  # longer than the child's own limit of computing time
AT_ONCE = 2  # children of one web process; each may take half a gigabyte
LINE_SECONDS = 10.0  # that a request waits for its turn
PICTURE = (b"\xff\xd8\xff", b"\xff\xd9")  # how a JPEG begins and ends
_turns = BoundedSemaphore(AT_ONCE)


class EvidenceRefused(Refusal):
    """The file cannot be taken for evidence.

    Facts: why: "empty", "bytes", "kind" (no JPEG, PNG or PDF), "broken", "pixels", "pages",
    "locked" (by a password), "busy" (too many are read just now), and most: how much may be.
    """

    code = "evidence_refused"


def pages_of(data: bytes) -> list[bytes]:
    """The pages of a photo or PDF, each a JPEG. Raises EvidenceRefused."""
    if not data:
        raise _refused("empty")
    if len(data) > MOST_BYTES:
        raise _refused("bytes")
    if not _turns.acquire(timeout=LINE_SECONDS):
        raise _refused("busy")
    try:
        ended, said = ask(SCRIPT, data, seconds=SECONDS, most=child.MOST_WRITTEN)
    finally:
        _turns.release()
    if ended != 0:
        raise _refused(child.REASONS.get(ended, "broken"))
    return _framed(said)


def _framed(said: bytes) -> list[bytes]:
    """Each page with its length before it. What is none of ours is broken, whoever wrote it."""
    found = []
    while said:
        length = int.from_bytes(said[:4], "big")
        page = said[4 : 4 + length]
        said = said[4 + length :]
        begins = page.startswith(PICTURE[0]) and page.endswith(PICTURE[1])
        if len(page) != length or not begins:
            raise _refused("broken")
        found.append(page)
    if not 0 < len(found) <= MOST_PAGES:
        raise _refused("broken")
    return found


def _refused(why: str) -> EvidenceRefused:
    most = {
        "bytes": MOST_BYTES // 2**20,
        "pixels": MOST_PIXELS // 10**6,
        "pages": MOST_PAGES,
    }
    return EvidenceRefused(why=why, most=most.get(why, 0))
