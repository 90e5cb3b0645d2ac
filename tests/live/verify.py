"""An open page plus the events of a change is the same as a fresh page.

The page is opened, the change is made, and exactly those fragments that listen to a stream of the
change's events fetch themselves again, as live.js lets them. What a reader then sees must be what
somebody who opens the page now sees, everywhere on the page. (The idea is Zulip's `verify_action`,
docs/subsystems/events-system.md of that project.)
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client

from backend.accounts.models import User
from backend.outbox.models import Event
from tests.live.tree import Node, parse


@dataclass(frozen=True)
class Open:
    """A page open in somebody's browser; `user` None: not signed in."""

    url: str
    user: User | None

    @cached_property
    def opened(self) -> Node | None:
        """The page as she first opens it, once; None when she finds none: not every state of a row
        has one."""
        answer = self._answer()
        return parse(answer.content.decode()) if answer.status_code == 200 else None

    def first(self) -> Node:
        assert self.opened is not None, f"{self.url} has no page"
        return self.opened

    def fetch(self, url: str = "") -> Node:
        answer = self._answer(url)
        assert answer.status_code == 200, f"{url or self.url} answers {answer.status_code}"
        return parse(answer.content.decode())

    def _answer(self, url: str = "") -> Any:
        client = Client()
        if self.user is not None:
            client.force_login(self.user)
        return client.get(url or self.url, headers={"HX-Request": "true"} if url else {})

    def listens(self) -> bool:
        """Whether something in the page's main part fetches itself again; the badge in its head
        does on every page."""
        answer = self._answer()
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code != 200 or answer.streaming or not is_page:
            return False
        mains = [node for node in parse(answer.content.decode()).walk() if node.tag == "main"]
        return any(_is_live(node) for main in mains for node in main.walk())

    def hear(self, page: Node, streams: set[str]) -> None:
        """What live.js and htmx do when these streams change.

        An outer fragment brings its inner ones along.
        """
        for parent, place in outermost(page, streams):
            old = parent.children[place]
            assert isinstance(old, Node)
            fragment = [
                child
                for child in self.fetch(old.attributes["hx-get"]).children
                if isinstance(child, Node)
            ]
            assert len(fragment) == 1, f"{old.attributes['hx-get']} is not one element"
            parent.children[place] = fragment[0]


def _is_live(node: Node) -> bool:
    return "hx-get" in node.attributes and "data-live" in node.attributes


def outermost(node: Node, streams: set[str]) -> Iterable[tuple[Node, int]]:
    for place, child in enumerate(node.children):
        if isinstance(child, Node):
            if "hx-get" in child.attributes and streams & set(
                child.attributes.get("data-live", "").split()
            ):
                yield node, place
            else:
                yield from outermost(child, streams)


def verify(
    pages: Iterable[Open],
    change: Callable[[], object],
    *,
    kind: str,
    gaps: Container[tuple[str, str]] = (),
) -> int:
    """Make the change in front of the open pages; how many of them show something else afterwards.

    Fails when no event of that kind comes of it, or when a page that heard of it differs from a
    fresh one. `gaps` are (kind, url) known to differ; one that does not is a failure too.
    """
    open_pages = [(page, page.first()) for page in pages]
    before = [list(tree.lines()) for _, tree in open_pages]
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    change()
    events = Event.objects.filter(pk__gt=last)
    assert kind in {event.kind for event in events}, (
        f"no {kind} among {sorted(event.kind for event in events)}"
    )
    streams = {stream for event in events for stream in event.streams}
    changed, stale = 0, []
    for (page, tree), old in zip(open_pages, before, strict=True):
        page.hear(tree, streams)
        heard, fresh = list(tree.lines()), list(page.fetch().lines())
        changed += fresh != old
        if (kind, page.url) in gaps:
            assert heard != fresh, f"{page.url} keeps up with {kind} now: strike it off the gaps"
        elif heard != fresh:
            difference = difflib.unified_diff(
                heard, fresh, "after the event", "fresh", lineterm="", n=2
            )
            stale.append("\n".join([f"{page.url} is out of date", *difference]))
    assert not stale, "\n\n".join([f"{kind}, streams {sorted(streams)}", *stale])
    return changed
