"""Statements of service: asked for, issued once and frozen, denied, revoked, and marked when hours
are corrected afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access
from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.proofs.content import Content, StatementLine
from backend.proofs.models import Statement
from backend.proofs.operations import (
    deny_statement,
    drop_statement,
    issue_statement,
    request_statement,
    revoke_statement,
)
from backend.proofs.queries import issuers_of, lines_in, statements_of
from backend.records.operations import correct_hours
from tests.factories import at, make_coordinator, make_organisation
from tests.proofs.scene import FIRST, LAST, asked, issued
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db


def served(minutes: int = 60) -> Day:
    day = make_day()
    day.served(minutes)
    return day


def test_an_issued_statement_has_its_number_and_what_stands_on_it_is_frozen() -> None:
    day = served()
    issuer = day.session.rota.organisation
    type(issuer).objects.filter(pk=issuer.pk).update(responsible="林静", contact_phone="0591-1")
    row = Statement.objects.get(pk=issued(day).pk)
    place = day.session.venue.name if day.session.venue else ""
    assert (row.number, row.state, row.minutes) == (f"M{issuer.pk}-2026-0001", "issued", 60)
    assert Content.from_json(str(row.content)) == Content(
        name="林雪梅",
        volunteer_number=day.her.number,
        identity="",
        lines=[StatementLine(day="2026-12-05", title="亲子课", place=place, minutes=60)],
        issuer=issuer.name,
        responsible="林静",
        handler="刘敏",
        phone="0591-1",
    )


def test_numbers_run_on_within_a_year_and_begin_anew_in_the_next() -> None:
    day = served()
    numbers = [issued(day).number for _ in range(2)]
    again = asked(day)
    newyear = at("2027-01-01 09:00")
    first = issue_statement(statement_id=again.pk, actor=day.coordinator, now=newyear)
    numbers.append(first.number)
    code = f"M{day.session.rota.organisation_id}"
    assert numbers == [f"{code}-2026-0001", f"{code}-2026-0002", f"{code}-2027-0001"]


def test_what_is_corrected_before_is_counted_and_what_is_corrected_after_is_marked() -> None:
    day = served()
    row = issued(day)
    assert [one.corrected for one in statements_of(day.her.pk)] == [False]  # type: ignore[attr-defined]
    correct(day, 40)
    assert [one.corrected for one in statements_of(day.her.pk)] == [True]  # type: ignore[attr-defined]
    assert Statement.objects.get(pk=row.pk).minutes == 60
    anew = issued(day)
    assert anew.minutes == 40
    assert [one.corrected for one in statements_of(day.her.pk)] == [False, True]  # type: ignore[attr-defined]


def correct(day: Day, minutes: int) -> None:
    correct_hours(
        assignment_id=day.helper.pk,
        minutes=minutes,
        reason="早走了",
        actor=day.coordinator,
        now=LATER,
    )


def test_a_correction_outside_of_its_days_does_not_mark_it() -> None:
    day = served()
    organisation = day.session.rota.organisation
    issued(day)
    Statement.objects.update(last_day=FIRST)  # as if it had been about another day
    correct(day, 40)
    assert [one.corrected for one in statements_of(day.her.pk)] == [False]  # type: ignore[attr-defined]
    assert lines_in(day.her.pk, organisation, FIRST, FIRST) == []


def test_whoever_stands_above_may_prove_what_those_below_recorded_and_nobody_beside() -> None:
    day = served()
    below = day.session.rota.organisation
    above = make_organisation()
    beside = make_organisation()
    type(below).objects.filter(pk=below.pk).update(path=f"{above.path}{below.pk}.", parent=above)
    assert [row.pk for row in issuers_of(day.her.pk)] == [above.pk, below.pk]
    assert len(lines_in(day.her.pk, above, FIRST, LAST)) == 1
    assert lines_in(day.her.pk, beside, FIRST, LAST) == []


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (LAST, FIRST, "period_refused"),
        (FIRST, LAST + timedelta(days=1), "period_refused"),  # tomorrow
        (FIRST, FIRST, "nothing_served"),
    ],
)
def test_days_of_which_nothing_can_be_said_are_refused(first, last, code) -> None:  # type: ignore[no-untyped-def]
    day = served()
    with pytest.raises(Refusal) as refused:
        request_statement(
            volunteer_id=day.her.pk,
            organisation=day.session.rota.organisation,
            first_day=first,
            last_day=last,
            actor=day.hers,
            now=LATER,
        )
    assert refused.value.code == code


def test_one_question_at_a_time_and_she_may_take_it_back() -> None:
    day = served()
    row = asked(day)
    with pytest.raises(Refusal) as refused:
        asked(day)
    assert refused.value.code == "already_asked"
    drop_statement(statement_id=row.pk, actor=day.hers, now=LATER)
    assert asked(day).pk != row.pk
    with pytest.raises(Refusal) as late:
        issue_statement(statement_id=row.pk, actor=day.coordinator, now=LATER)
    assert late.value.code == "answered_meanwhile"


def test_a_no_and_a_revocation_want_a_reason_and_the_number_stays() -> None:
    day = served()
    row = asked(day)
    with pytest.raises(Refusal) as silent:
        deny_statement(statement_id=row.pk, why=" ", actor=day.coordinator, now=LATER)
    assert silent.value.code == "reason_needed"
    deny_statement(statement_id=row.pk, why="请向市里要", actor=day.coordinator, now=LATER)
    other = issued(day)
    revoke_statement(statement_id=other.pk, why="时长记错了", actor=day.coordinator, now=LATER)
    rows = Statement.objects.order_by("pk").values_list("state", "why", "number")
    assert list(rows) == [("denied", "请向市里要", None), ("revoked", "时长记错了", other.number)]
    with pytest.raises(Refusal) as twice:
        revoke_statement(statement_id=other.pk, why="再收", actor=day.coordinator, now=LATER)
    assert twice.value.code == "answered_meanwhile"


def test_nobody_issues_her_own_and_what_was_reversed_meanwhile_is_not_issued() -> None:
    day = served()
    row = asked(day)
    make_coordinator(organisation=day.session.rota.organisation)
    with pytest.raises(Refusal) as own:
        issue_statement(statement_id=row.pk, actor=day.hers, now=LATER)
    assert own.value.code == "own_statement"
    correct(day, 0)
    with pytest.raises(Refusal) as empty:
        issue_statement(statement_id=row.pk, actor=day.coordinator, now=LATER)
    assert empty.value.code == "nothing_served"
    assert Statement.objects.get().number is None


def test_each_change_reaches_her_pages_and_the_desks_of_the_organisation_and_above() -> None:
    day = served()
    issued(day)
    organisation = day.session.rota.organisation
    rows = Event.objects.filter(kind__startswith="statement_").order_by("pk")
    streams = sorted([f"volunteer.{day.her.pk}", *organisation.streams])
    assert [(row.kind, row.streams) for row in rows] == [
        ("statement_requested", streams),
        ("statement_issued", streams),
    ]


def test_who_fetches_the_part_of_the_page_alone_is_written_down_once(client: Client) -> None:
    day = make_day()
    day.served()
    row = asked(day)
    client.force_login(day.coordinator)
    for _ in range(2):
        client.get(reverse("coordinator:statement_fragment", args=[row.pk]))
    noted = Access.objects.filter(action="read", subject=f"statement:{row.pk}")
    assert [one.user_id for one in noted] == [day.coordinator.pk]
