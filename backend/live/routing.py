"""The one address of the sockets."""

from __future__ import annotations

from django.urls import path

from backend.live.consumer import LiveConsumer

websocket_urlpatterns = [path("live/", LiveConsumer.as_asgi())]
