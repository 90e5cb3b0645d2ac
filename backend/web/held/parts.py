"""What is kept, part by part, as a page shows it and as a file to take along."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.translation import gettext as _

from backend.common import clock
from backend.web.held.register import AFTER, Kept
from backend.words.moments import long_day, when

Line = tuple[str, str]
SHOWN = 30  # of one part on a page; the file has them all


def said_day(moment: date) -> str:
    """What is kept is of any year: with its year where that is another than this one's."""
    return long_day(moment, clock.local_day(clock.now()))


def said_when(moment: datetime) -> str:
    return when(moment, clock.local_day(clock.now()))


@dataclass(frozen=True)
class KeptPart:
    """One kind of data with its lines, each in a word and what stands there."""

    kept: Kept
    lines: Sequence[Line]

    @property
    def shown(self) -> Sequence[Line]:
        return self.lines[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.lines) - SHOWN)

    @property
    def after(self) -> str:
        return str(AFTER[self.kept.after])


def parts_of(register: Iterable[Kept], lines: Mapping[str, Sequence[Line]]) -> list[KeptPart]:
    """Every kind of the register, those that hold nothing among them."""
    return [KeptPart(kept, lines.get(kept.key, [])) for kept in register]


def zipped(name: str, file: Mapping[str, object], parts: Sequence[KeptPart]) -> HttpResponse:
    """A file to take along: a text that she reads, and the same for a program."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"{name}.txt", "\ufeff" + "\r\n".join(_text(parts)))
        data = json.dumps(file, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        made.writestr(f"{name}.json", data)
    answer = HttpResponse(held.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


def _text(parts: Sequence[KeptPart]) -> Iterator[str]:
    for part in parts:
        yield str(part.kept.title)
        yield _("为什么：%(why)s") % {"why": part.kept.why}
        yield _("留多久：%(until)s") % {"until": part.kept.kept_for}
        yield _("谁看得到：%(who)s") % {"who": part.kept.who}
        yield part.after
        for label, words in part.lines:
            yield _("%(label)s：%(words)s") % {"label": label, "words": words}
        yield ""
