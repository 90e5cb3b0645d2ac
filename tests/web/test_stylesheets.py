"""The style sheets: small, flat, readable in light and dark."""
from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from backend.web.stylesheets import CSS, SHEETS, address, sheet

STATIC = settings.ROOT / "frontend_templates" / "static"
TEXT_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3", "rose-600", "cinnabar-700") for ground in ("surface", "bg", "surface-2")),
    ("rose-600", "rose-50"), ("rose-700", "rose-50"), ("on-accent", "rose-600"), ("leaf-700", "leaf-50"), ("leaf-700", "surface"),
    ("amber-700", "amber-50"), ("amber-700", "surface"), ("cinnabar-700", "cinnabar-50"), ("sky-700", "sky-50"), ("sky-700", "surface"),
    ("night-ink", "night"), ("night-accent", "night"), ("ink-2", "line-2"),
]  # fmt: skip


def block(selector: str) -> dict[str, str]:
    """The custom properties that one rule of tokens.css sets."""
    text = (CSS / "tokens.css").read_text("utf-8")
    found = re.search(re.escape(selector) + r"\s*\{(.*?)\n\s*\}", text, re.DOTALL)
    assert found
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", found.group(1)))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "limit"), [("phone", 8 * 1024), ("desktop", 12 * 1024)])
def test_a_sheet_keeps_its_budget(name: str, limit: int) -> None:
    _, packed, _ = sheet(name)
    assert len(packed) <= limit


def test_scripts_keep_their_budget() -> None:
    sizes = {p.name: len(gzip.compress(p.read_bytes(), 9)) for p in [*STATIC.glob("js/*.js"), *STATIC.glob("vendor/*.js")]}
    assert sizes["live.js"] <= 1536
    assert sizes["live.js"] + sizes["ui.js"] + sizes["htmx-4.0.1.min.js"] <= 18 * 1024


@pytest.mark.parametrize("name", ["phone", "desktop"])
def test_style_is_flat(name: str) -> None:
    text = sheet(name)[0].decode()
    assert not re.search(r"@container|color-mix|:has\(|@import|url\(", text)
    depth = deepest = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    assert (depth, deepest) == (0, 2)  # two only inside @media


def test_dark_by_switch_and_by_system_are_the_same() -> None:
    assert block(":root[data-theme=dark]") == block("  :root[data-theme=auto]")
    assert block(":root[data-theme=dark]").keys() <= block(":root").keys()


@pytest.mark.parametrize("theme", [":root", ":root[data-theme=dark]"])
def test_text_can_be_read(theme: str) -> None:
    colours = block(":root") | block(theme)
    low = {f"{ink} on {ground}": round(c, 2) for ink, ground in TEXT_ON_GROUND if (c := contrast(colours[ink], colours[ground])) < 4.5}
    assert low == {}
    assert contrast(colours["field"], colours["surface"]) >= 3


def test_every_style_file_is_in_a_sheet() -> None:
    used = {part for parts in SHEETS.values() for part in parts}
    assert {str(p.relative_to(CSS).with_suffix("")) for p in CSS.rglob("*.css")} == used


@pytest.mark.django_db
def test_a_sheet_is_kept_for_ever_under_the_name_of_its_content(client: Client) -> None:
    fresh = client.get(address("phone"), headers={"accept-encoding": "gzip"})
    assert fresh.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(fresh.content) == sheet("phone")[0]
    old = client.get(reverse("stylesheet", args=["phone", "0" * 12]))
    assert (old.content, old.headers["Cache-Control"]) == (sheet("phone")[0], "no-cache")
    assert client.get(reverse("stylesheet", args=["unknown", "0" * 12])).status_code == 404
