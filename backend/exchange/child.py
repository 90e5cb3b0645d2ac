"""The process that reads one spreadsheet: standard input is the file, standard output its table as
JSON lines, the exit status why there is none.

First line: what the file says of itself. Then one line a row in which something can be read: its
number in the sheet, whether the sheet hides it, and its cells, each a text, or [what, text] where
no text can be trusted: "lost" (a number of more digits than a spreadsheet keeps), "error" (#N/A and
its like).

Run as a script, without the rest of the platform, shut in before it looks (`common/confined.py`).
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, TypeAlias

MOST_BYTES = 8 * 2**20  # of the file
MOST_UNPACKED = 100 * 2**20  # of all parts of a workbook
MOST_ROWS = 50_000
MOST_COLUMNS = 60
MOST_WRITTEN = 48 * 2**20  # of answers, which whoever asked holds in memory
LONGEST = 500  # characters of a cell
MEMORY = 2**30  # bytes of the process
COMPUTING = 20  # seconds
KEPT = 15  # digits of a number that a spreadsheet keeps
STATUS = {
    "kind": 3,
    "broken": 4,
    "unpacked": 5,
    "rows": 6,
    "columns": 7,
    "locked": 8,
    "merged": 9,
    "empty": 10,
    "letters": 11,
    "several": 12,
}
REASONS = {status: why for why, status in STATUS.items()}  # exit status → why
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PREFIX = rb"<(?:[A-Za-z0-9_]{1,20}:)?"
ERROR_CELL = re.compile(PREFIX + rb"""c\s[^<>]{0,200}?\bt=["']e["'][^<>]{0,200}?>""")
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
HIDDEN_ROW = re.compile(
    PREFIX + rb"""row\s[^<>]{0,400}?\bhidden=["'](?:1|true)["'][^<>]{0,400}?>"""
)
NUMBER = re.compile(rb"""\br=["']([0-9]{1,7})["']""")
# A text that begins so has a mark before it; in Chinese a spreadsheet calculates wide signs, too.
GUARDED = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")
# More than ERROR_CELL and HIDDEN_ROW can match: what the border of two pieces cuts is whole in the
# second. One that is seen in both is the same cell, the same row.
OVERLAP = 1024
Cell: TypeAlias = "str | list[str]"
Line: TypeAlias = "dict[str, Any]"


class NoTable(Exception):
    """`why`: a key of STATUS; `where`: a cell's address, where that helps."""

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.where = where


def main() -> int:
    limit()
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    load()
    shut_in()
    try:
        for line in table(data):
            write(line)
    except NoTable as refused:
        write({"where": refused.where})
        return STATUS[refused.why]
    except Exception:  # whatever a decoder says of a file that it cannot read
        return STATUS["broken"]
    return 0


def table(data: bytes) -> Iterator[Line]:
    """What the file says of itself, then its rows. Raises NoTable."""
    if data.startswith((ZIP, OLE)):
        yield from _of_workbook(data)
    else:
        yield from _of_text(data)


# --- a workbook -----------------------------------------------------------------------------------
def _of_workbook(data: bytes) -> Iterator[Line]:
    parts = _parts(data)
    sheet, hidden = _sheet(data)
    _refuse_size(sheet)
    if sheet.merged_cell_ranges:
        (row, column), _ = sheet.merged_cell_ranges[0]
        raise NoTable("merged", address(row, column))
    marks = SheetMarks()
    if parts:
        marks = _marks(data, parts, sheet.name)
    yield {"sheet": sheet.name, "hidden": hidden, "kind": "workbook"}
    top, left = sheet.start or (0, 0)
    yield from _no_more(_rows(sheet.iter_rows(), top, left, marks))


def _parts(data: bytes) -> dict[str, int]:
    """The parts of a workbook that is an archive, each with its size unpacked; none of an .xls."""
    if not data.startswith(ZIP):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        if sum(sizes.values()) > MOST_UNPACKED:
            raise NoTable("unpacked")
        for name in sizes:  # what the list says of a part is the sender's word: count it
            _count(archive, name)
    return sizes


def _count(archive: zipfile.ZipFile, name: str) -> None:
    with archive.open(name) as part:
        while part.read(2**20):
            pass


def _sheet(data: bytes) -> tuple[Any, list[str]]:
    """The one sheet that is meant, the first that is shown, and the names of the hidden ones."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise NoTable("locked") from None
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    shown = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    if not shown:
        raise NoTable("empty")
    hidden = [one.name for one in sheets if one.visible != SheetVisibleEnum.Visible]
    return book.get_sheet_by_name(shown[0]), hidden


def _refuse_size(sheet: Any) -> None:
    if not sheet.height:
        raise NoTable("empty")
    if sheet.total_width > MOST_COLUMNS:
        raise NoTable("columns")


def _rows(rows: Iterable[list[Any]], top: int, left: int, marks: SheetMarks) -> Iterator[Line]:
    for number, row in enumerate(rows, top):
        cells: list[Cell] = [*([""] * left), *(shown(value) for value in row)]
        for column in marks.wrong.get(number, ()):
            if column < len(cells):
                cells[column] = ["error", "#N/A"]
        if is_written(cells):
            yield {"row": number + 1, "cells": cells, "hidden": number in marks.hidden}


def is_written(cells: Iterable[Cell]) -> bool:
    """Whether anything can be read there: a space or a mark that nobody sees makes no row."""
    return any(isinstance(cell, list) or reading.line(cell) for cell in cells)


def _no_more(lines: Iterator[Line]) -> Iterator[Line]:
    """Rows that are written, not how far down a sheet was coloured. Raises NoTable."""
    rows = 0
    for rows, line in enumerate(lines, 1):
        if rows > MOST_ROWS + 1:
            raise NoTable("rows")
        yield line
    if not rows:
        raise NoTable("empty")


def shown(value: Any) -> Cell:
    """A cell as somebody reads it on the screen."""
    if isinstance(value, bool):
        return {True: "是", False: "否"}[value]
    if isinstance(value, float | int):
        return _number(float(value))
    if isinstance(value, datetime):
        if value.time() != time(0):
            return value.strftime("%Y-%m-%d %H:%M")
        return _day(value)
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value).strip()[:LONGEST]


def _number(value: float) -> Cell:
    """Whole numbers without a point; of one with more digits than are kept nothing is known."""
    if abs(value) >= 10**KEPT:
        return ["lost", f"{value:.0f}"]
    if value == int(value):
        return str(int(value))
    return repr(value)


def _day(value: date) -> str:
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


class SheetMarks:
    """What a sheet says beside its values, by row, from 0: the columns that hold an error instead
    of a value, which is read as nothing, and whether the row is hidden."""

    def __init__(self) -> None:
        self.wrong: dict[int, set[int]] = {}
        self.hidden: set[int] = set()

    def look(self, piece: bytes) -> None:
        for cell in ERROR_CELL.finditer(piece):
            if place := PLACE.search(cell.group()):
                letters, row = place.groups()
                column = _column(letters.decode())
                if column < MOST_COLUMNS:
                    self.wrong.setdefault(int(row) - 1, set()).add(column)
        for row_shown in HIDDEN_ROW.finditer(piece):
            if at := NUMBER.search(row_shown.group()):
                self.hidden.add(int(at[1]) - 1)


def _marks(data: bytes, parts: dict[str, int], name: str) -> SheetMarks:
    """Only workbooks of XML tell them."""
    marks = SheetMarks()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part_of(archive, parts, name)
        if not part:
            return marks
        with archive.open(part) as stream:
            kept = b""
            while piece := stream.read(2**18):
                kept = kept[-OVERLAP:] + piece
                marks.look(kept)
    return marks


def _part_of(archive: zipfile.ZipFile, parts: dict[str, int], name: str) -> str:
    """The part that holds the sheet of this name; "" where it is no workbook of XML."""
    from xml.etree import ElementTree

    book = "xl/workbook.xml"
    relations = "xl/_rels/workbook.xml.rels"
    if book not in parts or relations not in parts:
        return ""
    link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    wanted = ""
    for sheet in ElementTree.fromstring(archive.read(book)).iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == name:
            wanted = sheet.get(link, "")
    for relation in ElementTree.fromstring(archive.read(relations)):
        if relation.get("Id") == wanted:
            part = relation.get("Target", "").removeprefix("/")
            found = {f"xl/{part.removeprefix('xl/')}"} & set(parts)
            return found.pop() if found else ""
    return ""


def address(row: int, column: int) -> str:
    """(0, 1) → B1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


# --- a text ---------------------------------------------------------------------------------------
def _of_text(data: bytes) -> Iterator[Line]:
    """CSV, or what was copied out of a spreadsheet."""
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NoTable("kind")
    text = decoded(data)
    first = text.split("\n", 1)[0]
    comma = max(",\t;，", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    yield {"sheet": "", "hidden": [], "kind": "text"}
    yield from _no_more(_lines(reader))


def _lines(rows: Iterable[list[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, 1):
        if len(row) > MOST_COLUMNS:
            raise NoTable("columns")
        cells = [plain(cell.strip()[:LONGEST]) for cell in row]
        if is_written(cells):
            yield {"row": number, "cells": cells, "hidden": False}


def decoded(data: bytes) -> str:
    """UTF-8, with or without its mark, UTF-16 with it, or GB 18030. Raises NoTable."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable("letters")


def plain(cell: str) -> Cell:
    """Without the mark with which an export keeps a spreadsheet from calculating it."""
    if cell.startswith("'") and cell[1:2] in GUARDED:
        return cell[1:]
    if cell in ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"):
        return ["error", cell]
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+[0-9]{2}", cell):  # 3.50121E+17: an identity number once
        return ["lost", cell]
    return cell


# --- shut in --------------------------------------------------------------------------------------
def write(line: dict[str, Any]) -> None:
    told = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    while told:
        told = told[os.write(1, told) :]


def _common(name: str) -> Any:
    """A file of `common/` that needs no other, by its path: nothing else of the platform is loaded
    here."""
    spec = spec_from_file_location(name, Path(__file__).parents[1] / "common" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


confined = _common("confined")
reading = _common("reading")


def limit() -> None:
    """backend.common.confined.limit, with the numbers above."""
    confined.limit(memory=MEMORY, computing=COMPUTING)


def load() -> None:
    """All code that reading may need: once shut in, no file can be opened."""
    import zlib
    from xml.etree import ElementTree

    import python_calamine

    for name in ("utf-8-sig", "gb18030", "utf-16", "cp437"):  # cp437: names inside of an archive
        "a".encode(name).decode(name)
    ElementTree.fromstring("<a/>")
    assert python_calamine.__name__ and zlib.decompressobj()


def shut_in() -> bool:
    """backend.common.confined.shut_in."""
    return bool(confined.shut_in())


if __name__ == "__main__":
    os._exit(main())
