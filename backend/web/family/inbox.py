"""What a family was told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from backend.families.models import Family
from backend.notifications.recipients import Addressee
from backend.web.family.guard import for_family
from backend.web.inbox import choose, inbox_context, see

SIDE = "family"


@for_family
def messages(request: HttpRequest, family: Family) -> HttpResponse:
    """GET /f/messages/"""
    context = inbox_context(request, SIDE, Addressee(family=family.pk)) | {"audience": SIDE}
    return render(request, "inbox/phone.html", context)


@for_family
def messages_fragment(request: HttpRequest, family: Family) -> HttpResponse:
    """The list alone."""
    context = inbox_context(request, SIDE, Addressee(family=family.pk))
    return render(request, "inbox/_letters.html", context)


@require_POST
@for_family
def seen(request: HttpRequest, family: Family) -> HttpResponse:
    return see(request, SIDE, Addressee(family=family.pk))


@for_family
def message_choices(request: HttpRequest, family: Family) -> HttpResponse:
    return choose(request, SIDE, Addressee(family=family.pk))
