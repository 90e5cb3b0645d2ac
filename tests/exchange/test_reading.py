"""Whatever somebody sends as a spreadsheet is read in a process that can do no harm, or refused."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from backend.exchange import child
from backend.exchange.child import MOST_ROWS, MOST_UNPACKED, REASONS
from backend.exchange.files import comma_separated, guarded, workbook
from backend.exchange.reading import FileRefused, SheetLine, read_sheet
from backend.exchange.table import Column

COLUMNS = [Column(key=f"c{n}", heading=f"列{n}") for n in range(4)]
# Of the child's own code: it shuts itself in, then tries what a fault in a decoder might.
TRIES = """
import os, sys
sys.path.insert(0, {folder!r})
import child
child.limit()
done = child.shut_in()
os.write(1, b"%d " % done)
try:
    open("/etc/hostname").read()
    os.write(1, b"went")
except OSError as error:
    os.write(1, b"%d" % error.errno)
os._exit(0)
"""


def made(fill: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("表"))
    return out.getvalue()


def why(data: bytes) -> tuple[str, str]:
    with pytest.raises(FileRefused) as refused:
        read_sheet(data)
    return refused.value.facts["why"], refused.value.facts["where"]


@pytest.mark.parametrize("since_1904", [True, False])
def test_a_cell_is_the_text_that_people_see(since_1904: bool) -> None:
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write(0, 0, 13800138000)
        sheet.write(0, 1, 350102199001011234)
        sheet.write_datetime(0, 2, date(2026, 11, 23), day)
        sheet.write_datetime(0, 3, time(9, 30), clock)
        sheet.write_formula(0, 4, "=NA()", None, "#N/A")
        sheet.write_string(0, 5, "007")
        sheet.write(0, 6, 1.5)
        sheet.write_boolean(0, 7, True)

    (line,) = read_sheet(made(fill, date_1904=since_1904)).lines()
    lost = ("lost", "350102199001011328")
    seen = ("13800138000", lost, "2026-11-23", "09:30", ("error", "#N/A"), "007", "1.5", "是")
    assert line == SheetLine(1, seen)


def test_a_hidden_sheet_is_left_and_named() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.hide()
        shown = book.add_worksheet("名单")
        shown.activate()
        shown.set_first_sheet()
        shown.write(0, 0, "姓名")

    sheet = read_sheet(made(fill))
    assert (sheet.name, sheet.hidden) == ("名单", ("表",))


def test_merged_cells_are_refused_with_their_place() -> None:
    assert why(made(lambda book, sheet: sheet.merge_range(2, 1, 3, 2, "x"))) == ("merged", "B3")


def bomb(name: str, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\0", "kind"),
        (b"\x89PNG\r\n\x1a\n\0", "kind"),
        (b"PK\x03\x04 cut off", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "broken"),
        (b"\xff\xff\xff\xff", "letters"),
        (b"a\n" * (MOST_ROWS + 2), "rows"),
        (b"a," * 99, "columns"),
        (bomb("xl/worksheets/sheet1.xml", MOST_UNPACKED + 2**20), "unpacked"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert why(data)[0] == reason


def test_a_small_file_that_grows_ends_its_own_process_alone() -> None:
    """A million columns in a few bytes: refused, whichever limit it meets."""

    def fill(book: Any, sheet: Any) -> None:
        sheet.write(1_048_575, 16_383, "x")
        sheet.write(0, 0, "x")

    assert why(made(fill))[0] in {*REASONS.values()}


def test_whoever_reads_can_open_nothing() -> None:
    folder = str(Path(child.__file__).parent)
    code = TRIES.format(folder=folder)
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True)
    shut, tried = ended.stdout.split()
    assert shut == b"0" or tried == b"1"


def test_the_lines_of_a_large_file_are_never_held_all_at_once() -> None:
    sheet = read_sheet(b"a,b,c,d\n" * MOST_ROWS)
    tracemalloc.start()
    held = tracemalloc.get_traced_memory()[0]
    assert sum(1 for _ in sheet.lines()) == MOST_ROWS
    peak = tracemalloc.get_traced_memory()[1] - held
    tracemalloc.stop()
    assert 5 * peak < len(sheet.said)


def texts(seed: int) -> list[dict[str, str]]:
    """Random rows of what people write: 汉字, marks of formulas, zeros in front, numbers."""
    chance = random.Random(seed)
    letters = "陈晓云䶮·—（）0123456789=+-@'\"，；,;#%& 　abcＡ１"
    rows = []
    for _ in range(40):
        row = {}
        for column in COLUMNS:
            some = "".join(chance.choice(letters) for _ in range(chance.randint(0, 8)))
            row[column.key] = "字" * (column.key == "c0") + some.strip()
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_what_leaves_comes_in_again_as_it_was(seed: int) -> None:
    rows = texts(seed)
    for data in (workbook(COLUMNS, rows, name="表"), comma_separated(COLUMNS, rows)):
        lines = list(read_sheet(data).lines())[1:]
        back = [[*line.cells, "", "", "", ""][:4] for line in lines]
        assert back == [[row[column.key] for column in COLUMNS] for row in rows]


@pytest.mark.parametrize("begins", [*"=+-@＝＋－＠", "\t", "\r", "\n"])
def test_no_text_is_calculated_where_it_is_opened(begins: str) -> None:
    text = f"{begins}1+1"
    assert guarded(text) == f"'{text}"
    data = workbook(COLUMNS, [{"c0": text}], name="表")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
