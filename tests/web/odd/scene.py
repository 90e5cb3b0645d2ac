"""Who asks an address and what belongs into it, from the register of doors; the right values of
fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from backend.accounts.models import User
from backend.web.doors.line import Line
from backend.web.doors.table import PAGES
from tests import city
from tests.web.odd.addresses import Address

LET_IN = {200, 303, 422}
SIDES = {  # the first part of a name → whose side of the house it is
    "volunteer": "volunteer",
    "family": "family",
    "coordinator": "county",
    "operator": "operator",
    "admin": "superuser",
}
ELSEWHERE = ("volunteer", "family", "county", "member", "superuser")
LINES = {(line.name, frozenset(line.rows)): line for line in reversed(PAGES)}  # the first of each
PLAIN = {
    "purpose": "booking",
    "audience": "volunteer",
    "place": "find",
    "first": "2026-12-01",
    "last": "2026-12-02",
    "day": "2026-12-05",
    "starts": "09:00",
    "ends": "10:00",
    "title": "亲子课",
    "nickname": "小满",
    "year": "2025",
    "month": "3",
    "valid_from": "2026-01-01",
    "valid_until": "2028-01-01",
    "last_day": "2026-12-01",
    "reason": "看不清",
}
NAMED = {"pick": "session", "who": "volunteer", "held": "credential"}  # fields that hold a row


@dataclass(frozen=True)
class Scene:
    """The small city as odd requests ask it."""

    city: city.Scene

    @cached_property
    def values(self) -> dict[str, str]:
        """What fits into a field, by its name."""
        rows = self.city.rows
        return PLAIN | rows | {field: rows[row] for field, row in NAMED.items()}

    def user(self, role: str) -> User:
        user = self.city.users[role]
        assert user is not None
        return user

    def right(self, address: Address) -> User:
        """Whom the address is for: where its name does not say it, the first whom the register lets
        in."""
        side, _, rest = address.name.partition(":")
        return self.user(SIDES[side] if rest else first_let_in(line_of(address)))

    def path(self, address: Address, **odd: str) -> str:
        """The address with the register's rows in it, except for the odd values."""
        line = line_of(address)
        right = line.arguments(dict(self.city.rows)) if line else {}
        return address.at({name: str(value) for name, value in right.items()} | odd)


def line_of(address: Address) -> Line | None:
    """What the register says of it; nothing of an address without a name."""
    return LINES.get((address.name, frozenset(address.parts)))


def first_let_in(line: Line | None) -> str:
    """The first who finds a page there, or whose form does something."""
    let_in = (role for role in ELSEWHERE if line and {line.get[role], line.post[role]} & LET_IN)
    return next(let_in, "volunteer")
