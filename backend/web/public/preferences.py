"""Text size, theme and language: cookies, so that they hold before signing in too, and kept with
whoever is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from backend.accounts.models import User
from backend.accounts.operations import PREFERENCES, keep_preferences
from backend.web.middleware import PreferencesMiddleware
from backend.web.see_other import own_path, see_other

YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Takes any of text, theme, language; answers with the page that the reader came from (204 to a
    script)."""
    choices = {**PreferencesMiddleware.CHOICES, "language": tuple(dict(settings.LANGUAGES))}
    given = {name: request.POST[name] for name in choices if name in request.POST}
    if not given or any(value not in choices[name] for name, value in given.items()):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        keep_preferences(user=request.user, chosen=given)
    response = (
        HttpResponse(status=204) if request.headers.get("X-Quiet") else see_other(back_to(request))
    )
    set_cookies(response, given)
    return response


def set_cookies(response: HttpResponse, chosen: Mapping[str, str]) -> None:
    for name, value in chosen.items():
        cookie = settings.LANGUAGE_COOKIE_NAME if name == "language" else name
        response.set_cookie(
            cookie, value, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS
        )


def wear(response: HttpResponse, user: User) -> None:
    """Give this browser what the person chose elsewhere."""
    set_cookies(response, {name: getattr(user, field) for name, field in PREFERENCES.items()})


def back_to(request: HttpRequest) -> str:
    return own_path(request.POST.get("back", "/"), "/")
