"""What the tests of imports share: files made in memory, and an import brought to its end."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from backend.accounts.models import User
from backend.exchange.models import Import, ImportRow
from backend.exchange.operations import confirm_import, upload
from backend.exchange.work import work
from backend.rota.models import Rota
from tests.factories import NOW

Rows = Sequence[Sequence[str]]


def book(rows: Rows, name: str = "表") -> bytes:
    """A workbook of one sheet, all texts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet(name)
        for number, row in enumerate(rows):
            for at, text in enumerate(row):
                sheet.write_string(number, at, text)
    return out.getvalue()


def comma(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def told(stream: str, data: Any) -> None:
    """Nobody listens."""


def bring(data: bytes, user: User, table: str, rota: Rota | None = None) -> Import:
    """Sent, and compared by a worker."""
    membership = user.memberships.select_related("organisation").get()
    batch = upload(
        table=table,
        rota=rota,
        organisation=membership.organisation,
        data=data,
        file_name="名单.xlsx",
        language="zh-hans",
        actor=user,
        now=NOW,
    )
    work(batch.pk, clock=lambda: NOW, tell=told)
    batch.refresh_from_db()
    return batch


def confirm(batch: Import) -> Import:
    confirm_import(batch_id=batch.pk, actor=batch.made_by, now=NOW)
    work(batch.pk, clock=lambda: NOW, tell=told)
    batch.refresh_from_db()
    return batch


def outcomes(batch: Import) -> list[str]:
    return list(
        ImportRow.objects.filter(of=batch).order_by("number").values_list("outcome", flat=True)
    )
