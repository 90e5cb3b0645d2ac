"""No word stands on the flower: what lies behind words is one colour, in every size and theme."""

from __future__ import annotations

import pytest

from backend.common import clock
from backend.common.clock import local_day
from tests.bookings.room import make_families, make_room
from tests.browser.conftest import Look
from tests.browser.fixtures import OpenPage
from tests.factories import make_rota
from tests.running import Platform

# Words of the hero that lie on the visible picture with nothing of their own behind them.
ON_THE_FLOWER = """() => {
  const hero = document.querySelector('.hero'), art = hero.querySelector('.hero-art img');
  if (!art.checkVisibility()) return [];
  const picture = art.getBoundingClientRect(), box = hero.getBoundingClientRect();
  const covered = (node) => {
    for (let one = node; one && one !== hero; one = one.parentElement)
      if (!['rgba(0, 0, 0, 0)', 'transparent'].includes(getComputedStyle(one).backgroundColor))
        return true;
    return false;
  };
  const found = [], walker = document.createTreeWalker(hero, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, range = document.createRange();
    if (!node.data.trim() || !node.parentElement.checkVisibility() || covered(node.parentElement))
      continue;
    range.selectNodeContents(node);
    for (const word of range.getClientRects())
      if (word.width > 1 && word.right > picture.left + 1
          && word.top < Math.min(picture.bottom, box.bottom))
        found.push(node.data.trim());
  }
  return found;
}"""
SIZES = [(width, text) for width in (320, 390, 480) for text in ("md", "lg", "xl", "xxl")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_word_of_the_guide_stands_on_the_flower(look: Look, theme: str) -> None:
    found = {}
    for width, text in SIZES:
        page = look("styleguide/mock/family/", width=width, text=text, theme=theme)
        if words := page.evaluate(ON_THE_FLOWER):
            found[width, text] = words
        page.close()
    assert found == {}


def test_the_flower_is_there_where_it_has_room(look: Look) -> None:
    page = look("styleguide/mock/family/")
    assert page.locator(".hero-art img").is_visible()


def test_no_word_of_a_familys_pages_stands_on_the_flower(
    platform: Platform, open_page: OpenPage
) -> None:
    with platform.data():
        rota = make_rota(starts_on=clock.monday_of(local_day(clock.now())))
        session = make_room(rota=rota, title="抓一抓、捏一捏、听一听、唱一唱")
        (family,) = make_families(1, children=["2025-03", "2025-04"])
    found = {}
    for width, text in SIZES:
        page = open_page(user=family.user, viewport={"width": width, "height": 844})
        page.context.add_cookies([{"name": "text", "value": text, "url": platform.url}])
        for path in ("/f/", f"/f/sessions/{session.pk}/"):
            page.goto(path)
            if words := page.evaluate(ON_THE_FLOWER):
                found[width, text, path] = words
        page.close()
    assert found == {}
