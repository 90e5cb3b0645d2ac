"""Pages that need no sign-in."""
from __future__ import annotations

from django.urls import path

from backend.web.public import home

urlpatterns = [
    path("", home.home, name="home"),
]
