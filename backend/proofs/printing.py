"""A statement as PDF/A: the template of frontend_templates/print, filled with what is frozen.

For workers alone: the web process never loads the typesetter. The print is the same bytes for the
same statement, so that a worker who begins again makes nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from backend.common.clock import local_day
from backend.proofs.content import Content, masked_identity
from backend.proofs.models import Statement
from backend.proofs.policy import code_of, title_of

FOLDER = Path(settings.ROOT) / "frontend_templates" / "print"
STANDS_IN = "〓"  # for a character that the font has not, as Chinese print has it
MOST_MISSING = 20  # a name of so many rare characters was typed by nobody
NO_GLYPH = re.compile(r'the text `"(.+)"` could not be displayed')


class CannotPrint(Exception):
    """The typesetter refused for a reason that is not a missing character; it says which."""


def print_statement(row: Statement) -> tuple[bytes, str]:
    """The PDF of an issued statement, and the characters that it could not show ("" as a rule):
    each stands there as 〓, with a line that asks for it to be written in by hand.

    Raises CannotPrint.
    """
    return with_stand_ins(filled(row), row.issued_at or row.made_at)


def with_stand_ins(data: Mapping[str, Any], at: datetime) -> tuple[bytes, str]:
    """Compile; where a character is missing, put 〓 in its place and try again."""
    missing = ""
    shown = dict(data)
    for _ in range(MOST_MISSING):
        try:
            return compiled(shown, at), missing
        except typst.TypstError as error:
            missing += _missing_in(error)
            shown = _standing_in(data, missing)
    raise CannotPrint(missing)


def compiled(data: Mapping[str, Any], at: datetime) -> bytes:
    """Raises typst.TypstError."""
    made = typst.compile(
        FOLDER / "statement.typ",
        root=FOLDER,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["a-2b"],
        timestamp=int(at.timestamp()),
    )
    return bytes(made)


def filled(row: Statement) -> dict[str, Any]:
    """What the template shows, in Chinese whatever language anybody reads."""
    content = Content.from_json(str(row.content))
    issued_on = _day(local_day(row.issued_at or row.made_at).isoformat())
    period = f"{row.first_day.isoformat()} 至 {row.last_day.isoformat()}"
    number = row.number or ""
    address = f"{settings.PUBLIC_URL}/verify/{number}/{code_of(number)}/"
    hours = hours_text(content.minutes)
    return {
        "title": title_of(row),
        "number": f"编号 {number}",
        "facts": [
            ["姓名", content.name, "志愿者编号", content.volunteer_number],
            ["证件号码", masked_identity(content.identity) or "未登记", "服务期间", period],
        ],
        "sentence": f"以下志愿服务由{content.issuer}及下属组织记录，路上的时间不算。",
        "columns": ["日期", "服务内容", "地点", "服务时长"],
        "lines": [
            [line.day, line.title, line.place, hours_text(line.minutes)] for line in content.lines
        ],
        "total_word": f"合计 {len(content.lines)} 场",
        "total": hours,
        "remarks": [],
        "signs": [
            f"负责人（{content.responsible}）" if content.responsible else "负责人",
            f"经办人（{content.handler}）",
        ],
        "ends": [
            f"出具单位 {content.issuer}",
            f"联系电话 {content.phone or '无'}",
            f"出具日期 {issued_on}",
        ],
        "seal": "盖章处",
        "qr": _qr(address),
        "check_hint": "扫码核对编号、时长，是否还有效",
    }


def hours_text(minutes: int) -> str:
    """2 小时 05 分, 45 分: to the minute."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} 分"
    if not rest:
        return f"{hours} 小时"
    return f"{hours} 小时 {rest:02d} 分"


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{year} 年 {int(month)} 月 {int(day)} 日"


def _qr(address: str) -> str:
    drawing = BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[FOLDER / "fonts"],
    )


def _missing_in(error: typst.TypstError) -> str:
    """The characters that the font has not. Raises CannotPrint for any other trouble."""
    found = NO_GLYPH.search(error.message)
    if found is None:
        raise CannotPrint(error.message) from error
    return found[1]


def _standing_in(data: Mapping[str, Any], missing: str) -> dict[str, Any]:
    table = str.maketrans(dict.fromkeys(missing, STANDS_IN))
    codes = "、".join(f"U+{ord(one):04X}" for one in missing)
    shown = json.loads(json.dumps(data, ensure_ascii=False).translate(table))
    shown["remarks"] = [f"{STANDS_IN}处的字（{codes}）字库里没有，请手写补上。"]
    return dict(shown)
