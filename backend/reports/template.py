"""The layout of an official document (GB/T 9704-2012) as a .docx with named styles.

A4 with margins of 37, 35, 28 and 26 mm makes a type area of 156 × 225 mm: 22 lines of 28 characters
in 16 pt. Written once by `python -m backend.reports.template`; a document fills its styles by name.
The standard's typefaces are not free, so they are named and not shipped; whoever opens the file has
them or sees its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import docx
import docx.document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

FILE = Path(__file__).parent / "data" / "official.docx"
LEAD = 28.95  # points from line to line: 225 mm hold 22 of them
# 28 characters of 16 pt are 448 pt, the type area is 442: each is drawn a fifth of a point nearer
STYLES: dict[str, tuple[str, float]] = {
    "公文标题": ("方正小标宋简体", 22),
    "公文正文": ("仿宋_GB2312", 16),
    "公文一级": ("黑体", 16),
    "公文二级": ("楷体_GB2312", 16),
    "公文落款": ("仿宋_GB2312", 16),
    "公文表格": ("仿宋_GB2312", 12),
}


def made() -> docx.document.Document:
    """The template, empty."""
    document = docx.Document()
    body = document.element.body
    for paragraph in list(document.paragraphs):
        body.remove(paragraph._p)
    section = document.sections[0]
    section.page_width = Mm(210)
    section.page_height = Mm(297)
    section.top_margin = Mm(37)
    section.bottom_margin = Mm(35)
    section.left_margin = Mm(28)
    section.right_margin = Mm(26)
    _face(document.styles["Normal"], *STYLES["公文正文"])
    for name, (face, size) in STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _face(style, face, size)
        _space(style, name)
    _of_nobody(document)
    return document


def _face(style: ParagraphStyle, face: str, size: float) -> None:
    """The typeface for every script: python-docx itself sets that of Latin letters alone, and
    Chinese would be drawn in whatever the reader's machine falls back to."""
    style.font.name = face
    style.font.size = Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), face)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _space(style: ParagraphStyle, name: str) -> None:
    layout = style.paragraph_format
    layout.space_before = Pt(0)
    layout.space_after = Pt(0)
    if name == "公文表格":
        return
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(LEAD)
    if name == "公文标题":
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.space_after = Pt(LEAD)
    elif name == "公文落款":
        layout.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        layout.right_indent = Pt(4 * 16)
    else:
        layout.first_line_indent = Pt(2 * 16)


def _of_nobody(document: docx.document.Document) -> None:
    """No name of a person, no program's, no day on which somebody sat at it."""
    about = document.core_properties
    for field in ("author", "last_modified_by", "comments", "title", "subject", "keywords"):
        setattr(about, field, "")
    about.created = about.modified = datetime(2026, 1, 1, tzinfo=UTC)
    about.revision = 1
    for name, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del document.part.package.rels[name]


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    made().save(str(FILE))
