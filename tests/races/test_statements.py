"""Coordinators who issue, and who make batches, at the same moment, with real threads on the real
database."""

from __future__ import annotations

from functools import partial

import pytest
from django.db.models import Count

from backend.proofs.models import BatchLine, Series, Statement
from backend.proofs.operations import (
    AnsweredMeanwhile,
    NothingToReport,
    deny_statement,
    issue_statement,
    keep_print,
    make_batch,
)
from tests.proofs.scene import asked, issued
from tests.races.together import together
from tests.records.scene import LATER, make_day

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_who_issue_one_statement_at_once_give_it_one_number() -> None:
    day = make_day()
    day.served()
    one = {"statement_id": asked(day).pk, "now": LATER}
    who = (day.coordinator, day.second) * 3
    calls = [partial(issue_statement, **one, actor=actor) for actor in who]
    calls.append(partial(deny_statement, **one, why="请向市里要", actor=day.second))
    ended = together(calls)
    late = [result for result in ended if isinstance(result, AnsweredMeanwhile)]
    assert len(late) == len(calls) - 1
    row = Statement.objects.get()
    numbers = list(Series.objects.values_list("last", flat=True))
    assert (row.state, bool(row.number), numbers) in (
        ("issued", True, [1]),
        ("denied", False, []),
    )


def test_two_statements_at_once_have_two_numbers() -> None:
    days = [make_day(), make_day()]
    for day in days:
        day.served()
    above = days[0].session.rota.organisation
    below = days[1].session.rota.organisation
    below.path = f"{above.path}{below.pk}."
    below.save()
    rows = [asked(day) for day in days]
    Statement.objects.update(organisation=above)
    calls = [
        partial(issue_statement, statement_id=row.pk, actor=day.coordinator, now=LATER)
        for row, day in zip(rows, days, strict=True)
    ]
    ended = together(calls)
    assert [one for one in ended if isinstance(one, Exception)] == []
    numbers = sorted(Statement.objects.values_list("number", flat=True))
    assert [str(number)[-4:] for number in numbers] == ["0001", "0002"]


def test_two_workers_keep_one_print() -> None:
    day = make_day()
    day.served()
    row = issued(day)
    kept = together(
        [
            partial(keep_print, statement_id=row.pk, pdf=b"print", missing="", now=LATER)
            for _ in range(4)
        ]
    )
    assert sorted(kept) == [False, False, False, True]


def test_a_record_is_in_one_batch_however_many_are_made_at_once() -> None:
    day = make_day()
    day.served()
    one = {"organisation": day.session.rota.organisation, "now": LATER}
    ended = together([partial(make_batch, **one, actor=who) for who in (day.coordinator,) * 4])
    assert sum(isinstance(result, NothingToReport) for result in ended) == 3
    counts = BatchLine.objects.values("record").annotate(n=Count("pk"))
    assert [row["n"] for row in counts] == [1]
