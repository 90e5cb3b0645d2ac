"""Asking one line of the register as one role, and nothing stays of it."""

from __future__ import annotations

from django.db import transaction
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.web.doors.line import Line
from tests.again import show_again
from tests.city import Scene


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
        show_again(client, user)
    return client


def address(line: Line, scene: Scene) -> str:
    return reverse(line.name, kwargs=line.arguments(scene.rows))


def ask(client: Client, method: str, where: str) -> int:
    """The status; what was done is undone."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        status = getattr(client, method)(where).status_code
        transaction.set_rollback(True)
    client.cookies = cookies
    return int(status)
