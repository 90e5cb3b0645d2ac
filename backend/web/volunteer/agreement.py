"""志愿者须知: the version that holds for her, and what she agreed to when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import key
from backend.volunteers.agreements import agreements_of, next_version_for, version_for
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import agree
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer


@for_volunteer
def agreement(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET shows the text and what she agreed to. POST field `version`: she agrees to it."""
    now = clock.now()
    if request.method == "POST":
        version = key(request.POST.get("version")) or 0
        with refusals_said(request) as tried:
            agree(volunteer_id=volunteer.pk, version_id=version, actor=request.user, now=now)
            messages.success(request, _("记下了，谢谢你。可以接班了"))
        return see_other("volunteer:agreement" if tried.refused else "volunteer:find")
    today = local_day(now)
    context = {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "held": version_for(volunteer.pk, today),
        "later": next_version_for(volunteer.pk, today),
        "agreed": agreements_of(volunteer.pk),
    }
    return render(request, "volunteer/agreement.html", context)
