"""What a volunteer sees: days, shifts, offers, blooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from backend.web.components.base import Action, Component
from backend.web.components.controls import Button


@dataclass(frozen=True, kw_only=True)
class Blooms(Component):
    """One flower for each seat or finished shift: `taken` filled, the rest outlined. Words must
    stand beside it.

    label: what is read out; the default says "共 3 人，已有 2 人".
    """

    kept = True
    taken: int
    total: int
    label: str = ""

    @property
    def flowers(self) -> list[bool]:
        return [seat < self.taken for seat in range(self.total)]


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of a strip: how many of something it still holds, and the address of that day. few:
    the count is nearly gone."""

    date: date
    count: int
    href: str
    selected: bool = False
    few: bool = False

    @property
    def state(self) -> str:
        if self.count <= 0:
            return "none"
        if self.few:
            return "few"
        return ""


@dataclass(frozen=True, kw_only=True)
class DayStrip(Component):
    """Days in a row. unit: the counting word after the number, 场 or 位. target: fragment to
    replace instead of the page."""

    days: Sequence[Day]
    unit: str
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class ShiftCard(Component):
    """One shift, for one volunteer.

    state:   open = she may take it; mine = hers (note says how far: 等街道确认, 已确认); full;
    refused = she may not (note says
             why, in plain words); past.
    starts_at, ends_at: None for an engagement without a time. taken, total: places that somebody
    has or is asked for, of all; total 0 hides the flowers. reasons: what speaks for it (证书符合).
    caution: what taking it would end. gives: the credential that attending it gives.
    risk: what to mind there.
    distance: 鼓楼区 1.2 公里，走路 16 分钟. action: the one thing to do; second: the quiet one
    beside it (撤回).
    key: makes the element id `shift-<key>`, so that a live fragment or an action can name it.
    """

    key: str
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    state: Literal["open", "mine", "full", "refused", "past"] = "open"
    href: str = ""
    distance: str = ""
    show_date: bool = False
    tags: Sequence[str] = ()
    taken: int = 0
    total: int = 0
    reasons: Sequence[str] = ()
    note: str = ""
    caution: str = ""
    gives: str = ""
    risk: str = ""
    action: Action | Button | None = None
    second: Action | Button | None = None

    @property
    def is_refused(self) -> bool:
        return self.state == "refused"

    @property
    def note_icon(self) -> str:
        """Of the note that says how far it is."""
        return {"past": "history", "full": "hourglass"}.get(self.state, "circle-check")

    @property
    def free(self) -> int:
        """Places that nobody has or is asked for."""
        return max(0, self.total - self.taken)


@dataclass(frozen=True, kw_only=True)
class AskCard(Component):
    """An offer: will you take this shift?

    starts_at, ends_at: None for an engagement without a time.
    reply_by: as `moments.deadline` says it, 今晚 20:00. facts: (icon, words) pairs. note: a
    sentence below the buttons.
    headline: instead of "想请你来 1 场，请在…前回复". more: a third thing to do.
    """

    key: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    reply_by: str
    yes: Action | Button | None
    no: Action
    facts: Sequence[tuple[str, str]] = ()
    note: str = ""
    headline: str = ""
    more: Button | None = None
