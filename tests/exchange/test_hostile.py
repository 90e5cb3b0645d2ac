"""Real files that somebody made to do harm, or to show less than they hold."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from django.urls import reverse

from backend.exchange import child
from backend.exchange.child import MOST_COLUMNS, MOST_ROWS, REASONS
from backend.exchange.reading import LONGEST_NAME, MOST_HIDDEN, FileRefused, Sheet, read_sheet
from tests.exchange.desk import book, bring, comma
from tests.factories import make_coordinator, make_division, make_organisation

BOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
PEOPLE = ["姓名", "手机号", "组织", "街道"]


def changed(data: bytes, part: str, *, old: str, new: str) -> bytes:
    """The same workbook with another text in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", 8) as after:
        for info in before.infolist():
            text = before.read(info).decode()
            if info.filename == part:
                assert old in text
                text = text.replace(old, new)
            after.writestr(info.filename, text)
    return out.getvalue()


def made(fill: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        fill(made.add_worksheet("表"))
    return out.getvalue()


def why(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_sheet(data)
    return str(refused.value.facts["why"])


def cells(sheet: Sheet) -> list[tuple[Any, ...]]:
    return [line.cells for line in sheet.lines()]


# --- what grows -----------------------------------------------------------------------------------
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))


@pytest.mark.parametrize("part", [BOOK, SHEET, STRINGS])
def test_entities_that_grow_end_in_a_refusal(part: str) -> None:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    said = {BOOK: 'name="表"', SHEET: "<sheetData>", STRINGS: "<t>姓名</t>"}[part]
    grown = {BOOK: 'name="&a10;"', SHEET: "&a10;<sheetData>", STRINGS: "<t>&a10;</t>"}[part]
    data = changed(book([["姓名"]]), part, old=said, new=grown)
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "哈哈哈哈哈哈哈哈">{LAUGHS}]>'
    data = changed(data, part, old=head, new=head + doctype)
    try:
        said_at_most = read_sheet(data).said
    except FileRefused as refused:
        assert refused.facts["why"] in {*REASONS.values()}
    else:
        assert "哈".encode() not in said_at_most


def test_no_file_of_the_machine_is_read_through_an_entity() -> None:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    data = changed(book([["姓名"]]), STRINGS, old="<t>姓名</t>", new="<t>姓名&host;</t>")
    doctype = '<!DOCTYPE x [<!ENTITY host SYSTEM "file:///etc/passwd">]>'
    data = changed(data, STRINGS, old=head, new=head + doctype)
    try:
        assert b"root:" not in read_sheet(data).said
    except FileRefused as refused:
        assert refused.facts["why"] == "broken"


def test_one_long_text_in_every_cell_is_refused_by_what_it_becomes() -> None:
    """A few hundred kilobytes that would be gigabytes."""
    rows = ""
    for line in range(1, 3001):
        places = [child.address(line, column) for column in range(MOST_COLUMNS)]
        row = "".join(f'<c r="{place}" t="s"><v>0</v></c>' for place in places)
        rows += f'<row r="{line + 1}">{row}</row>'
    data = changed(book([["姓名"]]), SHEET, old="</sheetData>", new=f"{rows}</sheetData>")
    data = changed(data, STRINGS, old="<t>姓名</t>", new=f"<t>{'长' * 2**20}</t>")
    assert len(data) < 2**20
    assert why(data) in {*REASONS.values()}


