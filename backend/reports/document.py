"""A report as a document in official layout, made of the numbers that were kept alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

import docx
import docx.document
from django.utils.translation import gettext as _
from docx.enum.table import WD_TABLE_ALIGNMENT

from backend.common.clock import LOCAL
from backend.reports.models import Report
from backend.reports.operations import EMPTY, JOINT, WHOLE
from backend.reports.template import FILE
from backend.words.figures import FIGURES, days, figure_of, pairs_said, written

TABLE = ("sessions", "persons", "volunteers", "teams")


def document_of(report: Report) -> bytes:
    """The file. Reads the report's organisation."""
    document = docx.Document(str(FILE))
    name = report.organisation.name
    _line(document, "公文标题", _("%(name)s工作情况报告") % {"name": name})
    span = days(report.starts_on, report.ends_on)
    _line(document, "公文正文", _("%(span)s，主要情况如下。") % {"span": span})
    _whole(document, report)
    _programmes(document, report)
    _joint(document, report)
    _empty(document, report)
    _parts(document, report)
    _line(document, "公文正文", "")
    _line(document, "公文落款", name)
    made = report.made_at.astimezone(LOCAL)
    _line(document, "公文落款", f"{made.year}年{made.month}月{made.day}日")
    about = document.core_properties
    about.created = about.modified = datetime.fromtimestamp(report.made_at.timestamp(), UTC)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _line(document: docx.document.Document, style: str, text: str) -> None:
    document.add_paragraph(text, style=style)


def _said(figures: dict[str, int], keys: Iterable[str]) -> str:
    """“活动 185 场，参加 14,553 人次。”"""
    said = [f"{FIGURES[key].what} {written(key, figures[key])} {FIGURES[key].unit}" for key in keys]
    return "，".join(said) + "。"


def _whole(document: docx.document.Document, report: Report) -> None:
    whole = report.numbers["whole"]
    _line(document, "公文一级", _("一、项目和资金"))
    _line(document, "公文正文", _said(whole, WHOLE))


def _programmes(document: docx.document.Document, report: Report) -> None:
    _line(document, "公文一级", _("二、品牌项目"))
    for programme in report.numbers["programmes"]:
        _line(document, "公文二级", programme["name"])
        _line(document, "公文正文", _said(programme["figures"], programme["figures"]))
    paired = report.numbers.get("pairs")  # reports of older versions have none
    if paired is not None and paired["children"] != 0:
        _line(document, "公文二级", _("结对"))
        by_months = paired.get("whole_months", False)  # of older versions by days
        said = pairs_said(paired["children"], paired["visits"], whole_months=by_months)
        _line(document, "公文正文", said)


def _joint(document: docx.document.Document, report: Report) -> None:
    _line(document, "公文一级", _("三、五联"))
    _line(document, "公文正文", _said(report.numbers["whole"], JOINT))
    _line(document, "公文正文", _("几家合办的一场，合计只算一次。"))


def _empty(document: docx.document.Document, report: Report) -> None:
    _line(document, "公文一级", _("四、还没有覆盖到的村（社区）"))
    _line(document, "公文正文", _said(report.numbers["whole"], EMPTY))


def _parts(document: docx.document.Document, report: Report) -> None:
    parts = report.numbers["parts"]
    if not parts:
        return
    _line(document, "公文一级", _("五、各地情况"))
    table = document.add_table(rows=1, cols=1 + len(TABLE))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _fill(table.rows[0].cells, [_("单位"), *(figure_of(key) for key in TABLE)])
    for part in parts:
        said = [written(key, part["figures"][key]) for key in TABLE]
        _fill(table.add_row().cells, [part["name"], *said])


def _fill(cells: Sequence[object], texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        paragraph = cell.paragraphs[0]  # type: ignore[attr-defined]
        paragraph.text = text
        paragraph.style = "公文表格"
