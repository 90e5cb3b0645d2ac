"""For every kind of event: each page that was open when it happened is the same as one opened
afterwards."""

from __future__ import annotations

import re

import pytest

from backend.outbox.stored import KINDS
from tests.architecture.source import modules
from tests.factories import NOW
from tests.live.changes import CHANGES, NO_PAGE
from tests.live.pages import GAPS, pages
from tests.live.verify import verify

NAME_THEM_ALL = ("backend/outbox/kinds.py", "backend/notifications/table.py")


def recorded(kind: str) -> bool:
    """Whether some code of the product names the kind."""
    return any(
        re.search(rf"\b{KINDS[kind].__name__}\b", module.text)
        for module in modules("backend")
        if module.path not in NAME_THEM_ALL
    )


@pytest.mark.parametrize("kind", sorted(CHANGES))
@pytest.mark.django_db
def test_an_open_page_and_the_event_make_a_fresh_page(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    story = CHANGES[kind]()
    scene = next(story)
    changed = verify(list(pages(scene)), lambda: next(story, None), kind=kind, gaps=GAPS)
    assert changed, "no page shows this change: the case proves nothing"


def test_every_kind_that_is_recorded_has_its_case() -> None:
    assert {kind for kind in set(KINDS) - set(CHANGES) - set(NO_PAGE) if recorded(kind)} == set()


def test_no_case_is_for_a_kind_that_does_not_exist() -> None:
    assert (set(CHANGES) | set(NO_PAGE)) - set(KINDS) == set()
