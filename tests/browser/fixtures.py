"""Browser fixtures: `browser`, `open_page`, `phone`, `desktop`. See tests/README.md."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from backend.accounts.models import User
from backend.launcher.folders import CHECKOUT
from tests.browser import chromium
from tests.running import Platform

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PICTURES = CHECKOUT / "build" / "browser"  # of pages whose test failed
STOPPED_AT = datetime(2027, 3, 1, 1, tzinfo=UTC)
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium.

    For one module only: while it runs, asyncio.run() is impossible in this process.
    """
    reason = chromium.missing()
    if reason:
        pytest.skip(reason)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # Playwright's loop runs in this thread; the test itself is not async
    )
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium.executable(), args=ARGUMENTS
            )
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(
    browser: Browser, platform: Platform, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """`open_page(user=…, **PHONE | **DESKTOP | any context option)`: a page of a new context,
    signed in as the user.

    Afterwards the test fails if any page had a script error or asked another host for anything.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(*, user: User | None = None, **options: Any) -> Page:
        defaults: dict[str, Any] = {
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "base_url": platform.url,
        }
        context = browser.new_context(**defaults | options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on(
            "request",
            lambda asked: faults.extend(strange_host(asked, options.get("base_url", platform.url))),
        )
        context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
        if user:
            with platform.data():
                context.add_cookies([platform.cookie_of(user)])  # type: ignore[list-item]
        return context.new_page()

    yield open_page
    if failed(request):
        take_pictures(contexts, request.node.nodeid)
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A visitor's phone, 390 × 844."""
    return open_page(**PHONE)


@pytest.fixture
def desktop(open_page: OpenPage) -> Page:
    """A visitor's desktop, 1440 × 900."""
    return open_page(**DESKTOP)


def stop_clock(page: Page) -> None:
    """Before the page is opened: its time stands, and moves only by `page.clock.run_for(…)`."""
    # An hour before, because the clock runs until the second line has come through.
    page.clock.install(time=STOPPED_AT - timedelta(hours=1))
    page.clock.pause_at(STOPPED_AT)


def strange_host(request: Request, url: str) -> list[str]:
    parts = urlsplit(request.url)
    own = parts.scheme in ("data", "blob", "about") or parts.netloc == urlsplit(url).netloc
    return [] if own else [f"asked another host: {request.url}"]


def failed(request: pytest.FixtureRequest) -> bool:
    report = getattr(request.node, "report_of_call", None)
    return report is not None and report.failed


def take_pictures(contexts: list[BrowserContext], name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        safe = re.sub(r"[^\w.-]+", "_", name)[-120:]
        page.screenshot(path=Path(PICTURES, f"{safe}-{number}.png"), full_page=True)
