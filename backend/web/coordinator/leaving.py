"""Files that leave: at once with masked telephones, whole when another person agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.accounts.access import note
from backend.common import clock
from backend.common.reading import yes_or_no
from backend.exchange.files import CSV, XLSX, comma_separated, exported, marked
from backend.exchange.models import Export
from backend.exchange.operations import ask_export, decide_export, take_export
from backend.exchange.queries import export_to_decide, exports_seen, is_held, own_export
from backend.exchange.tables import TABLES
from backend.organisations.queries import own_lists
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.spreadsheets import (
    LOG,
    ChosenTable,
    file_of,
    organisation_of,
    part_of,
)
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words.moments import when


@coordinator
@require_POST
def export(request: CoordinatorRequest) -> HttpResponse:
    """Fields: table, rota, as (xlsx or csv), full (telephones are not masked: somebody else must
    agree) and its purpose. An export about people is written down."""
    part = part_of(request)
    if request.POST.get("full") == "on" and part.table.masks:
        return _ask_for_full(request, part)
    rows = list(part.table.desk(part.context(request)).export())
    if part.table.personal:
        reason = f"{part.table.code}, {len(rows)} rows, masked"
        note(request.user, "export", f"table:{part.table.code}", reason)
    return _leaving(request, part, rows)


def _ask_for_full(request: CoordinatorRequest, part: ChosenTable) -> HttpResponse:
    """Whole telephone numbers leave when another person agrees."""
    with refusals_said(request, you=False):
        ask_export(
            table=part.table.code,
            organisation=organisation_of(request, part),
            purpose=request.POST.get("purpose", ""),
            actor=request.user,
            now=clock.now(),
        )
        messages.success(request, _("提了，等另一位同意；同意以后在这里下载，一天内有效"))
    return see_other("coordinator:exchange")


def _leaving(
    request: CoordinatorRequest, part: ChosenTable, rows: Sequence[Mapping[str, str]]
) -> HttpResponse:
    """The file, xlsx or csv; of people with who takes it out and when in each row."""
    columns = list(part.table.columns)
    if part.table.personal:
        mark = _("%(who)s %(when)s 导出") % {"who": request.user, "when": when(clock.now())}
        (columns, rows) = marked(part.table, rows, mark)
    if (request.POST.get("as") or request.GET.get("as")) == "csv":
        return file_of(comma_separated(columns, rows), CSV, part.name, "csv")
    return file_of(exported(part.table, rows, columns), XLSX, part.name, "xlsx")


@coordinator
@require_POST
def decide(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `answer`: "yes" lets a colleague take the table out whole, "no" does not."""
    row = export_to_decide(request.user, pk)
    yes = yes_or_no(request.POST.get("answer"))
    if row is None:
        raise Http404(f"export {pk}")
    with refusals_said(request, you=False):
        if yes is None:
            messages.warning(request, _("请选一样"))
        else:
            decide_export(export_id=row.pk, approved=yes, actor=request.user, now=clock.now())
            messages.success(request, _("答复了"))
    return see_other("coordinator:exchange")


@coordinator
@require_POST
def take(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The whole table, for who asked, while somebody else's yes holds."""
    row = own_export(request.user, pk)
    if row is None:
        raise Http404(f"export {pk}")
    part = ChosenTable(TABLES[row.table], None)
    rows = list(part.table.desk(part.whole(request, row.organisation)).export())
    with refusals_said(request, you=False) as tried:
        take_export(export_id=row.pk, rows=len(rows), actor=request.user, now=clock.now())
    if tried.refused:
        return see_other("coordinator:exchange")
    return _leaving(request, part, rows)


@coordinator
def exports_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list of whole exports alone, for a page that has been told of one."""
    return render(request, "coordinator/_exports.html", exports_context(request))


def exports_context(request: CoordinatorRequest) -> dict[str, Any]:
    return {
        "exports": _exports(request),
        "streams": " ".join([f"user.{request.user.pk}", *own_lists(request.user)]),
        "exports_url": reverse("coordinator:exports_fragment"),
    }


def _exports(request: CoordinatorRequest) -> list[tuple[Export, str, bool, bool]]:
    """Who wants a table out whole, its name, whether she says yes or no to it, and whether she may
    take it now. One statement."""
    now = clock.now()
    return [
        (
            row,
            str(TABLES[row.table].name),
            row.decided_at is None and row.asked_by != request.user,
            row.asked_by == request.user and is_held(row, now),
        )
        for row in exports_seen(request.user)[:LOG]
    ]