def test_a_part_that_says_it_is_small_is_counted_to_its_end() -> None:
    """The list of an archive is the sender's word."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        archive.writestr(SHEET, b"0" * 2**27)
    data = out.getvalue().replace((2**27).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert why(data) == "broken"


def test_very_many_cells_in_error_are_read_in_one_pass() -> None:
    """Looking through all of them at each row would take longer than the child may compute."""
    count = MOST_ROWS - 1
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="e"><v>#N/A</v></c></row>' for n in range(2, count))
    data = changed(book([["姓名"]]), SHEET, old="</sheetData>", new=f"{rows}</sheetData>")
    found = cells(read_sheet(data))
    assert len(found) == count - 1 and set(found[1:]) == {(("error", "#N/A"),)}


# --- what is no row -------------------------------------------------------------------------------
EMPTY = [" ", "　", "\u200b", "\u2060\u00ad", "\u3164"]


@pytest.mark.parametrize("empty", EMPTY)
def test_a_row_without_a_text_is_none(empty: str) -> None:
    rows = [["姓名"], [empty], ["苏红"], [empty, empty]]
    for data in (book(rows), comma(rows)):
        assert [line.number for line in read_sheet(data).lines()] == [1, 3]
    assert why(book([[empty]])) == why(comma([[empty]])) == "empty"


def test_rows_that_are_only_coloured_do_not_count_as_rows() -> None:
    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "姓名")
        for row in range(1, MOST_ROWS + 20):
            sheet.write_string(row, 0, " ")
        sheet.write(MOST_ROWS + 20, 0, "苏红")

    assert [line.number for line in read_sheet(made(fill)).lines()] == [1, MOST_ROWS + 21]


def test_too_many_rows_are_too_many_in_a_workbook_too() -> None:
    def fill(sheet: Any) -> None:
        for row in range(MOST_ROWS + 2):
            sheet.write_string(row, 0, "苏红")

    assert why(made(fill)) == "rows"


# --- what is hidden -------------------------------------------------------------------------------
def hiding(sheet: Any) -> None:
    for row, text in enumerate(["姓名", "苏红", "江月娥", "陈晓云"]):
        sheet.write(row, 0, text)
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_row(9, None, None, {"hidden": True})  # empty


def test_a_row_that_a_sheet_hides_is_read_and_known() -> None:
    data = made(hiding)
    as_others_write_it = changed(data, SHEET, old='hidden="1"', new="hidden='true'")
    for one in (data, as_others_write_it):
        assert [line.hidden for line in read_sheet(one).lines()] == [False, False, True, False]


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", [True, False])
def test_whoever_sends_a_file_reads_how_many_hidden_rows_were_in_it(
    client: Client, hidden: bool
) -> None:
    user = make_coordinator(organisation=make_organisation(name="闽侯县妇联"))
    make_division(code="350121001", name="甘蔗街道")

    def fill(sheet: Any) -> None:
        rows = [
            PEOPLE,
            *([f"江月{n}", f"1380013800{n}", "闽侯县妇联", "甘蔗街道"] for n in range(3)),
        ]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
            if hidden and number > 1:
                sheet.set_row(number, None, None, {"hidden": True})

    batch = bring(made(fill), user, "volunteers")
    assert (batch.rows_read, batch.hidden_rows) == (3, 2 if hidden else 0)
    client.force_login(user)
    page = client.get(reverse("coordinator:import", args=[batch.pk])).content.decode()
    assert ("2 行在表里藏着" in " ".join(page.split())) is hidden


# --- what a name holds ----------------------------------------------------------------------------
@pytest.mark.django_db
def test_names_and_headings_reach_the_page_as_one_short_line() -> None:
    user = make_coordinator(organisation=make_organisation(name="闽侯县妇联"))
    turned = "\u202e备\u200b注\u0007\n二"
    rows = [[*PEOPLE, turned, "长" * 400], ["江月娥\u202e", "1380013800", "", "", "", ""]]
    batch = bring(comma(rows), user, "volunteers")
    assert batch.unused == ["备注 二", "长" * LONGEST_NAME]
    assert "\\u202e" not in batch.rows.get().cells and "\u202e" not in batch.rows.get().cells


def test_hidden_sheets_are_named_in_visible_letters_and_not_without_end() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        made.add_worksheet("名单").write(0, 0, "姓名")
        for n in range(MOST_HIDDEN + 5):
            made.add_worksheet(f"藏{n}").hide()
    data = changed(out.getvalue(), BOOK, old='name="藏0"', new=f'name="\u202e{"藏" * 90}"')
    hidden = read_sheet(data).hidden
    assert (hidden[0], len(hidden)) == ("藏" * LONGEST_NAME, MOST_HIDDEN)
