"""Bulk statements do what Django's own do, in one statement whose length does not follow the
rows."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.bookings.models import Booking
from backend.common.bulk import MANY, among, create, insert, write_back
from backend.common.prepared import Prepared
from backend.rota.models import Offer, Session, Shift
from tests.factories import NOW, make_booking, make_family, make_session, make_volunteer

pytestmark = pytest.mark.django_db


def test_among_finds_what_in_finds() -> None:
    chosen = [make_session() for _ in range(3)]
    ids = [session.pk for session in chosen[:2]]
    for field in ("session", "session__pk"):
        found = Shift.objects.filter(among(field, ids)).order_by("pk")
        assert (
            list(found) == list(Shift.objects.filter(**{f"{field}__in": ids}).order_by("pk"))
            and len(found) == 2
        )
    assert not Session.objects.filter(among("pk", [])).exists()


def test_among_finds_the_same_with_very_many() -> None:
    """They go as one text, in a statement that is kept as well."""
    ids = [make_session().pk for _ in range(2)]
    more = [*ids, *range(max(ids) + 1, max(ids) + 1 + MANY)]
    prepared: Prepared[Session] = Prepared(
        lambda ids: Session.objects.filter(among("pk", ids)), [0]
    )
    for _ in range(2):
        for wanted in (ids, more):
            assert sorted(s.pk for s in Session.objects.filter(among("pk", wanted))) == ids
            assert sorted(s.pk for s in prepared(wanted)) == ids


def test_created_rows_have_their_ids_and_are_what_was_asked_for() -> None:
    session = make_session()
    new = [
        Offer(
            shift=session.shifts.get(),
            session=session,
            volunteer=make_volunteer(),
            answer_by=NOW,
            made_at=NOW,
        )
        for _ in range(2)
    ]
    create(new)
    fields = (
        "pk",
        "shift_id",
        "session_id",
        "volunteer_id",
        "state",
        "proposal_id",
        "answer_by",
        "made_at",
        "answered_at",
    )
    assert list(Offer.objects.order_by("pk").values_list(*fields)) == [
        tuple(getattr(offer, name) for name in fields) for offer in new
    ]


def test_created_rows_obey_the_table_s_own_constraints() -> None:
    session, volunteer = make_session(), make_volunteer()
    twice = [
        Offer(
            shift=session.shifts.get(),
            session=session,
            volunteer=volunteer,
            answer_by=NOW,
            made_at=NOW,
        )
        for _ in range(2)
    ]
    with pytest.raises(IntegrityError, match="one_live_offer"), transaction.atomic():
        create(twice)
    assert not Offer.objects.exists()


def test_inserted_pairs_are_there() -> None:
    booking = make_booking(family=make_family(), session=make_session(seats=(0, 10, 5)))
    children = list(booking.family.children.values_list("pk", flat=True))
    booking.children.clear()
    insert(Booking.children.through, ("booking", "child"), [(booking.pk, pk) for pk in children])
    assert sorted(booking.children.values_list("pk", flat=True)) == sorted(children) != []


def test_only_the_named_fields_of_the_given_rows_are_written() -> None:
    first, second, other = (make_session(title=title) for title in ("甲", "乙", "丙"))
    for session in (first, second, other):
        session.staff, session.state, session.title = 7, "done", "改"
    write_back([first, second], ["staff", "state"])
    assert list(Session.objects.order_by("pk").values_list("title", "staff", "state")) == [
        ("甲", 7, "done"),
        ("乙", 7, "done"),
        ("丙", 0, "open"),
    ]


def test_a_statement_s_text_does_not_grow_with_its_rows() -> None:
    sessions = [make_session() for _ in range(5)]

    def texts(rows: list[Session]) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            list(Session.objects.filter(among("pk", [row.pk for row in rows])))
            write_back(rows, ["staff"])
        return [
            query["sql"].count("%s") or query["sql"].count(" OR ") + query["sql"].count("CASE")
            for query in captured
        ]

    assert texts(sessions) == texts(sessions[:1]) == [0, 0]


def test_nothing_is_asked_for_nothing() -> None:
    with CaptureQueriesContext(connection) as captured:
        write_back([], ["staff"])
        create([])
        insert(Booking.children.through, ("booking", "child"), [])
    assert len(captured) == 0
