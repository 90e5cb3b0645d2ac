"""导入导出: the tables that leave as spreadsheets and come in again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.accounts.access import note
from backend.common import clock
from backend.common.refusal import Refusal
from backend.exchange.files import XLSX, problems, template
from backend.exchange.models import Import, Outcome
from backend.exchange.operations import KEPT_DAYS, confirm_import, drop_import, upload
from backend.exchange.queries import (
    columns_of,
    import_of,
    imports_seen,
    rows_shown,
    tally,
)
from backend.exchange.reading import MOST_BYTES, MOST_ROWS
from backend.exchange.tables import TABLES
from backend.organisations.policy import ACTS
from backend.organisations.queries import own_lists, scope_paths
from backend.rota.policy import rota_is_over
from backend.web.components import Chip, Chips
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.leaving import exports_context
from backend.web.coordinator.paging import PAGE, query_href, turned
from backend.web.coordinator.spreadsheets import (
    LOG,
    ChosenTable,
    file_of,
    organisation_of,
    part_of,
)
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import refused

ROTAS = 8


class FileForm(forms.Form):
    """A file, or what was copied out of a spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
    )
    pasted = forms.CharField(
        label=gettext_lazy("或者从表格里复制，粘贴到这里"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "wrap": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("file") and not (data.get("pasted") or "").strip() and not self.errors:
            self.add_error("file", _("请选一个文件，或者粘贴几行"))
        return data

    def sent(self) -> tuple[bytes, str]:
        """The file and its name; "" of what was pasted."""
        file = self.cleaned_data["file"]
        if file:
            return file.read(), str(file.name)
        return self.cleaned_data["pasted"].encode(), ""


@coordinator
def exchange(request: CoordinatorRequest) -> HttpResponse:
    acts = bool(scope_paths(request.user, ACTS))
    plain = [ChosenTable(table, None) for table in TABLES.values() if not table.of_rota]
    context = {**_log(request), **_rotas(request), "parts": plain * acts}
    context |= exports_context(request)
    return render(request, "coordinator/exchange.html", context)


@coordinator
def exchange_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list of imports alone, for a page that has been told of one."""
    return render(request, "coordinator/_exchange_log.html", _log(request))


@coordinator
def exchange_rotas_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list of rotas alone, for a page that has been told of one."""
    return render(request, "coordinator/_exchange_rotas.html", _rotas(request))


def _rotas(request: CoordinatorRequest) -> dict[str, Any]:
    return {
        "of_rotas": _of_rotas(request),
        "streams": _streams(request),
        "rotas_url": reverse("coordinator:exchange_rotas_fragment"),
    }


def _streams(request: CoordinatorRequest) -> str:
    return " ".join([f"user.{request.user.pk}", *own_lists(request.user)])


def _of_rotas(request: CoordinatorRequest) -> list[ChosenTable]:
    """The newest rotas to which she may add. One statement."""
    now = clock.now()
    rows = access.rotas_seen(request.user).order_by("-starts_on", "organisation__path", "pk")
    hers = [
        rota
        for rota in rows[: 4 * ROTAS]
        if access.adds_to(request.user, rota) and not rota_is_over(rota, now)
    ]
    return [ChosenTable(TABLES["sessions"], rota) for rota in hers[:ROTAS]]


def _log(request: CoordinatorRequest) -> dict[str, Any]:
    """Two statements."""
    rows = imports_seen(request.user)[:LOG]
    return {
        "place": "exchange",
        "imports": [(row, TABLES[row.table].name, row.made_by == request.user) for row in rows],
        "streams": _streams(request),
        "here": reverse("coordinator:exchange_fragment"),
        "kept_days": KEPT_DAYS,
    }


# --- files that leave -----------------------------------------------------------------------------
@coordinator
def import_template(request: CoordinatorRequest) -> HttpResponse:
    part = part_of(request)
    data = template(part.table, part.table.choices(part.context(request)))
    return file_of(data, XLSX, _("模板 %(name)s") % {"name": part.name}, "xlsx")


# --- files that come in ---------------------------------------------------------------------------
@coordinator
def new_import(request: CoordinatorRequest) -> HttpResponse:
    """?table= and ?rota= name the table. GET shows the form; POST keeps the file for a worker."""
    part = part_of(request)
    form = FileForm(filled_in(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data, name = form.sent()
        try:
            batch = upload(
                table=part.table.code,
                rota=part.rota,
                organisation=organisation_of(request, part),
                data=data,
                file_name=name,
                language=get_language() or "",
                actor=request.user,
                now=clock.now(),
            )
            return see_other("coordinator:import", batch.pk)
        except Refusal as refusal:
            form.add_error("file", refused(refusal, you=False))
    context = {
        "place": "exchange",
        "part": part,
        "form": form,
        "columns": [column for column in part.table.columns if not column.told],
        "most_megabytes": MOST_BYTES // 2**20,
        "most_rows": MOST_ROWS,
        "kept_days": KEPT_DAYS,
    }
    status = 422 if form.errors else 200
    return render(request, "coordinator/new_import.html", context, status=status)


def _import(request: CoordinatorRequest, pk: int) -> Import:
    """Raises Http404: what somebody sent is hers alone."""
    batch = import_of(request.user, pk)
    if batch is None:
        raise Http404(f"import {pk}")
    return batch


@coordinator
def imported(request: CoordinatorRequest, pk: int) -> HttpResponse:
    return render(request, "coordinator/import.html", _about(request, pk))


@coordinator
def import_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """All of it but the frame, for a page that has been told how far it is."""
    return render(request, "coordinator/_import.html", _about(request, pk))


def _about(request: CoordinatorRequest, pk: int) -> dict[str, Any]:
    """?show= an outcome, ?page=. Six statements, however many rows."""
    batch = _import(request, pk)
    show = "".join({request.GET.get("show", "")} & set(Outcome.values))
    counts = tally(batch)
    total = counts.by_outcome.get(show, counts.total * (not show))
    page = turned(request, total)
    here = reverse("coordinator:import", args=[pk])
    query = query_href("", show=show)
    return {
        "place": "exchange",
        "import": batch,
        "part": ChosenTable(TABLES[batch.table], batch.rota),
        "table": TABLES[batch.table],
        "tally": counts,
        "numbers": _numbers(counts, here, show),
        "columns": columns_of(batch),
        "rows": rows_shown(batch, show, page.start, PAGE),
        "pager": page.pager(query_href(here, show=show) + "page={page}"),
        "stream": f"user.{batch.made_by_id}",
        "here": reverse("coordinator:import_fragment", args=[pk]) + query + f"page={page.number}",
        "kept_days": KEPT_DAYS,
        "wrong": counts.by_outcome.get(Outcome.WRONG, 0),
    }


def _numbers(counts: Any, here: str, show: str) -> Chips:
    """What becomes of the rows, each a filter."""
    chips = [Chip(label=f"{_('全部')} {counts.total}", href=here, on=not show)]
    for outcome in (Outcome.WRONG, Outcome.ADDED, Outcome.CHANGED, Outcome.SAME):
        label = f"{OUTCOMES[outcome]} {counts.by_outcome.get(outcome, 0)}"
        href = f"{here}?show={outcome}"
        chips.append(Chip(label=label, href=href, on=show == outcome))
    return Chips(label=_("会怎样"), chips=chips)


OUTCOMES = {
    Outcome.WRONG: gettext_lazy("要改"),
    Outcome.ADDED: gettext_lazy("新增"),
    Outcome.CHANGED: gettext_lazy("修改"),
    Outcome.SAME: gettext_lazy("跳过"),
}


@coordinator
@require_POST
def confirm(request: CoordinatorRequest, pk: int) -> HttpResponse:
    batch = _import(request, pk)
    if TABLES[batch.table].promise and request.POST.get("promise") != "on":
        messages.warning(request, _("请先勾上按钮上面的那一句"))
        return see_other("coordinator:import", pk)
    with refusals_said(request, you=False):
        confirm_import(batch_id=pk, actor=request.user, now=clock.now())
    return see_other("coordinator:import", pk)


@coordinator
@require_POST
def drop(request: CoordinatorRequest, pk: int) -> HttpResponse:
    _import(request, pk)
    with refusals_said(request, you=False) as tried:
        drop_import(batch_id=pk, actor=request.user, now=clock.now())
        messages.success(request, _("没有导入，传上来的内容已经删掉"))
    if tried.refused:
        return see_other("coordinator:import", pk)
    return see_other("coordinator:exchange")


@coordinator
def import_problems(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The rows to put right as a workbook: the same cells, the wrong ones marked, and a column that
    says why."""
    batch = _import(request, pk)
    rows = rows_shown(batch, Outcome.WRONG, 0, MOST_ROWS)
    if batch.table and TABLES[batch.table].personal:
        note(request.user, "export", f"import:{pk}", f"{len(rows)} rows to put right")
    data = problems(columns_of(batch), rows)
    return file_of(data, XLSX, _("要改的行 %(name)s") % {"name": TABLES[batch.table].name}, "xlsx")
