"""Hours leave for the national system in batches: each record once, corrections as differences."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from backend.accounts.models import Access
from backend.common.refusal import Refusal
from backend.proofs.models import BatchLine, ReportBatch
from backend.proofs.operations import make_batch, mark_reported, void_batch
from backend.proofs.queries import HEADINGS, minutes_reported, sheet_of, waiting_in
from backend.records.operations import correct_hours
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db


def served() -> Day:
    day = make_day()
    day.served()
    return day


def batched(day: Day, now: datetime = LATER) -> ReportBatch:
    organisation = day.session.rota.organisation
    return make_batch(organisation=organisation, actor=day.coordinator, now=now)


def lines(batch: ReportBatch) -> list[tuple[str, str, str]]:
    return [(one["姓名"], one["服务时长（分钟）"], one["备注"]) for one in sheet_of(batch)]


def correct(day: Day, minutes: int) -> None:
    correct_hours(
        assignment_id=day.helper.pk,
        minutes=minutes,
        reason="早走了",
        actor=day.coordinator,
        now=LATER,
    )


def test_a_record_is_in_one_batch_and_counts_once_it_is_reported() -> None:
    day = served()
    organisation = day.session.rota.organisation
    assert waiting_in(organisation) == (1, 60)
    batch = batched(day)
    assert [waiting_in(organisation), minutes_reported(day.her.pk)] == [(0, 0), 0]
    assert lines(batch) == [("林雪梅", "60", "")]
    mark_reported(batch_id=batch.pk, actor=day.coordinator, now=LATER)
    assert minutes_reported(day.her.pk) == 60
    with pytest.raises(Refusal) as refused:
        batched(day)
    assert refused.value.code == "nothing_to_report"


def test_a_correction_after_reporting_is_in_the_next_batch_as_a_difference() -> None:
    day = served()
    mark_reported(batch_id=batched(day).pk, actor=day.coordinator, now=LATER)
    correct(day, 40)
    batch = batched(day)
    assert lines(batch) == [("林雪梅", "-20", "更正：与上次上报的差")]
    mark_reported(batch_id=batch.pk, actor=day.coordinator, now=LATER)
    assert minutes_reported(day.her.pk) == 40


def test_a_correction_before_reporting_is_summed_and_what_comes_to_nothing_is_left_out() -> None:
    day = served()
    correct(day, 40)
    first = batched(day)
    assert lines(first) == [("林雪梅", "40", "")]
    void_batch(batch_id=first.pk, actor=day.coordinator, now=LATER)
    correct(day, 0)
    batch = batched(day)
    assert (batch.records, batch.minutes, lines(batch)) == (4, 0, [])


def test_a_void_batch_gives_its_records_back_and_is_settled_once() -> None:
    day = served()
    batch = batched(day)
    void_batch(batch_id=batch.pk, actor=day.coordinator, now=LATER)
    with pytest.raises(Refusal) as twice:
        mark_reported(batch_id=batch.pk, actor=day.coordinator, now=LATER)
    assert twice.value.code == "answered_meanwhile"
    assert batched(day).number == batch.number + 1


def test_the_link_of_a_record_to_its_batch_stays() -> None:
    batched(served())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        BatchLine.objects.all().delete()


def test_the_sheet_has_the_columns_of_her_own_file_and_each_download_is_noted(
    client: Client,
) -> None:
    day = served()
    batch = batched(day)
    client.force_login(day.coordinator)
    answer = client.get(reverse("coordinator:batch_file", args=[batch.pk]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert tuple(rows[0]) == HEADINGS
    assert rows[1][:6] == ["林雪梅", day.her.number, "亲子课", "2026-12-05", "09:30", "10:30"]
    assert Access.objects.filter(action="export", subject=f"batch:{batch.pk}").count() == 1
