"""The style guide and the mock pages hold WCAG 2.2 AA in light, dark and every text size, and fit
the smallest phone."""

from __future__ import annotations

import pytest

from tests.browser.axe import TEXTS, overflow, violations, wear
from tests.browser.conftest import Look

PHONE_PAGES = (
    "accounts/login/",
    "styleguide/phone/",
    "styleguide/mock/volunteer/",
    "styleguide/mock/family/",
    "styleguide/mock/ticket/",
)
DESKTOP_PAGES = ("styleguide/desktop/", "styleguide/mock/coordinator/")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "width"), [*((p, 390) for p in PHONE_PAGES), *((p, 1440) for p in DESKTOP_PAGES)]
)
def test_axe_finds_nothing(look: Look, path: str, width: int, theme: str) -> None:
    page = look(path, width=width, height=900)
    found = []
    for text in TEXTS:
        wear(page, theme, text)
        found += [f"{text} {line}" for line in violations(page)]
    assert found == []


@pytest.mark.parametrize("path", [*PHONE_PAGES, *DESKTOP_PAGES])
def test_320_pixels_are_enough(look: Look, path: str) -> None:
    page = look(path, width=320, height=640)
    wide = {}
    for text in TEXTS:
        wear(page, "light", text)
        wide[text] = overflow(page)
    assert wide == dict.fromkeys(TEXTS, 0)


def test_the_system_setting_turns_the_page_dark(look: Look) -> None:
    page = look("styleguide/phone/", theme="auto", color_scheme="dark")
    assert (
        page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(23, 19, 28)"
    )


@pytest.mark.parametrize(("text", "pixels"), [("md", 17), ("lg", 21), ("xl", 24), ("xxl", 30)])
def test_four_text_sizes(look: Look, text: str, pixels: int) -> None:
    page = look("styleguide/mock/volunteer/", text=text)
    assert page.evaluate("() => getComputedStyle(document.body).fontSize") == f"{pixels}px"
    heights = page.evaluate(
        "() => [...document.querySelectorAll('.ask-card .button, .shift-card .button')].map(e => "
        "e.offsetHeight / devicePixelRatio)"
    )
    assert min(heights) >= (44 if text == "md" else 60)
