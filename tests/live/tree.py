"""A page as a tree, compared as a reader sees it: without tokens that are new on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
NEW_ON_EVERY_PAGE = ("csrfmiddlewaretoken", "idempotency_key")  # hidden fields
# attributes that are masked anew on every page, or say when it was made
OF_ITS_MAKING = ("data-live-since", "hx-headers:inherited", "data-csrf-token")


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """It and all elements below it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """One line an element or text, attributes in order: for comparing and for showing a
        difference.

        Without the head.
        """
        if self.tag == "head":
            return
        shown = {
            name: value for name, value in self.attributes.items() if name not in OF_ITS_MAKING
        }
        if shown.get("name") in NEW_ON_EVERY_PAGE:
            shown["value"] = "…"
        facts = [f"{name}={value!r}" for name, value in sorted(shown.items())]
        yield "  " * depth + f"<{' '.join([self.tag, *facts])}>"
        for child in self.children:
            if isinstance(child, Node):
                yield from child.lines(depth + 1)
            elif text := " ".join(child.split()):
                yield "  " * (depth + 1) + text


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("#page")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    return builder.root
