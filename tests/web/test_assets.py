"""What a page fetches: small, flat, kept for ever; and colours that can be read."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.web.assets import FILES, SHEETS, STATIC, asset

CSS = STATIC / "css"
TEXT_ON_GROUND = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-2", "ink-3", "rose-600", "cinnabar-700")
        for ground in ("surface", "bg", "surface-2")
    ),
    ("rose-600", "rose-50"),
    ("rose-700", "rose-50"),
    ("on-accent", "rose-600"),
    ("leaf-700", "leaf-50"),
    ("leaf-700", "surface"),
    ("amber-700", "amber-50"),
    ("amber-700", "surface"),
    ("cinnabar-700", "cinnabar-50"),
    ("sky-700", "sky-50"),
    ("sky-700", "surface"),
    ("night-ink", "night"),
    ("night-accent", "night"),
    ("ink-2", "line-2"),
]


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


@pytest.mark.parametrize(
    ("name", "limit"),
    [("phone", 8 * 1024), ("volunteer", 8 * 1024), ("family", 8 * 1024), ("desktop", 12 * 1024)],
)
def test_a_sheet_keeps_its_budget(name: str, limit: int) -> None:
    assert len(asset(f"{name}.css").packed) <= limit


def test_scripts_keep_their_budget() -> None:
    assert len(asset("page.js").packed) <= 18 * 1024
    assert len(asset("desk.js").packed) <= 40 * 1024
    assert len(gzip.compress((STATIC / "js" / "live.js").read_bytes(), 9)) <= 2048


@pytest.mark.parametrize("name", ["phone", "volunteer", "family", "desktop"])
def test_style_is_flat(name: str) -> None:
    text = asset(f"{name}.css").plain.decode()
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
    low = {
        f"{ink} on {ground}": round(c, 2)
        for ink, ground in TEXT_ON_GROUND
        if (c := contrast(colours[ink], colours[ground])) < 4.5
    }
    assert low == {}
    assert contrast(colours["field"], colours["surface"]) >= 3


def test_every_style_file_ends_with_a_whole_rule() -> None:
    """What is left open would take the first rule of the next file of its sheet along."""
    open_ended = [
        path.name
        for path in CSS.rglob("*.css")
        if not path.read_text("utf-8").rstrip().endswith("}")
    ]
    assert open_ended == []


def test_every_style_file_is_in_a_sheet() -> None:
    used = {part for parts in SHEETS.values() for part in parts}
    assert {str(p.relative_to(CSS).with_suffix("")) for p in CSS.rglob("*.css")} == used


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["phone.css", "page.js", "icons.svg", "marks.svg"])
def test_an_asset_is_kept_for_ever_under_the_name_of_its_content(client: Client, name: str) -> None:
    fresh = client.get(asset(name).address, headers={"accept-encoding": "gzip"})
    assert fresh.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(fresh.content) == asset(name).plain
    old = client.get(asset(name).address.replace(asset(name).digest, "0" * 12))
    assert (old.content, old.headers["Cache-Control"]) == (asset(name).plain, "no-cache")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["unknown", "phone"])
def test_an_unknown_asset_is_not_found(client: Client, name: str) -> None:
    assert client.get(reverse("asset", args=[name, "0" * 12, "js"])).status_code == 404


def test_every_file_of_an_asset_is_there() -> None:
    assert [
        file for files in FILES.values() for file in files if not (STATIC / file).is_file()
    ] == []
