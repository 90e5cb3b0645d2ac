"""Pages of an operator: what runs and how it is."""

from __future__ import annotations

from django.urls import path

from backend.web.operator import status

app_name = "operator"
urlpatterns = [path("", status.status, name="status")]
