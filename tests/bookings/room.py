"""A room with people on duty and families who book, for the tests of this folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Sum

from backend.bookings.models import HOLDS_SEATS, Booking
from backend.bookings.operations import book
from backend.families.models import Family
from backend.rota.models import Session
from tests.factories import NOW, make_assignment, make_family, make_session, make_volunteer

Row = TypeVar("Row", bound=Model)


def make_room(*, seats: int = 2, staff: int = 1, **fields: Any) -> Session:
    """A published class for any age that has `seats` seats and people for all of them."""
    fields = {"seats": (0, seats, max(seats, 1)), "shifts": (("lead", 0, max(staff, 1)),)} | fields
    session = make_session(**fields)
    for _ in range(staff):
        make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    return fresh(session)


def make_families(count: int, **fields: Any) -> list[Family]:
    return [make_family(agreed=True, **fields) for _ in range(count)]


def book_all(family: Family, session: Session, now: datetime = NOW) -> Booking:
    """The family books for all its children."""
    ids = [child.pk for child in family.children.all()]
    return book(
        family_id=family.pk, session_id=session.pk, child_ids=ids, actor=family.user, now=now
    )


def fresh(row: Row) -> Row:
    """The row as the database has it now."""
    return type(row)._default_manager.get(pk=row.pk)


def seats_in_rows(session: Session) -> int:
    held = Booking.objects.filter(session=session, state__in=HOLDS_SEATS)
    return held.aggregate(n=Sum("seats"))["n"] or 0
