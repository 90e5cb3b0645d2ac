"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    return {
        "demo": settings.DEMO,
        "live_since": getattr(request, "live_since", None),
        "text_preference": getattr(request, "text_preference", "md"),
        "theme_preference": getattr(request, "theme_preference", "auto"),
    }
