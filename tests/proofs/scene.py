"""Somebody whose hours are confirmed, and a statement about them."""

from __future__ import annotations

from datetime import date

from backend.proofs.models import Statement
from backend.proofs.operations import issue_statement, request_statement
from tests.records.scene import LATER, Day

FIRST = date(2026, 12, 1)
LAST = date(2026, 12, 5)


def asked(day: Day) -> Statement:
    """She asks the organisation of the session for its first week of December."""
    return request_statement(
        volunteer_id=day.her.pk,
        organisation=day.session.rota.organisation,
        first_day=FIRST,
        last_day=LAST,
        actor=day.hers,
        now=LATER,
    )


def issued(day: Day) -> Statement:
    return issue_statement(statement_id=asked(day).pk, actor=day.coordinator, now=LATER)
