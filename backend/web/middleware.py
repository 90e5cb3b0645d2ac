"""Request id, security headers, and the reader's preferences (text size, theme, language)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation

from backend.common.page_headers import ON_EVERY_PAGE
from backend.common.request_id import request_id

Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """One id travels from the request to the event and the socket frame.

    A proxy may give it; anything odd is replaced.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        token = request_id.set(
            given if re.fullmatch(r"[A-Za-z0-9-]{8,40}", given) else uuid.uuid4().hex
        )
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class SecurityHeadersMiddleware:
    """Around Django's SecurityMiddleware: that one refuses a host that cannot be read by raising
    past its own headers, and the page that says so has the headers of all others."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ON_EVERY_PAGE.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers and not request.path.startswith(
            settings.STATIC_URL
        ):
            response.headers["Cache-Control"] = "no-store"
        return response


class MachineMiddleware:
    """Answers /healthz, /readyz and /metrics whatever the Host says.

    They are asked from inside the network, by an address that is in no list of hosts. None of them
    looks at the Host, at a session or at a user, so what stands further in is not needed.
    """

    PAGES = frozenset({"/healthz", "/readyz", "/metrics"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in self.PAGES:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return answer


class PreferencesMiddleware:
    """Text size, theme and language from cookies, so that a page is right before and without
    signing in."""

    CHOICES = {"text": ("md", "lg", "xl", "xxl"), "theme": ("auto", "light", "dark")}

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name, choices in self.CHOICES.items():
            value = request.COOKIES.get(name, choices[0])
            setattr(request, f"{name}_preference", value if value in choices else choices[0])
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    """The language that she has chosen, as her cookie says."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
    if language in dict(settings.LANGUAGES):
        return language
    return settings.LANGUAGE_CODE


def chosen_here(request: HttpRequest) -> dict[str, str]:
    """Text size, theme and language of this browser, by the names that a page has for them."""
    return {
        "text": request.text_preference,  # type: ignore[attr-defined]
        "theme": request.theme_preference,  # type: ignore[attr-defined]
        "language": request.LANGUAGE_CODE,
    }
