"""A lawful issuer's proof is on display for a week, holds when nobody doubts it, and alone is
called 证明."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.proofs.models import Statement
from backend.proofs.operations import (
    answer_doubt,
    display_statement,
    doubt_statement,
    issue_displayed,
    revoke_statement,
)
from backend.proofs.policy import DISPLAYED_FOR, title_of
from tests.proofs.scene import asked
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db
OVER = LATER + DISPLAYED_FOR


def displayed(*, lawful: bool = True) -> tuple[Day, Statement]:
    day = make_day()
    day.served()
    Organisation.objects.update(lawful_issuer=lawful)
    row = display_statement(statement_id=asked(day).pk, actor=day.coordinator, now=LATER)
    return day, row


def state(row: Statement) -> tuple[str, bool]:
    row = Statement.objects.get(pk=row.pk)
    return row.state, row.issued_at is not None


def test_only_who_says_that_it_may_puts_a_proof_on_display() -> None:
    with pytest.raises(Refusal) as refused:
        displayed(lawful=False)
    assert refused.value.code == "not_lawful_issuer"
    assert list(Statement.objects.values_list("state", "number")) == [("requested", None)]


def test_it_holds_after_a_week_and_not_before() -> None:
    _, row = displayed()
    assert title_of(row) == "志愿服务记录证明"
    assert (row.number or "").endswith("-2026-0001")
    assert issue_displayed(now=OVER - timedelta(seconds=1)) == 0
    assert state(row) == ("displayed", False)
    assert [issue_displayed(now=OVER), issue_displayed(now=OVER)] == [1, 0]
    assert state(row) == ("issued", True)


def test_a_doubt_holds_it_back_until_it_is_answered() -> None:
    day, row = displayed()
    doubt = doubt_statement(statement_id=row.pk, text="那天没去", actor=day.second, now=LATER)
    assert issue_displayed(now=OVER) == 0
    answer_doubt(doubt_id=doubt.pk, answer="签到表上有", actor=day.coordinator, now=LATER)
    with pytest.raises(Refusal) as twice:
        answer_doubt(doubt_id=doubt.pk, answer="再答", actor=day.coordinator, now=LATER)
    assert twice.value.code == "answered_meanwhile"
    assert issue_displayed(now=OVER) == 1


def test_a_doubt_that_is_right_ends_it_and_nobody_doubts_what_holds() -> None:
    day, row = displayed()
    doubt_statement(statement_id=row.pk, text="那天没去", actor=day.second, now=LATER)
    revoke_statement(statement_id=row.pk, why="确实没去", actor=day.coordinator, now=LATER)
    assert issue_displayed(now=OVER) == 0
    assert state(row) == ("revoked", False)
    with pytest.raises(Refusal) as late:
        doubt_statement(statement_id=row.pk, text="还有", actor=day.second, now=LATER)
    assert late.value.code == "answered_meanwhile"
