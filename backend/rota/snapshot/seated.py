"""Which families have seats, and when: what the rota asks of the bookings, which stand above it.

A volunteer may not take a shift of a session in which a family has seats whom she must not meet,
and a wish cannot be met while its family is somewhere else. The rota says here what it asks; the
app that keeps the answers hands them in when it starts (bookings/apps.py), so that no lookup
reaches up through a name of Django's making.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db.models import OuterRef, QuerySet

from backend.rota.models import Session


class Seated(Protocol):
    """Kept, asked about and offered seats; of children who have not come yet."""

    def when_booked(self, family: OuterRef, begins: datetime, ends: datetime) -> QuerySet[Any, Any]:
        """`row` = [wish or None, session, start, end] of all that the family has, or waits for,
        between the two moments, and of what a plan gave it and it did not want: it is not to be
        asked for that again. For use inside another statement."""
        ...

    def seats_of(
        self, families: Collection[int], sessions: Collection[int]
    ) -> Iterable[tuple[int, int]]:
        """(family, session) of the seats that these families have in these sessions."""
        ...

    def seats_of_shunned(
        self, sessions: QuerySet[Session] | Collection[int]
    ) -> Iterable[tuple[int, int, int | None]]:
        """(volunteer, session, wish or None) of the seats that families have in these sessions whom
        a volunteer must not meet."""
        ...


class _Answers:
    """Handed in once, before the first question."""

    given: Seated | None = None


def answered_by(seated: Seated) -> None:
    _Answers.given = seated


def seated() -> Seated:
    assert _Answers.given is not None  # an app above answers, or the settings lack it
    return _Answers.given
