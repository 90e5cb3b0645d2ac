"""What a family sees: slots, places, the child, the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from backend.web.components.base import Action, Component, Tone
from backend.web.components.controls import Button


@dataclass(frozen=True, kw_only=True)
class SessionCard(Component):
    """One session, for one family.

    state: open = it can be booked; mine = the family's (status says how far: 约好了, 候补第 2 位);
    past = over.
    seats: 还有 6 个位子, with its tone; status: what stands between the family and this session,
    with its icon; note: a sentence below it.
    """

    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    state: Literal["open", "mine", "past"] = "open"
    href: str = ""
    distance: str = ""
    show_date: bool = False
    tags: Sequence[str] = ()
    seats: str = ""
    tone: Tone = ""
    status: str = ""
    status_icon: str = "circle-check"
    note: str = ""
    action: Action | Button | None = None

    @property
    def status_tone(self) -> Tone:
        """What is hers is green, what waits for her word is amber, what waits for a seat is
        grey."""
        tones: dict[str, Tone] = {"bell": "warn", "hourglass": "note"}
        return "" if self.state == "past" else tones.get(self.status_icon, "ok")


@dataclass(frozen=True, kw_only=True)
class SlotTile(Component):
    """A radio over a tile. seats: free seats (≤ 2 is "few"); at 0 the tile offers the waiting line
    with `waiting` people in it, unless `words` say something else."""

    name: str
    value: str
    starts_at: datetime
    seats: int
    waiting: int = 0
    words: str = ""
    checked: bool = False

    @property
    def is_full(self) -> bool:
        return self.seats <= 0

    @property
    def is_few(self) -> bool:
        return 0 < self.seats <= 2

    @property
    def state(self) -> str:
        if self.is_full:
            return "full"
        if self.is_few:
            return "few"
        return ""

    @property
    def place_in_line(self) -> int:
        return self.waiting + 1


@dataclass(frozen=True, kw_only=True)
class VenueOption(Component):
    """A radio for one place: its name and what matters about it, one fact a line."""

    name: str
    value: str
    title: str
    facts: Sequence[str] = ()
    checked: bool = False


@dataclass(frozen=True, kw_only=True)
class ChildSwitcher(Component):
    """Whose page this is. children:

    (nick-name, age in words, address); `current` is the index of the shown one.
    """

    children: Sequence[tuple[str, str, str]]
    current: int = 0

    @property
    def shown(self) -> tuple[str, str, str]:
        return self.children[self.current]


def child_mark(nick_name: str) -> str:
    """小葡萄 → 葡"""
    return (nick_name.removeprefix("小") or nick_name)[:1]


@dataclass(frozen=True, kw_only=True)
class Ticket(Component):
    """What to show at the door. code: short enough to say aloud; scan: what the QR code holds;
    facts: (label, words) pairs.

    Without `scan` it is no way in yet: a place in the line (tone "note", icon "hourglass").
    """

    status: str
    tone: Tone = "ok"
    icon: str = "circle-check"
    starts_at: datetime
    subtitle: str
    code: str = ""
    scan: str = ""
    scan_hint: str = ""
    facts: Sequence[tuple[str, str]] = ()
    actions: Sequence[Action | Button] = ()


@dataclass(frozen=True, kw_only=True)
class SubmitBar(Component):
    """Repeats the choice beside the button. form: id of the form that the button submits."""

    title: str
    detail: str
    label: str
    form: str
