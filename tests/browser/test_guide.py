"""The style guide and the mock pages hold WCAG 2.2 AA in light, dark and every text size, and fit the smallest phone."""
from __future__ import annotations

import pytest

from tests.browser.conftest import Open, overflow, violations

TEXTS = ("md", "lg", "xl", "xxl")
SET = "([theme, text]) => { document.documentElement.dataset.theme = theme; document.documentElement.dataset.text = text; }"
PHONE_PAGES = ("styleguide/phone/", "styleguide/mock/volunteer/", "styleguide/mock/family/", "styleguide/mock/ticket/")
DESKTOP_PAGES = ("styleguide/desktop/", "styleguide/mock/coordinator/")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("path", "width"), [*((p, 390) for p in PHONE_PAGES), *((p, 1440) for p in DESKTOP_PAGES)])
def test_axe_finds_nothing(open_page: Open, guide: str, path: str, width: int, theme: str) -> None:
    page = open_page(f"{guide}/{path}", width=width, height=900)
    found = []
    for text in TEXTS:
        page.evaluate(SET, [theme, text])
        found += [f"{text} {line}" for line in violations(page)]
    assert found == []


@pytest.mark.parametrize("path", [*PHONE_PAGES, *DESKTOP_PAGES])
def test_320_pixels_are_enough(open_page: Open, guide: str, path: str) -> None:
    page = open_page(f"{guide}/{path}", width=320, height=640)
    wide = {}
    for text in TEXTS:
        page.evaluate(SET, ["light", text])
        wide[text] = overflow(page)
    assert wide == dict.fromkeys(TEXTS, 0)


def test_the_system_setting_turns_the_page_dark(open_page: Open, guide: str) -> None:
    page = open_page(f"{guide}/styleguide/phone/", theme="auto", color_scheme="dark")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(23, 19, 28)"


@pytest.mark.parametrize(("text", "pixels"), [("md", 17), ("lg", 21), ("xl", 24), ("xxl", 30)])
def test_four_text_sizes(open_page: Open, guide: str, text: str, pixels: int) -> None:
    page = open_page(f"{guide}/styleguide/mock/volunteer/", text=text)
    assert page.evaluate("() => getComputedStyle(document.body).fontSize") == f"{pixels}px"
    heights = page.evaluate("() => [...document.querySelectorAll('.ask-card .button, .shift-card .button')].map(e => e.offsetHeight / devicePixelRatio)")
    assert min(heights) >= (44 if text == "md" else 60)
