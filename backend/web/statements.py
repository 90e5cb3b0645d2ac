"""What the pages of both sides show of a statement of service."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.common.page_headers import ON_A_PAPER
from backend.proofs.content import Content, masked_name
from backend.proofs.models import Statement
from backend.web.components import Tag
from backend.web.components.base import Tone

STATES: dict[str, tuple[str | Promise, Tone, str]] = {
    Statement.State.REQUESTED: (_("等开出"), "warn", "hourglass"),
    Statement.State.DROPPED: (_("不要了"), "", ""),
    Statement.State.DENIED: (_("没有开"), "", ""),
    Statement.State.DISPLAYED: (_("公示中"), "warn", "hourglass"),
    Statement.State.ISSUED: (_("有效"), "ok", "shield-check"),
    Statement.State.REVOKED: (_("收回了"), "bad", "ban"),
}


@dataclass(frozen=True)
class StatementShown:
    """`corrected`: something that stands on it was reversed since; `waits`: its PDF is still being
    made."""

    row: Statement
    tag: Tag
    corrected: bool

    @property
    def waits(self) -> bool:
        return self.row.is_issued and not self.row.is_printed


def shown(row: Statement) -> StatementShown:
    """Of a row as `proofs.queries` reads it."""
    return StatementShown(row, state_tag(row.state), row.corrected)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class OnDisplay:
    """What everybody of the organisation sees of a proof before it holds."""

    row: Statement
    name: str


def on_display(row: Statement) -> OnDisplay:
    return OnDisplay(row, masked_name(Content.from_json(str(row.content)).name))


def state_tag(state: str) -> Tag:
    label, tone, icon = STATES[state]
    return Tag(label=str(label), tone=tone, icon=icon)


def as_file(row: Statement) -> HttpResponse:
    """Its PDF, to be kept."""
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.pdf"', **ON_A_PAPER}
    return HttpResponse(bytes(row.pdf or b""), content_type="application/pdf", headers=headers)
