"""Phone pages of a volunteer."""
from __future__ import annotations

from django.urls import URLPattern

app_name = "volunteer"
urlpatterns: list[URLPattern] = []
