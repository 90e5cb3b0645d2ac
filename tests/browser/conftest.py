"""A real browser on a real server. Without Chromium or a Chinese font these tests are skipped, saying what is missing."""
from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, "rules": {"target-size": {"enabled": True}}}
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if missing := chromium.missing():
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=ARGUMENTS)
        yield browser
        browser.close()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[str]:
    """The pages over HTTP, in a thread of this process; for pages that read no database beyond the position of the log."""
    with override_settings(DEMO=True), patch("backend.live.position.newest", return_value=0):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.set_app(get_wsgi_application())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def guide() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a page as one reader sees it. It fails the test on a request to another host, a script error or a CSP refusal."""
    complaints: list[str] = []
    contexts = []

    def open_it(address: str, *, width: int = 390, height: int = 844, theme: str = "light", text: str = "md", script: bool = True, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=script, **more
        )
        contexts.append(context)
        host = "/".join(address.split("/")[:3])
        context.add_cookies([{"name": "theme", "value": theme, "url": host}, {"name": "text", "value": text, "url": host}])
        page = context.new_page()
        page.on("request", lambda r: complaints.append(f"left the host: {r.url}") if not r.url.startswith((host, "data:", host.replace("http", "ws"))) else None)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("console", lambda m: complaints.append(f"console: {m.text}") if m.type == "error" else None)
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA, one line each with the element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async (rules) => (await axe.run(document, JSON.parse(rules))).violations", json.dumps(RULES))
    return [f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for v in found for node in v["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
