"""Where the marks of a report's drawings stand: of the same rows as the tables beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from backend.reports.queries import Share, Slot, Week
from backend.reports.tiles import places
from backend.words.moments import WEEK

HIGH = 150  # from the line of zero up, in units of the drawing
FOOT = 178  # where zero is
LEFT = 34
STEP = 41
WIDE = 26
PARTS_OF_DAY: tuple[tuple[str, str | Promise], ...] = (
    ("morning", gettext_lazy("上午")),
    ("afternoon", gettext_lazy("下午")),
    ("evening", gettext_lazy("晚上")),
)


@dataclass(frozen=True)
class MapTile:
    """An organisation on the map of tiles; `level` 0 (nothing was held) to 4 (nine of ten places
    and more had somebody)."""

    name: str
    href: str
    column: int
    row: int
    percent: int | None
    level: int


@dataclass(frozen=True)
class Bar:
    """One week: two pieces, that of whole sessions below, that of short ones on it."""

    week: Week
    number: int
    x: int
    middle: int
    top: int
    whole_height: int
    short_top: int
    short_height: int


@dataclass(frozen=True)
class Bars:
    bars: Sequence[Bar]
    most: int
    middle: int
    middle_y: int


@dataclass(frozen=True)
class Heat:
    """Rows of the parts of the day, a cell for each weekday; None where nothing was held."""

    weekdays: Sequence[str | Promise]
    rows: Sequence[tuple[str | Promise, Sequence[tuple[Slot, int] | None]]]
    hardest: Slot | None

    @property
    def hardest_words(self) -> tuple[str, str]:
        """Weekday and part of the day."""
        assert self.hardest is not None
        return str(WEEK[self.hardest.weekday - 1]), str(dict(PARTS_OF_DAY)[self.hardest.part])


def level(percent: int) -> int:
    if percent >= 90:
        return 4
    if percent >= 70:
        return 3
    return 2 if percent >= 40 else 1


def tiles(shares: Sequence[Share], query: Callable[..., str]) -> list[MapTile]:
    """On the map if most of them have a place there, else in their order."""
    spots = places([share.organisation.division_id for share in shares])
    found = []
    for share, (column, row) in zip(shares, spots, strict=True):
        seats = share.numbers["places"]
        percent = round(100 * share.numbers["arranged"] / seats) if seats else None
        found.append(
            MapTile(
                name=share.organisation.name.removesuffix("妇联"),
                href=query(at=share.organisation.pk),
                column=column,
                row=row,
                percent=percent,
                level=0 if percent is None else level(percent),
            )
        )
    return found


def bars(found: Sequence[Week]) -> Bars:
    most = max(max((week.sessions for week in found), default=0), 1)
    drawn = []
    for n, week in enumerate(found):
        whole = round(HIGH * week.whole / most)
        short = round(HIGH * week.short / most)
        x = LEFT + STEP * n
        drawn.append(
            Bar(
                week=week,
                number=week.monday.isocalendar().week,
                x=x,
                middle=x + WIDE // 2,
                top=FOOT - whole,
                whole_height=whole,
                short_top=FOOT - whole - short,
                short_height=short,
            )
        )
    middle = -(-most // 2)
    return Bars(drawn, most, middle, FOOT - round(HIGH * middle / most))


def heat(slots: Sequence[Slot]) -> Heat:
    at = {(slot.part, slot.weekday): slot for slot in slots}
    rows = []
    for part, words in PARTS_OF_DAY:
        own = [at.get((part, weekday)) for weekday in range(1, 8)]
        rows.append((words, [(slot, level(slot.percent)) if slot else None for slot in own]))
    lacking = [slot for slot in slots if slot.percent < 100]
    return Heat(WEEK, rows, min(lacking, key=lambda slot: slot.percent, default=None))
