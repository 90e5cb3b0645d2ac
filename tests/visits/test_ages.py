"""A child whose month of birth is put right: the visit for which it is too old is called off, and
a wish for one ends, each with its reason."""

from __future__ import annotations

import pytest

from backend.visits.models import VisitRequest
from backend.visits.operations import correct_child
from backend.visits.queries import wish_ends_with
from backend.words.visits import why_ended
from tests.factories import NOW
from tests.visits import scene

pytestmark = pytest.mark.django_db
GROWN = "2021-05"


def correct(row: VisitRequest, birth_month: str) -> None:
    correct_child(
        family_id=row.family_id,
        child_id=row.child_id or 0,
        nickname="小石榴",
        birth_month=birth_month,
        actor=None,
        now=NOW,
    )


def test_a_wish_for_a_child_that_we_serve_no_more_ends_and_says_why() -> None:
    row = scene.wish()
    assert row.child is not None
    assert wish_ends_with(row.child, GROWN, NOW)
    correct(row, GROWN)
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("ended", "outgrown")
    assert why_ended("outgrown") == "改了出生年月，月龄不合适，不再上门"


def test_a_visit_that_is_planned_is_called_off_with_its_seat() -> None:
    visit = scene.planned(scene.street())
    row = visit.request
    correct(row, GROWN)
    row.refresh_from_db()
    visit.session.refresh_from_db()
    booking = visit.session.bookings.get()
    assert (row.state, row.end_reason, visit.session.state) == ("ended", "outgrown", "cancelled")
    assert (booking.state, booking.end_reason) == ("cancelled", "age")


def test_a_visit_that_still_fits_stays() -> None:
    visit = scene.planned(scene.street())
    assert visit.request.child is not None
    assert not wish_ends_with(visit.request.child, "2025-04", NOW)
    correct(visit.request, "2025-04")
    visit.request.refresh_from_db()
    assert (visit.request.state, visit.session.bookings.get().state) == ("planned", "offered")
