"""强制报告, as the officer for children's information reads them; nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from backend.accounts.access import note
from backend.accounts.models import User
from backend.harm.operations import is_as_written, seen_in
from backend.harm.queries import beside, is_officer, report_for, reports_for
from backend.rota.models import Session
from backend.web.components import Pagination
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.words.harm import SIGNS, WHOM

A_PAGE = 30


def officer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """403 for every other role."""

    @wraps(view)
    def inside(request: CoordinatorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_officer(request.user):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    return coordinator(inside)


@officer
def harm_reports(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/harm_reports.html", _list(request))


@officer
def harm_reports_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list alone, for a page that has been told of a change."""
    return render(request, "coordinator/_harm_reports.html", _list(request))


@officer
def harm_report(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """One, opened; each look is written down."""
    row = report_for(request.user, pk)
    note(request.user, "read", f"harm:{row.pk}")
    seen = seen_in(row)
    session = Session.objects.select_related("engagement").filter(pk=row.session_id).first()
    context = {
        "place": "account",
        "row": row,
        "session": session,
        "who": User.objects.filter(pk=row.made_by_id).first(),
        "signs": [SIGNS[sign] for sign in seen.signs if sign in SIGNS],
        "said": seen.said,
        "whom": [(WHOM[key], value) for key, value in seen.whom.items() if key in WHOM],
        "whole": is_as_written(row),
        "beside": beside(row),
    }
    return render(request, "coordinator/harm_report.html", context)


def _list(request: CoordinatorRequest) -> dict[str, Any]:
    page = Paginator(reports_for(request.user), A_PAGE).get_page(request.GET.get("page"))
    return {
        "place": "account",
        "rows": page,
        "pages": Pagination.of(page, "?page={page}"),
        "streams": f"user.{request.user.pk}",
    }
