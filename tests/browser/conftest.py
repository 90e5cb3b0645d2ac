"""The style guide in a browser, without the platform:

`guide` is its address, `look(path, …)` opens one of its pages.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.fixtures import stop_clock, strange_host

Look = Callable[..., Page]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def guide() -> Iterator[str]:
    """The pages over HTTP, in a thread of this process; for pages that read no database beyond the
    position of the log."""
    with override_settings(DEMO=True), patch("backend.live.position.newest", return_value=0):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.set_app(get_wsgi_application())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


def is_fault(said: ConsoleMessage) -> bool:
    """An error that the page made; a status that a test itself answers with is none."""
    return said.type == "error" and "the server responded with a status of" not in said.text


@pytest.fixture
def look(browser: Browser, guide: str) -> Iterator[Look]:
    """Opens a page as one reader sees it; `still` stops its clock, so that nothing on it goes while
    a busy machine looks.

    The test fails on a request to another host, a script error or a CSP refusal.
    """
    faults: list[str] = []
    contexts = []

    def look(
        path: str,
        *,
        width: int = 390,
        height: int = 844,
        theme: str = "light",
        text: str = "md",
        still: bool = False,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",  # what a test answers in a server's place is asked of it
            **options,
        )
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "theme", "value": theme, "url": guide},
                {"name": "text", "value": text, "url": guide},
            ]
        )
        context.on("request", lambda asked: faults.extend(strange_host(asked, guide)))
        context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
        context.on(
            "console",
            lambda said: faults.append(f"console: {said.text}") if is_fault(said) else None,
        )
        page = context.new_page()
        if still:
            stop_clock(page)
        page.goto(f"{guide}/{path}")
        return page

    yield look
    for context in contexts:
        context.close()
    assert not faults, faults
