"""The style guide and the mock pages hold WCAG 2.2 AA in light, dark and every text size, and fit
the smallest phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import TEXTS, overflow, violations, wear
from tests.browser.conftest import Look

PHONE_PAGES = (
    "accounts/login/",
    "styleguide/phone/",
    "styleguide/mock/volunteer/",
    "styleguide/mock/family/",
    "styleguide/mock/ticket/",
)
DESKTOP_PAGES = ("styleguide/desktop/",)
# a page, where its last line stands, how wide it is
LAST = (
    ("styleguide/mock/ticket/", ".phone", 390),
    ("styleguide/mock/family/", ".phone", 390),
    ("styleguide/desktop/", ".app", 1440),
)


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
    page = look(path, width=320, height=640, still=True)
    wide = {}
    for text in TEXTS:
        wear(page, "light", text)
        wide[text] = overflow(page)
    assert wide == dict.fromkeys(TEXTS, 0)


@pytest.mark.parametrize("text", TEXTS)
def test_a_toast_fits_before_and_after_its_first_second(look: Look, text: str) -> None:
    page = look("styleguide/phone/", width=320, height=640, text=text, still=True)
    toast = page.locator("[data-toast]")
    expect(toast.get_by_role("button", name="关闭")).to_be_visible()
    before = toast.bounding_box()
    page.clock.run_for(1_500)
    assert overflow(page) == 0
    assert toast.bounding_box() == before
    toast.get_by_role("button", name="关闭").click()
    expect(toast).to_have_count(0)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("path", "last", "width"), LAST)
def test_what_a_toast_covers_can_be_scrolled_out_from_under_it(
    look: Look, path: str, last: str, width: int, text: str
) -> None:
    page = look(path, width=width, height=640, text=text, still=True)
    page.evaluate(
        """(last) => {
            document.getElementById('toasts').innerHTML =
                '<div class="toast" data-toast="10"><span>约好了</span></div>';
            document.querySelector(last).insertAdjacentHTML('beforeend', '<p id="last">x</p>');
            scrollTo(0, document.documentElement.scrollHeight);
        }""",
        last,
    )
    under, toast = (page.locator(one).bounding_box() for one in ("#last", "#toasts .toast"))
    assert under is not None and toast is not None
    assert under["y"] + under["height"] <= toast["y"]


@pytest.mark.parametrize(("text", "width", "lines"), [("md", 390, 1), ("xxl", 320, 2)])
def test_the_ways_of_a_toast_stand_beside_its_words_or_under_them(
    look: Look, text: str, width: int, lines: int
) -> None:
    page = look("styleguide/phone/", width=width, text=text, still=True)
    words = page.locator(".toast-words").bounding_box()
    ways = page.locator(".toast-ways").bounding_box()
    assert words is not None and ways is not None
    assert (1 if ways["y"] < words["y"] + words["height"] else 2) == lines


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
