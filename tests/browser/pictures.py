"""The pictures of the tutorials, taken from the pages of a demo platform.

    make pictures        writes docs/tutorial/pictures/*.png, a few seconds after the platform is up

The platform is a throw-away one; the people on the pictures are the demo city's invented ones.
Names begin with the role.
"""

from __future__ import annotations

import base64
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright

os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"
django.setup()

from backend.launcher.folders import CHECKOUT
from tests.browser import chromium
from tests.browser.fixtures import ARGUMENTS, DESKTOP, PHONE
from tests.running import Platform

FOLDER = CHECKOUT / "docs" / "tutorial" / "pictures"
LIMIT = 120_000  # bytes of one picture
PIXELS = """async (png) => {
    const read = await fetch('data:image/png;base64,' + png);
    const image = await createImageBitmap(await read.blob());
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const bytes = pen.getImageData(0, 0, image.width, image.height).data;
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768)
        text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return [image.width, image.height, btoa(text)];
}"""


class Camera:
    """Takes pictures of a platform's pages; `too_large` names those above the limit."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.darkroom = browser.new_page()
        self.too_large: list[str] = []

    @contextmanager
    def visit(self, person: str, **screen: object) -> Iterator[Page]:
        """A page of a new reader: one of the demo's people, or nobody."""
        context = self.browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.url, **screen
        )
        page = context.new_page()
        if person:
            page.goto(f"/demo/{person}/")
            page.locator("main form button").first.click()
            page.wait_for_load_state()
        yield page
        context.close()

    def take(self, page: Page, name: str, path: str = "") -> None:
        if path:
            page.goto(path)
        page.wait_for_load_state()
        png = few_colours(*self._pixels(page.screenshot()))
        Path(FOLDER, f"{name}.png").write_bytes(png)
        print(f"  {name:<24}{len(png) / 1000:6.0f} kB", flush=True)
        self.too_large += [name] if len(png) > LIMIT else []

    def _pixels(self, png: bytes) -> tuple[int, int, NDArray[np.uint8]]:
        """Width, height and one row (red, green, blue) for each pixel; the browser reads its own
        file best."""
        width, height, text = self.darkroom.evaluate(PIXELS, base64.b64encode(png).decode())
        return width, height, np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, 4)[:, :3]


def few_colours(width: int, height: int, pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of at most 256 colours: the most frequent of each hue first, then the most frequent;
    others are drawn in the nearest."""
    codes = pixels.astype(np.int32) @ np.array([65536, 256, 1])
    seen, places, times = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([seen >> 16, seen >> 8 & 255, seen & 255], axis=1)
    ranked = colours[np.argsort(-times)]
    _hues, first = np.unique(ranked // 16 @ np.array([256, 16, 1]), return_index=True)
    chosen = np.sort(first)[:200]
    palette = np.concatenate([ranked[chosen], np.delete(ranked, chosen, axis=0)])[:256]
    nearest = np.concatenate(
        [
            ((part[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
            for part in np.array_split(colours, len(colours) // 2000 + 1)
        ]
    )
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = nearest[places].reshape(height, width)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def volunteer(camera: Camera) -> None:
    with camera.visit("volunteer", **PHONE) as page:
        camera.take(page, "volunteer-find", "/v/")
        page.locator(".shift-card").first.evaluate(
            "card => scrollTo(0, card.getBoundingClientRect().top - 150)"
        )
        camera.take(page, "volunteer-open-shift")
        camera.take(page, "volunteer-me", "/v/me/")
        page.goto("/v/mine/")
        coming = page.locator("#assignments .shift-card[data-state=mine]")
        before = coming.count()
        page.get_by_role("button", name="我能去").first.click()
        coming.nth(before).wait_for()
        camera.take(page, "volunteer-mine")


def family(camera: Camera) -> None:
    with camera.visit("family", **PHONE) as page:
        camera.take(page, "family-book", "/f/")
        page.locator(".shift-card-title a").first.click()
        page.locator(".submit-bar").wait_for()
        camera.take(page, "family-session")
        page.goto("/f/bookings/")
        page.locator(".shift-card-title a").first.click()
        page.locator(".ticket").wait_for()
        camera.take(page, "family-ticket")
        camera.take(page, "family-requests", "/f/requests/")


def coordinator(camera: Camera) -> None:
    with camera.visit("county", **DESKTOP) as page:
        page.goto("/c/rotas/")
        page.locator("a", has_text="草稿").click()
        page.locator("body[data-live-state=on]").wait_for()
        page.get_by_role("button", name="自动排班").click()
        page.wait_for_function(
            "() => (document.querySelector('#run [data-field=placed]') || {}).textContent > '0' "
            "|| document.querySelector('#run a')"
        )
        camera.take(page, "coordinator-run")
        page.get_by_role("link", name="看方案").click(timeout=90_000)
        page.locator("details.hole summary").first.click()
        camera.take(page, "coordinator-proposal")
        page.on("dialog", lambda question: question.accept())
        page.locator("[data-submit-once][data-confirm] button").click()
        page.locator("#answers").wait_for(timeout=60_000)
        camera.take(page, "coordinator-answers")
        page.goto("/c/rotas/")
        page.locator(".link-list a", has_text="已发布").first.click()
        page.get_by_role("link", name="按志愿者").click()
        page.locator(".board-chip[data-state=offered]").first.click()
        page.locator("#pick .why-panel-other").first.wait_for()
        camera.take(page, "coordinator-board")
        camera.take(page, "coordinator-today", "/c/")
        for path in [
            gap.get_attribute("href") for gap in page.locator(".link-list a", has_text="缺").all()
        ]:
            page.goto(path or "")
            if page.get_by_role("button", name="问问她们").count():
                break
        camera.take(page, "coordinator-ask")


def operator(camera: Camera) -> None:
    with camera.visit("", **DESKTOP) as page:
        camera.take(page, "front-door", "/")
    with camera.visit("operator", **DESKTOP) as page:
        camera.take(page, "operator-status", "/o/")


def main() -> int:
    if reason := chromium.missing():
        print(f"No pictures were taken: {reason}.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="moli-pictures-") as folder,
        sync_playwright() as playwright,
    ):
        platform = Platform(
            os.environ["DATABASE_URL"], os.environ["REDIS_URL"], "pictures", Path(folder)
        )
        try:
            platform.manage("load_fuzhou", "--scale", "county", "--seed", "1")
            camera = Camera(
                playwright.chromium.launch(executable_path=chromium.executable(), args=ARGUMENTS),
                platform.url,
            )
            for role in (volunteer, family, coordinator, operator):
                role(camera)
        finally:
            platform.stop()
    if camera.too_large:
        print(f"Larger than {LIMIT // 1000} kB: {', '.join(camera.too_large)}", file=sys.stderr)
    return bool(camera.too_large)


if __name__ == "__main__":
    sys.exit(main())
