"""Pages of an operator: what runs and how it is."""
from __future__ import annotations

from django.urls import URLPattern

app_name = "operator"
urlpatterns: list[URLPattern] = []
