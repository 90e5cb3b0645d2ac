"""Spreadsheets that leave the house: templates, exports, rows to put right. Every text is written
as a text: nothing that somebody typed is calculated where it is opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backend.exchange.checking import PROBLEM, SAMPLE
from backend.exchange.child import GUARDED
from backend.exchange.queries import RowShown
from backend.exchange.table import Column, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
CHOICES = "可以选的"
MOST_VALIDATED = 5000  # rows below the heading whose cells offer their choices
MARK = Column(key="taken_out", heading="导出", told=True, wide=36)
SAFE = {
    "constant_memory": True,
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Texts = Mapping[str, str]


def template(table: type[Table], choices: Mapping[str, Sequence[str]]) -> bytes:
    """Headings, one sample row that is left out when the file comes in again, and on a second sheet
    what may be chosen."""
    columns = [column for column in table.columns if not column.told]
    sample = {column.key: column.sample for column in columns}
    sample[columns[0].key] = SAMPLE
    return workbook(columns, [sample], name=str(table.code), choices=choices)


def exported(table: type[Table], rows: Iterable[Texts], columns: Sequence[Column] = ()) -> bytes:
    return workbook(columns or table.columns, rows, name=str(table.code))


def marked(table: type[Table], rows: Iterable[Texts], mark: str) -> tuple[list[Column], list[Any]]:
    """Columns and rows of a table of people that leaves the house: who took it out and when stands
    in each row, so that a row that is copied says so, too."""
    columns = [*table.columns, MARK]
    return columns, [{**row, MARK.key: mark} for row in rows]


def workbook(
    columns: Sequence[Column],
    rows: Iterable[Texts],
    *,
    name: str,
    choices: Mapping[str, Sequence[str]] | None = None,
    wrong: Mapping[int, frozenset[str]] | None = None,
) -> bytes:
    """`wrong`: of a row (from 0) the columns that are marked."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(name)
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#F3E8EE", "num_format": "@"})
        bad = book.add_format({"num_format": "@", "bg_color": "#FBE0DA"})
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.wide, text)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, f"{column.heading}{'*' * column.needed}", head)
        for number, row in enumerate(rows):
            marked = (wrong or {}).get(number, frozenset())
            for at, column in enumerate(columns):
                value = row.get(column.key, "")
                if column.key in marked:
                    sheet.write_string(number + 1, at, value, bad)
                elif value:
                    sheet.write_string(number + 1, at, value, text)
        if choices:
            _offer(book, sheet, columns, choices)
    return out.getvalue()


def problems(columns: Sequence[Column], rows: Sequence[RowShown]) -> bytes:
    """The same rows with the cells to put right marked, and what is wrong of each."""
    said = Column(key=PROBLEM, heading=PROBLEM, wide=48)
    texts = []
    wrong = {}
    for number, row in enumerate(rows):
        keys = [column.key for column in columns]
        cells = dict(zip(keys, (cell.text for cell in row.cells), strict=True))
        bad = {key: cell.said for key, cell in zip(keys, row.cells, strict=True) if cell.said}
        heads = {column.key: column.heading for column in columns}
        why = [f"{heads[key]}：{sentence}" for key, sentence in bad.items()]
        texts.append(cells | {PROBLEM: "；".join(filter(None, [*why, row.said]))})
        wrong[number] = frozenset(bad)
    return workbook([*columns, said], texts, name=PROBLEM, wrong=wrong)


def _offer(
    book: Any, sheet: Any, columns: Sequence[Column], choices: Mapping[str, Sequence[str]]
) -> None:
    """A second sheet with what may be chosen, and cells that offer it."""
    second = book.add_worksheet(CHOICES)
    keys = [column.key for column in columns if choices.get(column.key)]
    for at, key in enumerate(keys):
        heading = next(column.heading for column in columns if column.key == key)
        second.set_column(at, at, 28)
        where = next(n for n, column in enumerate(columns) if column.key == key)
        letter = _letter(at)
        last = len(choices[key]) + 1
        sheet.data_validation(
            1,
            where,
            MOST_VALIDATED,
            where,
            {
                "validate": "list",
                "source": f"={CHOICES}!${letter}$2:${letter}${last}",
                "ignore_blank": True,
                "error_type": "warning",
                "error_title": heading,
                "error_message": "请看第二张表里可以选的",
            },
        )
    tallest = max((len(choices[key]) for key in keys), default=0)
    for row in range(tallest + 1):
        for at, key in enumerate(keys):
            heading = next(column.heading for column in columns if column.key == key)
            said = [heading, *choices[key]]
            if row < len(said):
                second.write_string(row, at, said[row])


def _letter(at: int) -> str:
    return chr(ord("A") + at)


def comma_separated(columns: Sequence[Column], rows: Iterable[Texts]) -> bytes:
    """With the mark by which spreadsheets know UTF-8, and one before every text that they would
    calculate."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in columns])
    for row in rows:
        writer.writerow([guarded(row.get(column.key, "")) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    if text.startswith(GUARDED):
        return f"'{text}"
    return text
