"""项目: the list, a new one, one with its book, changed and closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.common import clock
from backend.common.fields import DayField, LineField, said
from backend.common.refusal import Refusal
from backend.organisations.policy import ACTS
from backend.organisations.queries import can_coordinate, own_lists, scope_paths
from backend.programmes.models import Programme
from backend.programmes.queries import all_programmes
from backend.projects.models import Project
from backend.projects.operations import (
    ProjectMoved,
    ProjectValues,
    change_project,
    close_project,
    open_project,
    reopen_project,
)
from backend.projects.operations.projects import MOST_YUAN
from backend.projects.queries import (
    book_of,
    kept_by_hers,
    listed,
    project_seen,
    project_to_change,
    projects_seen,
)
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import query_href, searched, turned
from backend.web.found_field import FoundField
from backend.web.methods import filled_in
from backend.web.organisation_field import OrganisationField
from backend.web.own_fields import own
from backend.web.see_other import see_other
from backend.words import refused


class ValuesForm(forms.Form):
    """What a coordinator says of a project."""

    name = LineField(label=gettext_lazy("叫什么"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("哪一种"), choices=said(Project.Kind.choices))
    programmes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("属于哪些品牌"),
        queryset=Programme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    incubated = forms.BooleanField(label=gettext_lazy("孵化基地的项目"), required=False)
    summary = LineField(label=gettext_lazy("做什么"), max_length=200, required=False)
    budget_yuan = forms.IntegerField(
        label=gettext_lazy("预算（元）"),
        min_value=0,
        max_value=MOST_YUAN,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    starts_on = DayField(label=gettext_lazy("从哪天开始"))
    ends_on = DayField(label=gettext_lazy("打算到哪天"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = own(self, "programmes", forms.ModelChoiceField)
        programmes.queryset = all_programmes()

    def values(self) -> ProjectValues:
        said = self.cleaned_data
        return ProjectValues(
            name=said["name"],
            kind=said["kind"],
            programmes=tuple(said["programmes"]),
            summary=said["summary"] or "",
            incubated=said["incubated"],
            budget_yuan=said["budget_yuan"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
        )


class NewForm(ValuesForm):
    organisation = OrganisationField(label=gettext_lazy("哪个妇联的"))
    field_order = ["organisation"]


class ChangeForm(ValuesForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@coordinator
def projects(request: CoordinatorRequest) -> HttpResponse:
    """?q= finds by the name of the project or of a partner."""
    return render(request, "coordinator/projects.html", _list(request))


@coordinator
def projects_fragment(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/_projects.html", _list(request))


def _list(request: CoordinatorRequest) -> dict[str, Any]:
    text = searched(request)
    rows = listed(projects_seen(request.user), text)
    total = rows.count()
    page = turned(request, total)
    href = query_href(reverse("coordinator:projects"), q=text) + "page={page}"
    here = query_href(reverse("coordinator:projects_fragment"), q=text) + f"page={page}"
    return {
        "place": "projects",
        "rows": page.of(rows),
        "total": total,
        "text": text,
        "acts": bool(scope_paths(request.user, ACTS)),
        "pager": page.pager(href),
        "streams": " ".join(own_lists(request.user)),
        "here": here.replace("{{", "{").replace("}}", "}"),
    }


@coordinator
def new_project(request: CoordinatorRequest) -> HttpResponse:
    """GET asks what it is; POST writes it down and leads to it."""
    if not scope_paths(request.user, ACTS):
        raise PermissionDenied
    hers = kept_by_hers(request.user)
    form = NewForm(filled_in(request), initial={"organisation": hers.order_by("path").first()})
    own(form, "organisation", FoundField).among(hers)
    if request.method == "POST" and form.is_valid():
        try:
            row = open_project(
                organisation=form.cleaned_data["organisation"],
                values=form.values(),
                actor=request.user,
                now=clock.now(),
            )
            messages.success(request, _("建好了，接着写合作单位、收支和受益的人"))
            return see_other("coordinator:project", row.pk)
        except Refusal as refusal:
            form.add_error(refusal.facts["field"], refused(refusal, you=False))
    context = {"place": "projects", "form": form, "project": None}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/project_form.html", context, status=status)


@coordinator
def project(request: CoordinatorRequest, pk: int) -> HttpResponse:
    return render(request, "coordinator/project.html", _one(request, pk))


@coordinator
def project_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    return render(request, "coordinator/_project.html", _one(request, pk))


def _one(request: CoordinatorRequest, pk: int) -> dict[str, Any]:
    row = project_seen(request.user, pk)
    book = book_of(row)
    acts = can_coordinate(request.user, row.organisation)
    return {
        "place": "projects",
        "project": row,
        "book": book,
        "readable": access.sessions_readable(request.user, [one.pk for one in book.sessions]),
        "acts": acts,
        "enters": acts and not row.is_closed,
        "streams": " ".join(own_lists(request.user)),
    }


@coordinator
def edit_project(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """A form that was filled in from an older version shows what stands now beside what she
    typed."""
    row = project_to_change(request.user, pk)
    form = ChangeForm(filled_in(request), initial=_initial(row))
    newer = None
    if request.method == "POST" and form.is_valid():
        try:
            change_project(
                project_id=pk,
                version=form.cleaned_data["version"],
                values=form.values(),
                actor=request.user,
                now=clock.now(),
            )
            messages.success(request, _("改好了"))
            return see_other("coordinator:project", pk)
        except ProjectMoved as refusal:
            newer = row
            again = request.POST.copy()
            again["version"] = str(row.version)
            form = ChangeForm(again)
            form.add_error(None, refused(refusal, you=False))
        except Refusal as refusal:
            form.add_error(refusal.facts.get("field"), refused(refusal, you=False))
    context = {"place": "projects", "form": form, "project": row, "newer": newer}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/project_form.html", context, status=status)


def _initial(row: Project) -> dict[str, Any]:
    fields = ("name", "kind", "incubated", "summary", "budget_yuan", "starts_on", "ends_on")
    found: dict[str, Any] = {name: getattr(row, name) for name in (*fields, "version")}
    found["programmes"] = list(row.programmes.all())
    return found


@coordinator
@require_POST
def close(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """`open`: it is opened again, because it was closed too early."""
    project_to_change(request.user, pk)
    if request.POST.get("open"):
        reopen_project(project_id=pk, actor=request.user, now=clock.now())
        messages.success(request, _("又打开了，可以接着记"))
    else:
        close_project(project_id=pk, actor=request.user, now=clock.now())
        messages.success(request, _("结项了，不能再记，要记请再打开"))
    return see_other("coordinator:project", pk)
