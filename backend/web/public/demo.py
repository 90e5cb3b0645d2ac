"""Signing in as one of the demo's own people with one click.

Where DEMO is off these addresses do not exist.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from backend.demo.people import BY_KEY, user_of
from backend.web.public.preferences import wear

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
    response = redirect("home")
    wear(response, user)
    return response
