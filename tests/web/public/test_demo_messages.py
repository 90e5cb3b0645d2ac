"""Whoever tries the demo sees what would have been sent to whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from backend.notifications.channels.file import FileChannel
from backend.notifications.models import Delivery
from tests.factories import NOW, at, make_volunteer
from tests.notifications.post import tell
from tests.notifications.test_telling import asked

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = reverse("demo_messages")


def test_messages_are_shown_the_newest_first_and_what_waits_for_the_morning(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DEMO = True
    settings.MESSAGES_FOLDER = tmp_path
    assert "还没有发过" in client.get(ADDRESS).content.decode()
    asked()
    tell(FileChannel(tmp_path), now=NOW)
    asked(2)
    tell(FileChannel(tmp_path), now=at("2026-11-28 22:00"))
    page = client.get(ADDRESS).content.decode()
    first, second = Delivery.objects.order_by("pk")
    assert first.volunteer is not None and second.volunteer is not None
    sent = page.index(first.volunteer.number)
    waits = page.index(second.volunteer.number)
    assert waits < sent
    assert "还没发的 1 条" in page and "11 月 29 日 周日 8:00 发" in page
    alone = client.get(ADDRESS, headers={"HX-Request": "true"}).content.decode()
    assert alone.lstrip().startswith('<div class="inbox" id="sent"')


def test_where_people_are_real_there_is_no_such_page(client: Client) -> None:
    make_volunteer()
    assert client.get(ADDRESS).status_code == 404
