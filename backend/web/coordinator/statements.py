"""服务记录单: what volunteers ask for, and what was issued."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.accounts.access import note, note_again
from backend.common import clock
from backend.common.reading import line
from backend.organisations.queries import coordinated, own_lists
from backend.proofs.content import Content
from backend.proofs.models import Doubt, Statement
from backend.proofs.operations import (
    answer_doubt,
    deny_statement,
    display_statement,
    doubt_statement,
    issue_statement,
    revoke_statement,
)
from backend.proofs.queries import (
    displayed,
    doubts_of,
    issued,
    lines_in,
    requested,
    statement_to_answer,
)
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import query_href, searched, turned
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.statements import as_file, on_display, shown

A_PAGE = 30
MOST_WAITING = 100  # the longest waiting; the next follow as these are answered


@coordinator
def statements(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/statements.html", _desk(request))


@coordinator
def statements_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The lists alone, for a page that has been told of a change."""
    return render(request, "coordinator/_statements.html", _desk(request))


@coordinator
def statement(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """One with its lines. A POST has `answer`: yes, no or revoke, the last two with `why`."""
    row = statement_to_answer(request.user, pk)
    if request.method == "POST":
        _act(request, row)
        return see_other("coordinator:statement", pk)
    note(request.user, "read", f"statement:{row.pk}")
    return render(request, "coordinator/statement.html", _one(request, row))


@coordinator
def statement_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The page's own part, for a page that has been told of a change."""
    row = statement_to_answer(request.user, pk)
    note_again(request.user, f"statement:{row.pk}")
    return render(request, "coordinator/_statement.html", _one(request, row))


@coordinator
def statement_file(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The PDF, to be signed and sealed."""
    row = statement_to_answer(request.user, pk)
    if row.pdf is None:
        raise Http404(f"statement {pk}")
    note(request.user, "export", f"statement:{row.pk}")
    return as_file(row)


@coordinator
@require_POST
def doubt(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """What somebody who sees it on display says against it."""
    if not displayed(request.user).filter(pk=pk).exists():
        raise Http404(f"statement {pk}")
    with refusals_said(request, you=False):
        doubt_statement(
            statement_id=pk,
            text=request.POST.get("text", ""),
            actor=request.user,
            now=clock.now(),
        )
        messages.success(request, _("收到了，经办人会看"))
    return see_other("coordinator:statements")


@coordinator
@require_POST
def answer(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """To a doubt: `answer`. Who finds it right revokes the statement instead."""
    row = Doubt.objects.filter(pk=pk).first()
    if row is None:
        raise Http404(f"doubt {pk}")
    paper = statement_to_answer(request.user, row.statement_id)
    with refusals_said(request, you=False):
        said = request.POST.get("answer", "")
        answer_doubt(doubt_id=pk, answer=said, actor=request.user, now=clock.now())
        messages.success(request, _("答复了"))
    return see_other("coordinator:statement", paper.pk)


def _act(request: CoordinatorRequest, row: Statement) -> None:
    act = ACTS.get(request.POST.get("answer", ""))
    if act is None:
        return
    with refusals_said(request, you=False):
        messages.success(request, act(request, row.pk))


def _issue(request: CoordinatorRequest, pk: int) -> str:
    done = issue_statement(statement_id=pk, actor=request.user, now=clock.now())
    return _("开出了，编号 %(number)s") % {"number": done.number}


def _deny(request: CoordinatorRequest, pk: int) -> str:
    why = request.POST.get("why", "")
    deny_statement(statement_id=pk, why=why, actor=request.user, now=clock.now())
    return _("没有开，她会看到原因")


def _revoke(request: CoordinatorRequest, pk: int) -> str:
    why = request.POST.get("why", "")
    revoke_statement(statement_id=pk, why=why, actor=request.user, now=clock.now())
    return _("收回了。她会看到原因，核对页也会显示收回")


def _display(request: CoordinatorRequest, pk: int) -> str:
    done = display_statement(statement_id=pk, actor=request.user, now=clock.now())
    return _("开始公示了，编号 %(number)s，没有人提意见就自动生效") % {"number": done.number}


ACTS: dict[str, Callable[[CoordinatorRequest, int], str]] = {
    "yes": _issue,
    "display": _display,
    "no": _deny,
    "revoke": _revoke,
}


def _desk(request: CoordinatorRequest) -> dict[str, Any]:
    """A constant number of statements."""
    text = line(searched(request))
    rows = issued(request.user, text)
    total = rows.count()
    page = turned(request, total, A_PAGE)
    address = reverse("coordinator:statements")
    where = urlencode({"q": text, "page": page.number})
    return {
        "place": "hours",
        "organisations": coordinated(request.user),
        "displayed": [on_display(row) for row in displayed(request.user)[:MOST_WAITING]],
        "waiting": requested(request.user)[:MOST_WAITING],
        "rows": [shown(row) for row in page.of(rows)],
        "total": total,
        "text": text,
        "pager": page.pager(query_href(address, q=text) + "page={page}"),
        "streams": " ".join(own_lists(request.user)),
        "here": f"{reverse('coordinator:statements_fragment')}?{where}",
    }


def _one(request: CoordinatorRequest, row: Statement) -> dict[str, Any]:
    """What stands on it, or, while nobody has issued it, what would."""
    content = Content.from_json(str(row.content)) if row.content else None
    lines = content.lines if content else _would(row)
    return {
        "place": "hours",
        "one": shown(row),
        "row": row,
        "content": content,
        "doubts": doubts_of(row.pk) if row.is_proof else [],
        "lines": lines,
        "minutes": sum(line.minutes for line in lines),
        "may_revoke": row.state in (Statement.State.ISSUED, Statement.State.DISPLAYED),
        "streams": " ".join(own_lists(request.user)),
        "here": reverse("coordinator:statement_fragment", args=[row.pk]),
    }


def _would(row: Statement) -> Any:
    return lines_in(row.volunteer_id, row.organisation, row.first_day, row.last_day)
