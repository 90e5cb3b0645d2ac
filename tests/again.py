"""Somebody who has shown a moment ago that it is she (backend/web/public/again.py)."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from backend.accounts.models import User
from backend.common import clock
from backend.web.public.again import SHOWN


def show_again(client: Client, user: User) -> None:
    """For as long as a test takes."""
    session = client.session
    session[SHOWN] = [user.pk, (clock.now() + timedelta(days=1)).timestamp()]
    session.save()
