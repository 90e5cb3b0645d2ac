"""The heads of all chains of hours, written down away from the database, and the search for rows
that came, went or changed past the application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from backend.common.clock import local_day
from backend.records.chain import digest_of
from backend.records.models import ServiceRecord

PATTERN = "heads-*.txt"
HEAD = re.compile(r"([0-9]{1,19}) ([0-9]{1,19}) ([0-9a-f]{64})", re.ASCII)  # a line of a file
KEPT = timedelta(days=60)  # a night's file; that of the first of each month is kept for good
AT_ONCE = 2000


@dataclass(frozen=True)
class Fault:
    """what: changed, inserted, gone (a row inside a chain), or cut (the end of a chain that a file
    knows); or unreadable: `file` has a line, the `number`-th, that says nothing of a chain."""

    what: str
    volunteer: int
    number: int
    file: str = ""


def write_heads(*, folder: Path, now: datetime) -> Path:
    """Write the head of every chain into the file of this day: `volunteer number digest`, a line
    each. The file is there whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    day = local_day(now)
    file = folder / f"heads-{day.isoformat()}.txt"
    new = file.with_suffix(".new")
    rows = ServiceRecord.objects.order_by("volunteer_id", "-number").distinct("volunteer_id")
    with new.open("w") as out:
        for volunteer, number, digest in rows.values_list(
            "volunteer_id", "number", "digest"
        ).iterator(AT_ONCE):
            out.write(f"{volunteer} {number} {digest}\n")
    new.replace(file)
    for old in _outdated(folder, f"heads-{(day - KEPT).isoformat()}.txt"):
        old.unlink()
    return file


def _outdated(folder: Path, oldest: str) -> list[Path]:
    files = sorted(folder.glob(PATTERN))
    return [file for file in files if file.name < oldest and not file.stem.endswith("-01")]


def faults(folder: Path) -> Iterator[Fault]:
    """What is not as it was written: each row against its digest and the row before it, and each
    chain against what the files know of it."""
    known, unreadable = _known(folder)
    yield from unreadable
    volunteer = number = 0
    digest = ""
    rows = ServiceRecord.objects.order_by("volunteer_id", "number")
    for row in rows.iterator(AT_ONCE):
        if row.volunteer_id != volunteer:
            volunteer = row.volunteer_id
            number = 0
            digest = ""
        yield from _of_row(row, number, digest, known.pop((volunteer, row.number), None))
        number = row.number
        digest = row.digest
    for volunteer, number in sorted(known):
        yield Fault("cut", volunteer, number)


def _of_row(row: ServiceRecord, number: int, digest: str, known: str | None) -> Iterator[Fault]:
    """`number` and `digest`: of the row before; `known`: what a file says of this one."""
    if row.number != number + 1:
        yield Fault("gone", row.volunteer_id, number + 1)
    elif row.previous != digest:
        yield Fault("inserted", row.volunteer_id, row.number)
    if digest_of(row) != row.digest or known not in (None, row.digest):
        yield Fault("changed", row.volunteer_id, row.number)


def _known(folder: Path) -> tuple[dict[tuple[int, int], str], list[Fault]]:
    """(volunteer, number) → digest, of all files; most nights say the same of most chains. And the
    lines that cannot be read: one that was spoilt must not keep the others from being compared."""
    found: dict[tuple[int, int], str] = {}
    unreadable = []
    for file in sorted(folder.glob(PATTERN)):
        lines = file.read_text(errors="replace").split("\n")
        for at, text in enumerate(lines[:-1] if lines[-1] == "" else lines, 1):
            head = HEAD.fullmatch(text)
            if head is None:
                unreadable.append(Fault("unreadable", 0, at, file.name))
            else:
                found.setdefault((int(head[1]), int(head[2])), head[3])
    return found, unreadable
