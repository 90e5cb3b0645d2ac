"""The cells of a file that somebody sends: what `child` reads of it, as texts."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.common.confined import ask
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.exchange import child
from backend.exchange.child import MOST_BYTES, MOST_ROWS, MOST_UNPACKED, Cell

__all__ = ["MOST_BYTES", "MOST_ROWS", "Cell", "FileRefused", "Sheet", "read_sheet"]

SCRIPT = Path(child.__file__)
LONGEST_NAME = 40  # characters; a spreadsheet allows 31
MOST_HIDDEN = 20  # names
SECONDS = 40.0  # longer than the child's own limit of computing time, on a busy machine


class FileRefused(Refusal):
    """The file as a whole cannot be read.

    Facts: why: "empty", "bytes", "kind" (no workbook and no text), "broken", "unpacked", "rows",
    "columns", "locked" (by a password), "merged", "letters" (neither UTF-8 nor GB 18030); most: how
    much may be; where: a cell's address.
    """

    code = "file_refused"


@dataclass(frozen=True)
class SheetLine:
    """`number`: of the row, as the spreadsheet shows it, or `hidden`: does not show it."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """`name` "" of a text; `hidden`: sheets that were not read, MOST_HIDDEN of very many."""

    name: str
    hidden: tuple[str, ...]
    said: bytes

    def lines(self) -> Iterator[SheetLine]:
        """One after another: they are made when they are asked for."""
        said = io.BytesIO(self.said)
        next(said)
        for row in said:
            told = json.loads(row)
            cells = tuple(tuple(c) if isinstance(c, list) else c for c in told["cells"])
            yield SheetLine(told["row"], cells, told["hidden"])  # type: ignore[arg-type]


def read_sheet(data: bytes) -> Sheet:
    """The sheet that a file holds. Raises FileRefused."""
    if not data:
        raise refused("empty")
    if len(data) > MOST_BYTES:
        raise refused("bytes")
    ended, said = ask(SCRIPT, data, seconds=SECONDS, most=child.MOST_WRITTEN)
    if len(said) > child.MOST_WRITTEN:
        raise refused("unpacked")
    if ended != 0:
        raise refused(child.REASONS.get(ended, "broken"), _where(said))
    about = json.loads(said.split(b"\n", 1)[0])
    hidden = tuple(called(name) for name in about["hidden"][:MOST_HIDDEN])
    return Sheet(called(about["sheet"]), hidden, said)


def called(name: str) -> str:
    """A name that a file gives, as a page may show it."""
    return line(name)[:LONGEST_NAME]


def _where(said: bytes) -> str:
    """What it said last, of a cell."""
    last = said.strip().rsplit(b"\n", 1)[-1]
    try:
        return str(json.loads(last).get("where", ""))
    except (ValueError, AttributeError):
        return ""


def refused(why: str, where: str = "") -> FileRefused:
    most = {
        "bytes": MOST_BYTES // 2**20,
        "unpacked": MOST_UNPACKED // 2**20,
        "rows": MOST_ROWS,
        "columns": child.MOST_COLUMNS,
    }
    return FileRefused(why=why, most=most.get(why, 0), where=where)
