"""Signing in as one of the demo's own people with one click, and what everybody was sent.

Where DEMO is off these addresses do not exist.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.adapter import note_browser
from backend.accounts.operations import keep_preferences
from backend.demo.people import BY_KEY, user_of
from backend.notifications.channels.file import written
from backend.notifications.queries import letters_waiting
from backend.notifications.ways import number_of
from backend.web.middleware import chosen_here
from backend.web.public.preferences import wear
from backend.web.see_other import see_other

SHOWN = 100  # messages
BACKEND = "backend.accounts.backends.NameBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def demo_sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the button (a link alone signs nobody in), POST signs in and leads to the front
    door."""
    if not settings.DEMO or key not in BY_KEY:
        raise Http404
    person = BY_KEY[key]
    user = user_of(person)
    if request.method != "POST" or user is None:
        return render(request, "public/demo.html", {"person": person, "loaded": user is not None})
    login(request, user, backend=BACKEND)
    note_browser(request, user)
    here = {name: value for name, value in chosen_here(request).items() if name in request.COOKIES}
    keep_preferences(user=user, chosen=here)  # who read English at the front door goes on in it
    response = see_other("home")
    wear(response, user)
    return response


@require_safe
def demo_messages(request: HttpRequest) -> HttpResponse:
    """What would have left the house, the newest first; _messages.html alone when the page asks
    itself again."""
    if not settings.DEMO:
        raise Http404
    alone = request.headers.get("HX-Request")
    template = "public/_messages.html" if alone else "public/messages.html"
    sent = [
        {**line, "at": datetime.fromisoformat(line["at"])}
        for line in written(settings.MESSAGES_FOLDER, SHOWN)
    ]
    waits = letters_waiting()
    first = waits.select_related("volunteer", "family", "user")[:SHOWN]
    context = {
        "sent": sent,
        "waits": [(letter, number_of(letter)) for letter in first],
        "many": waits.count(),
    }
    return render(request, template, context)
