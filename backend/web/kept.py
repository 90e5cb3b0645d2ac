"""Pages that a phone may keep and show without network (static/js/worker.js): whose they are goes
with them, so that nobody is shown what was kept for somebody else; and when a session ends, the
phone is told to keep nothing (docs/decisions/0034-kept-pages.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.common.sealing import blind_index
from backend.web.assets import asset

Handler = Callable[[HttpRequest], HttpResponse]
A_WEEK = timedelta(days=7)
OWNER = 16  # characters: enough to tell two people of one phone apart, and tells nobody who


def kept(request: HttpRequest, response: HttpResponse, length: timedelta = A_WEEK) -> HttpResponse:
    """The page, which her phone may keep for so long. One with a question in its address is not
    kept."""
    if request.method == "GET" and not request.GET:
        owner = blind_index(str(request.user.pk), "page.owner").hex()[:OWNER]
        response.headers["X-Kept-For"] = owner
        response.headers["X-Kept-Seconds"] = str(max(0, int(length.total_seconds())))
    return response


class NothingKeptMiddleware:
    """Whoever signs out leaves nothing on the phone: what was kept goes with the session."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ended = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if ended is not None and not ended.value:
            response.headers["Clear-Site-Data"] = '"storage"'
        return response


def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps them; asked again each time, so that a new one comes with the next
    page."""
    response = HttpResponse(asset("worker.js").plain, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def offline(request: HttpRequest) -> HttpResponse:
    """What is shown instead of a page that was not kept. It knows nothing of the reader."""
    return render(request, "offline.html")


def manifest(request: HttpRequest) -> HttpResponse:
    """How a phone shows it among its own programs."""
    said = {
        "name": _("茉莉排班"),
        "short_name": _("茉莉"),
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#FFFFFF",
        "theme_color": "#FFFFFF",
        "icons": [
            {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": static(f"img/moli-{size}.png"), "sizes": f"{size}x{size}"}
                | {"type": "image/png", "purpose": "any maskable"}
                for size in (192, 512)
            ),
        ],
    }
    response = JsonResponse(said, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response
