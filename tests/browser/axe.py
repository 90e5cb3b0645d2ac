"""What axe-core and a ruler say about a page:

`assert violations(page) == []`, `assert overflow(page) == 0`.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}
TEXTS = ("md", "lg", "xl", "xxl")


def violations(page: Page) -> list[str]:
    """What breaks WCAG 2.2 A or AA, one line each: the rule, the element, the reason."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async (rules) => (await axe.run(document, rules)).violations", RULES)
    return [
        f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in found
        for node in v["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page, or anything fixed above it, is wider than its window, once the
    letters are those that stay."""
    return int(
        page.evaluate(
            """async () => {
                await document.fonts.ready;
                const room = document.documentElement.clientWidth;
                const above = [...document.querySelectorAll('#toasts, #toasts *')];
                const edges = above.flatMap((e) => {
                    const { left, right } = e.getBoundingClientRect();
                    return [right - room, -left];
                });
                return Math.ceil(Math.max(document.documentElement.scrollWidth - room, ...edges));
            }"""
        )
    )


def spilled(page: Page) -> list[str]:
    """Texts that may not break and are wider than the box that they stand in: they lie over what is
    beside it."""
    found: list[str] = page.evaluate(
        """async () => {
            await document.fonts.ready;
            return [...document.querySelectorAll('.nowrap')].filter((text) => {
                const box = text.parentElement.getBoundingClientRect();
                return text.getBoundingClientRect().right > box.right + 1;
            }).map((text) => text.textContent.trim());
        }"""
    )
    return found


def touching(page: Page) -> list[str]:
    """Sentences that stand less than six pixels above or below a button of their block."""
    found: list[str] = page.evaluate(
        """async () => {
            await document.fonts.ready;
            const seen = (e) => e.checkVisibility() && e.getClientRects().length;
            const buttons = [...document.querySelectorAll('main .button')].filter(seen);
            const lines = [...document.querySelectorAll('main p, main dd')].filter(
                (e) => seen(e) && e.textContent.trim() && !e.querySelector('.button, p'));
            return lines.flatMap((line) => buttons.filter((button) => {
                const a = line.getBoundingClientRect(), b = button.getBoundingClientRect();
                const beside = a.right <= b.left || b.right <= a.left;
                const gap = Math.max(b.top - a.bottom, a.top - b.bottom);
                return !beside && !button.contains(line) && gap > -6 && gap < 6;
            }).map((button) =>
                `${line.textContent.trim().slice(0, 24)} | ${button.textContent.trim()}`));
        }"""
    )
    return found


def wear(page: Page, theme: str, text: str) -> None:
    """Show the page in a theme (light, dark, auto) and a text size (md, lg, xl, xxl), with every
    transition at its end."""
    page.evaluate(
        """([theme, text]) => {
            Object.assign(document.documentElement.dataset, { theme, text });
            document.getAnimations().forEach((change) => change.finish());
        }""",
        [theme, text],
    )
