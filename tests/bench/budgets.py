"""What pages cost in a browser: the field's measures of a page (LCP, CLS, INP, TBT), bytes and
requests, on a processor that is slowed down as a phone's would be.

Source of the measures and of how they are taken: https://web.dev/articles/vitals and the browser's
own entries (`PerformanceObserver`); times are the page's, bytes are gzipped bodies.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Response

SLOWER = 4  # times; what Lighthouse calls a mid-tier phone
SETTLES = 1_500  # milliseconds in which what comes late has come
ACTS = 8  # of which the slowest counts, as INP does below fifty
SCROLLED = 4_000  # pixels
CHIPS = ".board-chip, .board-more"
WATCH = """(() => {
  const seen = window.seen = { lcp: 0, cls: 0, blocked: 0, slowest: 0, frames: [] };
  const watch = (type, note, more) => new PerformanceObserver(
    (list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
  watch('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime; });
  watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  watch('longtask', (entry) => { seen.blocked += entry.duration - 50; });
  watch('event', (entry) => {
    if (entry.interactionId) seen.slowest = Math.max(seen.slowest, entry.duration);
  }, { durationThreshold: 16 });
})()"""
FRAMES = """() => {
  let last = performance.now();
  const frame = (now) => {
    seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""


@dataclass
class Weight:
    """Of the first view: gzipped bytes by kind of resource, and the number of requests."""

    requests: int = 0
    packed: dict[str, int] = field(default_factory=dict)

    def add(self, answer: Response) -> None:
        self.requests += 1
        kind = answer.request.resource_type
        if answer.ok and answer.status != 204:
            size = len(gzip.compress(answer.body(), 6))
            self.packed[kind] = self.packed.get(kind, 0) + size

    def kilobytes(self, *kinds: str) -> float:
        return sum(self.packed.get(kind, 0) for kind in kinds) / 1024


@dataclass(frozen=True)
class Seen:
    """A page as a browser saw it. lcp, inp, tbt: milliseconds; cls: a share; frame: the longest of
    95 of 100 frames of a scroll, in milliseconds; kilobytes gzipped."""

    status: int
    lcp: float
    cls: float
    tbt: float
    inp: float
    frame: float
    html: float
    script: float
    style: float
    picture: float
    font: float
    requests: int


def seen(browser: Browser, url: str, cookie: Mapping[str, str] | None, **options: Any) -> Seen:
    """One page, opened by somebody who has never been there, then touched and scrolled."""
    # A worker would fetch what the page does not show, and answer instead of the server.
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", service_workers="block", **options
    )
    if cookie:
        context.add_cookies([dict(cookie)])  # type: ignore[list-item]
    context.add_init_script(WATCH)
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one))
    speed = context.new_cdp_session(page)
    speed.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    answer = page.goto(url)
    assert answer is not None, url
    page.wait_for_timeout(SETTLES)
    first = page.evaluate("({...seen})")
    weight = Weight()
    for one in answers:
        weight.add(one)
    touch(page)
    scroll(page, speed)
    after = page.evaluate("({...seen})")
    frames = after["frames"]
    context.close()
    return Seen(
        status=answer.status,
        lcp=first["lcp"],
        cls=first["cls"],
        tbt=first["blocked"],
        inp=after["slowest"],
        frame=quantiles(frames, n=20)[-1] if len(frames) > 1 else 0.0,
        html=weight.kilobytes("document", "fetch", "xhr"),
        script=weight.kilobytes("script"),
        style=weight.kilobytes("stylesheet"),
        picture=weight.kilobytes("image"),
        font=weight.kilobytes("font"),
        requests=weight.requests,
    )


def touch(page: Page) -> None:
    """What a page answers by itself, without leaving it: a key from stop to stop, something that
    opens, and on the board the arrows and a panel."""
    for _ in range(ACTS):
        page.keyboard.press("Tab")
    opens = page.locator("main summary:visible").first
    if opens.count():
        opens.click()
    chip = page.locator(CHIPS).first
    if chip.count():
        chip.focus()
        for _ in range(ACTS):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.wait_for_timeout(SETTLES)


def scroll(page: Page, speed: CDPSession) -> None:
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(FRAMES)
    far = min(SCROLLED, page.evaluate("document.documentElement.scrollHeight - innerHeight"))
    speed.send(
        "Input.synthesizeScrollGesture",
        {"x": 180, "y": 300, "yDistance": -max(far, 1), "speed": 2_000},
    )
