"""What somebody was told: one list for each side of the house, and the bell that counts what is
new."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from backend.accounts.models import User
from backend.common import clock
from backend.common.reading import whole_number
from backend.notifications.audiences import Person
from backend.notifications.operations import see_messages
from backend.notifications.queries import SIDES, inbox_of, unread
from backend.web.components import Pagination
from backend.web.see_other import see_other

A_PAGE = 20


def inbox_context(request: HttpRequest, side: str, person: Person) -> dict[str, Any]:
    """The list; `new` when there is something that she has not seen, `upto` the newest of it."""
    asked = request.GET.get("page", "")
    letters = Paginator(inbox_of(person), A_PAGE).get_page(asked)
    rows = list(letters)
    new = [letter.pk for letter in rows if letter.seen_at is None]
    return {
        "letters": rows,
        "upto": max(new, default=0),
        "inbox_stream": f"inbox.{request.user.pk}",
        "inbox_url": f"{reverse(f'{side}:messages_fragment')}?page={letters.number}",
        "seen_url": reverse(f"{side}:messages_seen"),
        "pages": Pagination(
            page=letters.number, pages=letters.paginator.num_pages, href="?page={page}"
        ),
    }


def see(request: HttpRequest, side: str, person: Person) -> HttpResponse:
    """POST upto: she has seen them."""
    assert isinstance(request.user, User)
    upto = whole_number(request.POST.get("upto"), low=1)
    if upto is not None:
        see_messages(person=person, upto=upto, actor=request.user, now=clock.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return see_other(f"{side}:messages")


def bell_context(side: str, user_id: int) -> dict[str, Any]:
    return {
        "unread": unread(side, user_id),
        "stream": f"inbox.{user_id}",
        "address": reverse("bell", args=[side]),
        "messages_url": reverse(f"{side}:messages"),
    }


@login_required
def bell(request: HttpRequest, side: str) -> HttpResponse:
    """The bell alone, fetched again when something comes or is seen."""
    if side not in SIDES:
        raise Http404(side)
    return render(request, "inbox/_bell.html", bell_context(side, request.user.pk or 0))
