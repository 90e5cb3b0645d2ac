"""The front door: sends each person to her own side of the house."""
from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("茉莉排班")
