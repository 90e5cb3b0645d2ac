"""What a coordinator was told."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from backend.notifications.recipients import Addressee
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.inbox import choose, inbox_context, see

SIDE = "coordinator"


@coordinator
def messages(request: CoordinatorRequest) -> HttpResponse:
    """GET /c/messages/"""
    context = inbox_context(request, SIDE, Addressee(user=request.user.pk)) | {"place": "messages"}
    return render(request, "inbox/desk.html", context)


@coordinator
def messages_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list alone."""
    context = inbox_context(request, SIDE, Addressee(user=request.user.pk))
    return render(request, "inbox/_letters.html", context)


@coordinator
@require_POST
def seen(request: CoordinatorRequest) -> HttpResponse:
    return see(request, SIDE, Addressee(user=request.user.pk))


@coordinator
def message_choices(request: CoordinatorRequest) -> HttpResponse:
    return choose(request, SIDE, Addressee(user=request.user.pk))
