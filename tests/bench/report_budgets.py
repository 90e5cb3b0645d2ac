"""`make budgets` (ARGS: small, county or full): the platform's own processes with the demo at that
scale, and its main pages in a browser; writes docs/reference/budgets.md.

Bytes, requests and shifts are the same each time; milliseconds are this machine's, slowed down.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.budgets import SLOWER, Seen, seen
from tests.bench.rig import ROOT, machine

if TYPE_CHECKING:
    from tests.running import Platform

PAGE = ROOT / "docs" / "reference" / "budgets.md"
TIMES = 3  # of each page; the middle one counts
ON_A_PHONE = ("nobody", "volunteer", "family")
# what no page should exceed: milliseconds, a share, kB gzipped, requests
PHONE = {
    "lcp": 2_000,
    "cls": 0.05,
    "tbt": 150,
    "inp": 150,
    "frame": 33,
    "html": 20,
    "script": 18,
    "style": 8,
    "picture": 60,
    "requests": 8,
}
DESK = PHONE | {
    "lcp": 2_500,
    "tbt": 300,
    "inp": 200,
    "html": 25,
    "script": 40,
    "style": 12,
    "requests": 12,
}
TITLES = {
    "lcp": "LCP ms",
    "cls": "CLS",
    "tbt": "TBT ms",
    "inp": "INP ms",
    "frame": "frame ms",
    "html": "HTML kB",
    "script": "JS kB",
    "style": "CSS kB",
    "picture": "pictures kB",
    "requests": "requests",
}
DIGITS = {"cls": 3, "html": 1, "script": 1, "style": 1, "picture": 1}
HEAD = """# What pages cost in a browser

Written by `make budgets ARGS={scale}`: {people:,} volunteers, the platform's own processes,
Chromium with its processor {slower} times slower. {where}.
Each page is opened {times} times by somebody who was never there; the middle one counts.

LCP: when the largest thing was painted. CLS: how far things jumped. TBT: how long the page could
not answer. INP: its slowest answer to a key, a tap and, on the board, arrows and a panel. Frame: 95
of 100 frames of a scroll were shorter. kB are gzipped. **Bold** is over its budget. Milliseconds
are this machine's; bytes, requests and shifts are the same each time.
"""


@dataclass(frozen=True)
class Row:
    who: str
    name: str
    seen: Seen


def middle(times: list[Seen]) -> Seen:
    return Seen(**{f.name: median(getattr(one, f.name) for one in times) for f in fields(Seen)})


def said(value: float, most: float, key: str) -> str:
    text = f"{value:,.{DIGITS.get(key, 0)}f}"
    return f"**{text}**" if value > most else text


def table(rows: list[Row], budget: dict[str, float]) -> Iterator[str]:
    yield "| who | page | " + " | ".join(TITLES.values()) + " |"
    yield "| --- | --- |" + " ---: |" * len(TITLES)
    yield "| | budget | " + " | ".join(f"{budget[key]:,}" for key in TITLES) + " |"
    for row in rows:
        figures = (said(getattr(row.seen, key), budget[key], key) for key in TITLES)
        yield f"| {row.who} | {row.name} | " + " | ".join(figures) + " |"


def page(rows: list[Row], scale: str, people: int, where: str) -> str:
    head = HEAD.format(
        scale=scale,
        people=people,
        slower=SLOWER,
        where=where,
        times=TIMES,
    )
    phone = [row for row in rows if row.who in ON_A_PHONE]
    desk = [row for row in rows if row.who not in ON_A_PHONE]
    parts = [head, "## On a phone", "", *table(phone, PHONE), ""]
    return "\n".join([*parts, "## On the desk", "", *table(desk, DESK), ""])


def rows(platform: Platform) -> Iterator[Row]:
    """Every page of `tests.bench.pages`, as a browser sees it; fragments of pages are none."""
    from playwright.sync_api import sync_playwright

    from backend.demo.people import BY_KEY, user_of
    from tests.bench.pages import FRAGMENTS, pages
    from tests.browser import chromium
    from tests.browser.fixtures import ARGUMENTS, DESKTOP
    from tests.browser.fixtures import PHONE as PHONE_SCREEN

    wanted = [page for page in pages() if page[2] not in FRAGMENTS]
    users = {who: user_of(BY_KEY[who]) for who, _, _ in wanted if who != "nobody"}
    cookies = {who: platform.cookie_of(user) for who, user in users.items() if user}
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=ARGUMENTS)
        for who, path, name in wanted:
            screen = PHONE_SCREEN if who in ON_A_PHONE else DESKTOP
            url = f"{platform.url.rstrip('/')}{path}"
            times = [seen(browser, url, cookies.get(who), **screen) for _ in range(TIMES)]
            assert times[0].status == 200, url
            print(who, name, flush=True)
            yield Row(who, name, middle(times))
        browser.close()


def main(scale: str = "full") -> None:
    # Not at the head: a test reads the budgets above, and what it starts later would be a demo.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    os.environ.setdefault("DEMO", "True")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from backend.volunteers.models import Volunteer
    from tests.running import Platform

    where = machine()
    with tempfile.TemporaryDirectory(prefix="moli-budgets-") as folder:
        platform = Platform(
            os.environ["DATABASE_URL"], os.environ["REDIS_URL"], "budgets", Path(folder)
        )
        try:
            platform.manage("load_fuzhou", "--scale", scale, "--verbosity", "0")
            found = list(rows(platform))
            people = Volunteer.objects.count()
        finally:
            platform.stop()
    PAGE.write_text(page(found, scale, people, where), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
