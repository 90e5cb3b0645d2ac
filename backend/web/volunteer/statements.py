"""服务记录单: what she asked an organisation to give her in writing, and asking for one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.accounts.access import note
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import DayField
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.organisations.queries import contact_of, these
from backend.proofs.models import Statement
from backend.proofs.operations import drop_statement, request_statement
from backend.proofs.queries import issuers_of, statements_of
from backend.volunteers.models import Volunteer
from backend.web.found_field import FoundField
from backend.web.methods import filled_in
from backend.web.organisation_field import OrganisationField
from backend.web.own_fields import own
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.statements import as_file, shown
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer


class RequestForm(forms.Form):
    organisation = OrganisationField(label=gettext_lazy("哪个妇联来开"))
    first_day = DayField(label=gettext_lazy("从哪天"))
    last_day = DayField(label=gettext_lazy("到哪天"))

    def __init__(self, *args: Any, issuers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own(self, "organisation", FoundField).among(these(issuers))


@for_volunteer
def statements(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET lists them with the form of a new one; POST asks."""
    given = filled_in(request)
    form = _form(volunteer, given)
    if form and form.is_bound and form.is_valid() and _ask(request, volunteer, form):
        return see_other("volunteer:statements")
    context = _list(volunteer) | {
        **_asking(volunteer, form),
        "contact": contact_of(volunteer.organisation),
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "volunteer/statements.html", context, status=status)


@for_volunteer
def statements_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The list alone."""
    return render(request, "volunteer/_statements.html", _list(volunteer))


@for_volunteer
def ask_statement_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The form of a new one alone, for a page that was opened before there was one."""
    context = _asking(volunteer, _form(volunteer, None))
    return render(request, "volunteer/_ask_statement.html", context)


@for_volunteer
def statement_file(
    request: VolunteerRequest, volunteer: Volunteer, statement_id: int
) -> HttpResponse:
    """Her PDF."""
    row = Statement.objects.filter(pk=statement_id, volunteer=volunteer).first()
    if row is None or row.pdf is None:
        raise Http404(f"statement {statement_id}")
    note(request.user, "export", f"statement:{row.pk}")
    return as_file(row)


@require_POST
@for_volunteer
def drop(request: VolunteerRequest, volunteer: Volunteer, statement_id: int) -> HttpResponse:
    """She does not need it after all."""
    if not Statement.objects.filter(pk=statement_id, volunteer=volunteer).exists():
        raise Http404(f"statement {statement_id}")
    with refusals_said(request):
        drop_statement(statement_id=statement_id, actor=request.user, now=clock.now())
        messages.success(request, _("收回了，不开了"))
    return see_other("volunteer:statements")


def _ask(request: VolunteerRequest, volunteer: Volunteer, form: RequestForm) -> bool:
    try:
        request_statement(
            volunteer_id=volunteer.pk, actor=request.user, now=clock.now(), **form.cleaned_data
        )
    except Refusal as refusal:
        form.add_error(None, words.refused(refusal))
        return False
    messages.success(request, _("交上去了。开好了告诉你，在这里下载"))
    return True


def _form(volunteer: Volunteer, given: QueryDict | None) -> RequestForm | None:
    """None while nobody has recorded hours of hers."""
    issuers = issuers_of(volunteer.pk)
    if not issuers:
        return None
    return RequestForm(given, issuers=issuers, initial=_usual(volunteer, issuers))


def _asking(volunteer: Volunteer, form: RequestForm | None) -> dict[str, Any]:
    return {
        "form": form,
        "volunteer_stream": f"volunteer.{volunteer.pk}",
        "ask_url": reverse("volunteer:ask_statement_fragment"),
    }


def _usual(volunteer: Volunteer, issuers: list[Organisation]) -> dict[str, Any]:
    """This year so far, of her own organisation; of the one farthest below where hers recorded
    nothing."""
    today = local_day(clock.now())
    own = [row.pk for row in issuers if row.pk == volunteer.organisation_id]
    below = [row.pk for row in issuers[-1:]]
    return {
        "organisation": next(iter(own + below), None),
        "first_day": date(today.year, 1, 1),
        "last_day": today,
    }


def _list(volunteer: Volunteer) -> dict[str, Any]:
    """One statement, however many there are."""
    return {
        "rows": [shown(row) for row in statements_of(volunteer.pk)],
        "volunteer_stream": f"volunteer.{volunteer.pk}",
        "here": reverse("volunteer:statements_fragment"),
    }
