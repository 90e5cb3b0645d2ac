"""What the federation does with children's data, for whoever wants to know before agreeing."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.families.policy import CONSENT_TEXT, YOUNGEST_YEARS
from backend.organisations.queries import officers


def children(request: HttpRequest) -> HttpResponse:
    """GET: the notice, its six items and whom to turn to."""
    context = {
        "version": CONSENT_TEXT,
        "officers": [(str(m.user), m.organisation.name) for m in officers()],
        "years": YOUNGEST_YEARS,
        "kept": settings.CHILD_KEPT_MONTHS,
    }
    return render(request, "public/children.html", context)
