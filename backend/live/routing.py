"""The addresses that open a socket."""
from __future__ import annotations

from django.urls import URLPattern

websocket_urlpatterns: list[URLPattern] = []
