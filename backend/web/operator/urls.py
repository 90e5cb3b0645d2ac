"""Pages of an operator: what runs and how it is, and what could not be sent."""

from __future__ import annotations

from django.urls import path

from backend.web.methods import read
from backend.web.operator import messages, status

app_name = "operator"
urlpatterns = [
    path("", read(status.status), name="status"),
    path("messages/", read(messages.messages), name="messages"),
    path("messages/settle/", messages.settle, name="settle_messages"),
]
