"""What stands on a statement, frozen: written once when it is issued, read for the page, the print
and the public check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

HIDDEN = "*"


@dataclass(frozen=True)
class StatementLine:
    """One session of hers. `minutes`: whole, after reversals, more than 0."""

    day: str  # 2026-11-05
    title: str
    place: str
    minutes: int

    @property
    def on(self) -> date:
        return date.fromisoformat(self.day)


@dataclass(frozen=True)
class Content:
    """`name` is "" once her data were erased. `identity`: the number of her card, most of it
    hidden; "" where it is not known."""

    name: str
    volunteer_number: str
    identity: str
    lines: Sequence[StatementLine]
    issuer: str
    responsible: str
    handler: str
    phone: str

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Content:
        said = json.loads(text)
        lines = [StatementLine(**line) for line in said.pop("lines")]
        return Content(lines=lines, **said)


def masked_name(name: str) -> str:
    """林雪梅 → 林**: enough for who holds the paper to compare."""
    return name[:1] + HIDDEN * (len(name) - 1)


def masked_identity(number: str) -> str:
    """350102************; "" for none. A paper is shown to strangers, and the end of the number is
    what its holder shows herself by; older content still holds it."""
    return f"{number[:6]}{HIDDEN * len(number[6:])}"
