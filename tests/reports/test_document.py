"""The document: in official layout, of nobody in particular, and the same whenever it is had."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn
from docx.shared import Length

from backend.accounts.models import Access
from backend.reports.document import document_of
from backend.reports.models import Report
from backend.reports.operations import make_report
from backend.reports.periods import period_of
from backend.reports.template import FILE, STYLES, made
from tests.factories import (
    NOW,
    make_coordinator,
    make_money,
    make_organisation,
    make_project,
    make_reach,
    make_volunteer,
)


def test_the_page_holds_22_lines_of_28_characters() -> None:
    section = docx.Document(str(FILE)).sections[0]
    height = section.page_height - section.top_margin - section.bottom_margin
    width = section.page_width - section.left_margin - section.right_margin
    assert (round(Length(width).mm), round(Length(height).mm)) == (156, 225)
    body = docx.Document(str(FILE)).styles["公文正文"]
    assert int(Length(height).pt // body.paragraph_format.line_spacing.pt) == 22
    assert round(Length(width).pt / body.font.size.pt) == 28


@pytest.mark.parametrize("name", STYLES)
def test_every_style_names_its_face_for_chinese(name: str) -> None:
    style = docx.Document(str(FILE)).styles[name]
    fonts = style.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        STYLES[name][0]
    }


def test_the_template_is_what_the_code_makes() -> None:
    kept = docx.Document(str(FILE))
    again = made()
    assert kept.styles.element.xml == again.styles.element.xml
    assert kept.element.xml == again.element.xml


def test_it_names_nobody() -> None:
    about = docx.Document(str(FILE)).core_properties
    assert (about.author, about.last_modified_by, about.comments, about.title) == ("",) * 4
    with ZipFile(FILE) as parts:
        assert [name for name in parts.namelist() if "thumbnail" in name] == []


@pytest.mark.django_db
def test_it_says_the_numbers_and_keeps_them() -> None:
    city = make_organisation(name="市妇联")
    actor = make_coordinator(organisation=city)
    project = make_project(organisation=city, incubated=True)
    make_reach(project=project, times=1234)
    make_money(project=project, fen=60_400_50)
    period = period_of("all", None, None, NOW.date())
    report = make_report(organisation=city, period=period, actor=actor, now=NOW)
    make_volunteer(organisation=city)
    make_reach(project=project, times=1)
    document = docx.Document(BytesIO(document_of(Report.objects.get(pk=report.pk))))
    text = [paragraph.text for paragraph in document.paragraphs]
    assert text[0] == "市妇联工作情况报告"
    assert document.paragraphs[0].style.name == "公文标题"
    said = "孵化基地的项目 1 个，孵化基地受益 1,234 人次，收到的钱 60,400.50 元"
    assert any(line.startswith(said) for line in text)
    assert text[-1] == "2026年11月28日"


@pytest.mark.django_db
def test_whoever_makes_one_is_written_down_and_has_the_file(client: Client) -> None:
    city = make_organisation(name="市妇联")
    actor = make_coordinator(organisation=city)
    client.force_login(actor)
    answer = client.post(
        reverse("coordinator:report_documents"), {"idempotency_key": "0123456789abcdef"}
    )
    report = Report.objects.get()
    assert answer.headers["Location"] == reverse("coordinator:report_document", args=[report.pk])
    assert client.get(answer.headers["Location"]).content[:2] == b"PK"
    written = Access.objects.get(subject=f"report:{report.pk}")
    assert (written.user_id, written.action) == (actor.pk, "export")
