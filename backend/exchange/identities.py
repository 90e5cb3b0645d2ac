"""Identity numbers in a list. Before a row is written none is compared with the register, so that a
list of guesses is answered like any other; when it is written, whose it is is said, noted as a look
at her, and few that are nearly the same are tried (ADR 0052)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from backend.accounts.operations import count_attempt
from backend.common.sealing import blind_index
from backend.exchange.cells import CellRefused
from backend.exchange.table import Context, RowRefused, Values, wrong
from backend.volunteers.models import Volunteer

BORN = 14  # characters: the county and the day of birth; the rest is what is guessed
NEARLY_THE_SAME = 5  # numbers of one county and day of birth that one person may bring in
WHILE = timedelta(days=30)


def whole(values: Values) -> str:
    """The number of a row, "" where it has none or only a part of it."""
    number = values.get("identity") or ""
    return "" if "*" in number else number


def index_of(values: Values) -> bytes | None:
    number = whole(values)
    return blind_index(number, "identity") if number else None


def count_guess(values: Values, context: Context) -> None:
    """The same number counts once, and one that is refused never. Raises RowRefused."""
    number = whole(values)
    if not number:
        return
    who = str(context.user.pk)
    first = blind_index(f"{who} {number}", "import.identity")
    alike = blind_index(f"{who} {number[:BORN]}", "import.identity.alike")
    with transaction.atomic():
        if not count_attempt(counters={first: 1}, window=WHILE, now=context.now):
            return
        if not count_attempt(counters={alike: NEARLY_THE_SAME}, window=WHILE, now=context.now):
            raise wrong(identity=CellRefused(why="alike", n=NEARLY_THE_SAME))


def already_there(rows: Sequence[Volunteer]) -> RowRefused:
    """Whose number it is."""
    why = "registered" if len(rows) == 1 else "rows"
    cell = CellRefused(why=why, text="、".join(row.number for row in rows))
    return RowRefused(cells={"identity": cell.public()}, looked=[row.pk for row in rows])
