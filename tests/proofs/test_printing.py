"""The PDF of a statement: what stands on it, what no font has, made once, kept sealed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.db import connection

from backend.proofs.content import Content, StatementLine
from backend.proofs.models import Statement
from backend.proofs.operations import keep_print
from backend.proofs.printing import FOLDER, hours_text, print_statement
from scheduler.pieces import one_turn
from scheduler.printing import print_forgotten, print_one
from tests.proofs.scene import issued
from tests.records.scene import LATER, make_day

pytestmark = pytest.mark.django_db


def made(**changes: object) -> Statement:
    """An issued statement with something else on it."""
    day = make_day()
    day.served()
    row = Statement.objects.get(pk=issued(day).pk)
    content = Content.from_json(str(row.content))
    row.content = replace(content, **changes).as_json()  # type: ignore[arg-type]
    row.save()
    return row


def text_of(pdf: bytes) -> list[str]:
    """The pages' texts, without the breaks of lines."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    return ["".join(text.split()) for text in pages]


@pytest.mark.parametrize("name", ["林雪梅", "曾䶮丽", "阿依古丽·买买提"])
def test_the_print_says_what_is_frozen(name: str) -> None:
    line = StatementLine("2026-12-05", '*课* #read("/etc/passwd")', "亲子园", 125)
    row = made(name=name, identity="350102********1226", lines=[line], phone="0591-10000000")
    pdf, missing = print_statement(row)
    (page,) = text_of(pdf)
    said = [
        "平台服务记录",
        f"编号{row.number}",
        f"姓名{name}",
        "350102************",
        "2026-12-01至2026-12-05",
        '2026-12-05*课*#read("/etc/passwd")亲子园2小时05分',
        "合计1场2小时05分",
        "负责人",
        "经办人（刘敏）",
        "联系电话0591-10000000",
        "出具日期2026年12月5日",
        "盖章处",
    ]
    assert [one for one in said if one not in page] == []
    assert missing == ""
    assert "证明" not in page


def test_the_print_says_that_it_is_pdf_a_2b_and_is_the_same_each_time() -> None:
    row = made()
    first, _ = print_statement(row)
    again, _ = print_statement(row)
    assert first == again
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in first


def test_three_hundred_lines_go_over_pages_and_none_is_lost() -> None:
    lines = [StatementLine("2026-12-05", f"第{n}场", "亲子园", 60) for n in range(1, 301)]
    pages = text_of(print_statement(made(lines=lines))[0])
    whole = "".join(pages)
    assert [n for n in range(1, 301) if whole.count(f"第{n}场亲子园1小时") != 1] == []
    assert "合计300场300小时" in whole
    assert all(page.count("日期服务内容地点服务时长") == 1 for page in pages[:-1])
    assert pages[0].endswith(f"1/{len(pages)}")


def test_a_character_that_the_font_has_not_is_named_and_written_in_by_hand() -> None:
    row = made(name="曾\U000323b0丽\U000323b1")
    pdf, missing = print_statement(row)
    (page,) = text_of(pdf)
    assert missing == "\U000323b0\U000323b1"
    assert "姓名曾〓丽〓" in page
    assert "〓处的字（U+323B0、U+323B1）字库里没有，请手写补上。" in page


def test_a_worker_prints_once_and_keeps_it_sealed_with_its_digest() -> None:
    row = made()
    assert [print_one(row.pk), print_one(row.pk)] == [1, 0]
    kept = Statement.objects.get(pk=row.pk)
    pdf = bytes(kept.pdf or b"")
    assert kept.digest == hashlib.sha256(pdf).hexdigest()
    assert kept.digest != hashlib.sha256(pdf + b" ").hexdigest()  # whoever changes the file
    with connection.cursor() as cursor:
        cursor.execute("SELECT pdf, content FROM proofs_statement")
        stored = cursor.fetchone()
    assert [b"%PDF" in bytes(stored[0]), "林雪梅".encode() in bytes(stored[1])] == [False, False]


def test_the_first_print_stays() -> None:
    row = made()
    print_one(row.pk)
    digest = Statement.objects.get(pk=row.pk).digest
    assert not keep_print(statement_id=row.pk, pdf=b"another", missing="", now=LATER)
    assert Statement.objects.get(pk=row.pk).digest == digest


def test_what_a_dead_worker_left_is_printed_by_the_clock_and_one_bad_one_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.common.clock.now", lambda: LATER.replace(year=2027))
    bad = made()
    Statement.objects.filter(pk=bad.pk).update(number="'" * 40, content=None)
    good = made()
    assert print_forgotten(one_turn()) == 1
    assert Statement.objects.get(pk=good.pk).is_printed
    assert print_forgotten(one_turn()) == 0


@pytest.mark.parametrize(
    ("minutes", "said"), [(45, "45 分"), (60, "1 小时"), (125, "2 小时 05 分"), (6000, "100 小时")]
)
def test_hours_are_whole_minutes(minutes: int, said: str) -> None:
    assert hours_text(minutes) == said


def test_the_template_reaches_for_nothing_outside() -> None:
    template = (FOLDER / "statement.typ").read_text("utf-8")
    assert [word for word in ("@preview", "#import", "#include", "eval(") if word in template] == []
    assert Path(settings.ROOT) in FOLDER.parents
