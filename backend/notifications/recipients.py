"""To whom something is told, about what, and what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from backend.outbox.shape import Kind


class Addressee(NamedTuple):
    """As whom somebody is spoken to: one of the three."""

    volunteer: int | None = None
    family: int | None = None
    user: int | None = None


@dataclass(frozen=True)
class Happened:
    """An event with what stands beside it in the log."""

    seq: int
    event: Kind
    actor: int | None
    at: datetime


@dataclass
class Audience:
    """Recipient → the rows that her message is about."""

    of: dict[Addressee, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def volunteers(cls, rows: Iterable[tuple[int, int]]) -> Audience:
        return cls._made((Addressee(volunteer=who), subject) for who, subject in rows)

    @classmethod
    def families(cls, rows: Iterable[tuple[int, int]]) -> Audience:
        return cls._made((Addressee(family=who), subject) for who, subject in rows)

    @classmethod
    def users(cls, rows: Iterable[tuple[int | None, int]]) -> Audience:
        return cls._made((Addressee(user=who), subject) for who, subject in rows if who is not None)

    @classmethod
    def _made(cls, rows: Iterable[tuple[Addressee, int]]) -> Audience:
        made = cls()
        for person, subject in rows:
            made.of[person].append(subject)
        return made
