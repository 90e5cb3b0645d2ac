"""Answers on a pipe, each behind its length: what stands in one can be odd, but never makes the
reader wait for bytes that nobody will write."""

from __future__ import annotations

import pickle
import struct
from typing import IO

HEAD = struct.Struct(">4sQ")  # a word to know a frame by, how many bytes follow
WORD = b"answ"


def write_frame(file: IO[bytes], value: object) -> None:
    """One value, and at once."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    file.write(HEAD.pack(WORD, len(data)))
    file.write(data)
    file.flush()


def read_frame(file: IO[bytes]) -> object:
    """The next value. EOFError at the end, ValueError where no frame begins, and whatever a pickle
    that makes no sense raises."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    word, size = HEAD.unpack(head)
    if word != WORD:
        raise ValueError("no frame begins here")
    return pickle.loads(file.read(size))
