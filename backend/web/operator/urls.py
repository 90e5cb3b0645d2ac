"""Pages of an operator: what runs and how it is."""

from __future__ import annotations

from django.urls import path

from backend.web.methods import read
from backend.web.operator import status

app_name = "operator"
urlpatterns = [path("", read(status.status), name="status")]
