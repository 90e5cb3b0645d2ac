"""What somebody hands in as evidence, a photo or a PDF, becomes plain pictures of its pages.

The file is read by a process of its own (`child`), which has no secrets, no files, no network,
and little time and memory: a fault in a decoder ends there. What comes back are JPEGs made anew,
without a word of what the file carried beside the picture: where it was taken, with what, by whom.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import IO

from backend.common.evidence import child
from backend.common.evidence.child import MOST_BYTES, MOST_PAGES, MOST_PIXELS
from backend.common.refusal import Refusal

__all__ = ["MOST_BYTES", "MOST_PAGES", "MOST_PIXELS", "EvidenceRefused", "pages_of"]

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
        ended, said = _ask(data)
    finally:
        _turns.release()
    if ended != 0:
        raise _refused(child.REASONS.get(ended, "broken"))
    return _framed(said)


def _ask(data: bytes) -> tuple[int, bytes]:
    """How the child ended, and what it wrote: at most what all pages may be."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(Path(child.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8"},
        cwd="/",
    )
    assert process.stdin is not None and process.stdout is not None
    timer = Timer(SECONDS, process.kill)
    timer.start()
    try:
        _hand_over(process.stdin, data)
        said = process.stdout.read(child.MOST_WRITTEN + 1)
        if len(said) > child.MOST_WRITTEN:
            process.kill()
        return process.wait(), said
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        process.wait()


def _hand_over(to: IO[bytes], data: bytes) -> None:
    """It reads everything before it says anything; one that ended earlier has said why."""
    try:
        to.write(data)
        to.close()
    except BrokenPipeError:
        pass


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
