"""The fixtures that other tests stand on."""

from __future__ import annotations

import os
import signal

import httpx
import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from tests.browser.fixtures import PHONE, OpenPage
from tests.databases import database_of, with_database
from tests.factories import make_user
from tests.running import Platform


def test_what_a_test_writes_the_platform_sees(platform: Platform) -> None:
    with platform.data():
        make_user(username="alice")
    assert "alice" in platform.manage(
        "shell", "-c", "from backend.accounts.models import User; print(User.objects.get())"
    )


def test_each_test_finds_the_platform_empty(platform: Platform) -> None:
    with platform.data():
        assert not User.objects.exists()


@pytest.mark.django_db
def test_an_ordinary_test_does_not_see_the_platforms_rows(running_platform: Platform) -> None:
    with running_platform.data():
        make_user(username="there")
    assert not User.objects.exists()


def test_a_killed_web_process_is_back_and_who_connects_meanwhile_waits(platform: Platform) -> None:
    (before,) = platform.pids("web")
    os.kill(before, signal.SIGKILL)
    answer = httpx.get(platform.url + "/", timeout=20)
    assert answer.status_code == 200
    assert platform.pids("web") != [before]


def test_each_part_runs(platform: Platform) -> None:
    for part in ("web", "relay", "worker", "sender", "solver-1", "beat"):
        assert len(platform.pids(part)) == 1, part


def test_a_phone_sees_the_front_door(phone: Page) -> None:
    phone.goto("/")
    expect(phone.locator("body")).to_contain_text("茉莉")


def test_a_page_can_be_signed_in(open_page: OpenPage, platform: Platform) -> None:
    with platform.data():
        admin = make_user(username="root", is_staff=True, is_superuser=True)
    page = open_page(user=admin, **PHONE)
    answer = page.goto("/admin/")
    assert answer is not None and answer.status == 200


@pytest.mark.parametrize(
    "url, other",
    [
        (
            "postgresql://moli@/moli?host=/moli/run&port=5432",
            "postgresql://moli@/new?host=/moli/run&port=5432",
        ),
        ("postgresql://u:p@db:5432/moli", "postgresql://u:p@db:5432/new"),
    ],
)
def test_another_database_of_the_same_server(url: str, other: str) -> None:
    assert with_database(url, "new") == other
    assert database_of(other) == "new"
