"""A found query answers what its queryset answers; the server prepares it once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, Model, QuerySet
from django.test.utils import CaptureQueriesContext

from backend.common.bulk import among
from backend.common.prepared import Prepared, run
from backend.rota.models import Session, Shift
from backend.volunteers.models import Volunteer
from tests.factories import NOW, make_session, make_volunteer

pytestmark = pytest.mark.django_db


def on_the_server() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_rows_come_as_models_with_what_was_selected_beside_them() -> None:
    prepared = Prepared(
        lambda pk: (
            Shift.objects.filter(session=pk)
            .select_related("session__rota", "role")
            .annotate(people=Count("assignments"))
            .order_by("pk")
        ),
        0,
    )
    make_session()
    session = make_session(shifts=[("lead", 1, 2), ("assistant", 1, 1)])
    shifts = prepared(session.pk)
    assert shifts == list(session.shifts.order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        assert [
            (s.session, s.session.rota.name, s.role.code, s.people, s.target) for s in shifts
        ] == [
            (session, session.rota.name, "lead", 0, 2),
            (session, session.rota.name, "assistant", 0, 1),
        ]
    assert not queries.captured_queries


def test_a_prepared_row_is_what_the_queryset_makes_of_it() -> None:
    session = make_session()

    def write(pk: int) -> QuerySet[Session]:
        return (
            Session.objects.filter(pk=pk)
            .select_related("rota", "venue")
            .only("title", "rota__name", "venue")
        )

    def facts(row: Model) -> dict[str, object]:
        return {name: value for name, value in vars(row).items() if name != "_state"} | {
            "state": (row._state.adding, row._state.db)
        }

    (found,) = Prepared(write, 0)(session.pk)
    usual = write(session.pk).get()
    assert (
        facts(found) == facts(usual)
        and facts(found.rota) == facts(usual.rota)
        and facts(found.venue) == facts(usual.venue)
    )
    assert (
        found.get_deferred_fields() == usual.get_deferred_fields()
        and found.programme == usual.programme
    )
    found.title = "another"
    found.save(update_fields=["title"])
    assert Session.objects.get().title == "another"


def test_rows_come_as_dicts_where_values_are_asked_for() -> None:
    prepared = Prepared(
        lambda pk: Session.objects.filter(pk=pk).values(
            "title", "starts_at", number=Count("shifts")
        ),
        0,
    )
    session = make_session()
    assert prepared(session.pk) == [
        {"title": session.title, "starts_at": session.starts_at, "number": 1}
    ]
    assert prepared(session.pk + 1) == []


def test_texts_and_moments_are_arguments_too() -> None:
    prepared = Prepared(
        lambda title, moment: Session.objects.filter(title=title, starts_at__gt=moment), "", NOW
    )
    session = make_session()
    before = session.starts_at - timedelta(minutes=1)
    assert prepared(session.title, before) == [session]
    assert prepared(session.title, session.starts_at) == [] and prepared("another", before) == []


def test_fractions_are_not_taken_for_whole_numbers() -> None:
    prepared = Prepared(
        lambda pk, south, north: Session.objects.filter(pk=pk, latitude__range=(south, north)),
        0,
        0.0,
        0.0,
    )
    session = make_session()
    assert prepared(session.pk, session.latitude - 0.1, session.latitude + 0.1) == [session]
    assert prepared(session.pk, session.latitude + 0.1, session.latitude + 0.2) == []


def test_a_list_is_one_argument() -> None:
    prepared = Prepared(
        lambda pks, titles: Session.objects.filter(
            among("pk", pks), among("title", titles)
        ).order_by("pk"),
        [0],
        [""],
    )
    one, other = make_session(title="甲"), make_session(title="乙")
    before = len(on_the_server())
    assert prepared([one.pk, other.pk], ["甲", "乙"]) == [one, other] and prepared(
        [other.pk], ["甲", "乙"]
    ) == [other]
    assert len(on_the_server()) == before + 1
    assert prepared([], ["甲"]) == [] and prepared([one.pk], []) == []


def test_what_is_sealed_is_opened_as_usual() -> None:
    her = make_volunteer(phone="13900000001")
    assert (
        Prepared(lambda pk: Volunteer.objects.filter(pk=pk), 0)(her.pk)[0].phone
        == Volunteer.objects.get(pk=her.pk).phone
    )


def test_the_server_prepares_it_once_whatever_is_asked() -> None:
    prepared = Prepared(lambda pk: Session.objects.filter(pk=pk).values("title"), 0)
    before = len(on_the_server())
    for pk in (1, 70_000, 2**40):  # as small as a smallint, and as large as a bigint
        prepared(pk)
    assert len(on_the_server()) == before + 1


def test_a_rollback_forgets_what_was_prepared_and_nothing_breaks() -> None:
    prepared = Prepared(lambda pk: Session.objects.filter(pk=pk).values("title"), 0)
    session = make_session()
    with transaction.atomic():
        prepared(session.pk)
        transaction.set_rollback(True)
    assert prepared(session.pk) == [{"title": session.title}]


def test_logged_statements_show_their_values() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert run("SELECT %s::int + 1", [41]) == (42,)
    assert "41" in queries.captured_queries[0]["sql"]


def test_a_statement_without_rows_answers_nothing() -> None:
    assert run("UPDATE rota_session SET staff = 0 WHERE id = %s", [0]) is None
