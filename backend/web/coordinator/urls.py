"""Desktop pages of a coordinator."""
from __future__ import annotations

from django.urls import URLPattern

app_name = "coordinator"
urlpatterns: list[URLPattern] = []
