"""What a volunteer was told."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from backend.notifications.recipients import Addressee
from backend.volunteers.models import Volunteer
from backend.web.inbox import choose, inbox_context, see
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer

SIDE = "volunteer"


@for_volunteer
def messages(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET /v/messages/"""
    context = inbox_context(request, SIDE, Addressee(volunteer=volunteer.pk))
    context |= {"audience": SIDE, "organisation_name": volunteer.organisation.name}
    return render(request, "inbox/phone.html", context)


@for_volunteer
def messages_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The list alone."""
    context = inbox_context(request, SIDE, Addressee(volunteer=volunteer.pk))
    return render(request, "inbox/_letters.html", context)


@require_POST
@for_volunteer
def seen(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    return see(request, SIDE, Addressee(volunteer=volunteer.pk))


@for_volunteer
def message_choices(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    return choose(request, SIDE, Addressee(volunteer=volunteer.pk))
