"""上报时长: what has not been reported to the national system yet, and the batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access.refusals import NotHers, NotSeen
from backend.accounts.access import note
from backend.common import clock
from backend.common.reading import key
from backend.exchange.files import XLSX, workbook
from backend.exchange.table import Column
from backend.organisations.models import Organisation
from backend.organisations.queries import can_coordinate, coordinated, own_lists
from backend.proofs.models import ReportBatch
from backend.proofs.operations import make_batch, mark_reported, void_batch
from backend.proofs.queries import HEADINGS, batch_to_settle, batches, sheet_of, waiting_in
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import turned
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other

A_PAGE = 30


@coordinator
def reporting(request: CoordinatorRequest) -> HttpResponse:
    """GET lists what waits and the batches; POST makes a batch of `organisation`."""
    if request.method == "POST":
        _make(request)
        return see_other("coordinator:batches")
    return render(request, "coordinator/batches.html", _desk(request))


@coordinator
def reporting_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The lists alone, for a page that has been told of a change."""
    return render(request, "coordinator/_batches.html", _desk(request))


@coordinator
def batch_file(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The batch as a spreadsheet; each download is written down."""
    batch = batch_to_settle(request.user, pk)
    note(request.user, "export", f"batch:{batch.pk}")
    columns = [Column(key=heading, heading=heading, wide=14) for heading in HEADINGS]
    content = workbook(columns, sheet_of(batch), name="时长")
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="hours-{batch.number}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@coordinator
@require_POST
def settle(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """`answer`: reported or void."""
    batch = batch_to_settle(request.user, pk)
    act = SETTLES.get(request.POST.get("answer", ""))
    if act is not None:
        with refusals_said(request, you=False):
            messages.success(request, act(request, batch))
    return see_other("coordinator:batches")


def _reported(request: CoordinatorRequest, batch: ReportBatch) -> str:
    mark_reported(batch_id=batch.pk, actor=request.user, now=clock.now())
    return _("记成已上报了，志愿者看得到")


def _void(request: CoordinatorRequest, batch: ReportBatch) -> str:
    void_batch(batch_id=batch.pk, actor=request.user, now=clock.now())
    return _("作废了，里面的时长回到「还没上报」")


SETTLES: dict[str, Callable[[CoordinatorRequest, ReportBatch], str]] = {
    ReportBatch.State.REPORTED: _reported,
    ReportBatch.State.VOID: _void,
}


def _make(request: CoordinatorRequest) -> None:
    """Raises NotSeen, NotHers."""
    row = Organisation.objects.filter(pk=key(request.POST.get("organisation")) or 0).first()
    if row is None:
        raise NotSeen
    if not can_coordinate(request.user, row):
        raise NotHers
    with refusals_said(request, you=False):
        made = make_batch(organisation=row, actor=request.user, now=clock.now())
        messages.success(request, _("第 %(n)d 批做好了，下载后去报") % {"n": made.number})


def _desk(request: CoordinatorRequest) -> dict[str, Any]:
    """A statement for each organisation that is hers, and two for the batches."""
    rows = batches(request.user)
    page = turned(request, rows.count(), A_PAGE)
    return {
        "place": "hours",
        "waiting": [(row, waiting_in(row)) for row in coordinated(request.user)],
        "rows": page.of(rows),
        "pager": page.pager(),
        "streams": " ".join(own_lists(request.user)),
        "here": f"{reverse('coordinator:batches_fragment')}?page={page.number}",
    }
