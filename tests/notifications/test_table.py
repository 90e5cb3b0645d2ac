"""Every kind of event either tells somebody, or there is a reason why not."""

from __future__ import annotations

from django.urls import reverse

from backend.notifications.audiences import AUDIENCES
from backend.notifications.facts import FACTS
from backend.notifications.robots import GROUPS
from backend.notifications.table import MESSAGES, NOBODY, TOLD
from backend.notifications.ways import ADDRESSES
from backend.outbox.stored import KINDS
from backend.words import messages


def test_every_kind_of_event_tells_somebody_or_has_a_reason() -> None:
    kinds = {kind.__name__ for kind in KINDS.values()}
    assert {kind.__name__ for kind in (*TOLD, *NOBODY)} == kinds
    assert set(TOLD) & set(NOBODY) == set()


def test_every_row_names_an_audience_and_a_message() -> None:
    rows = [row for rows in TOLD.values() for row in rows]
    assert {row.audience for row in rows} == set(AUDIENCES)
    assert {row.message for row in rows} - set(MESSAGES) == set()


def test_every_message_has_words_facts_ways_and_a_page() -> None:
    assert set(MESSAGES) == set(messages.WORDS)
    assert {kind.while_ for kind in MESSAGES.values()} == set(FACTS)
    assert {name for kind in MESSAGES.values() for name in kind.channels} <= set(ADDRESSES) | set(
        GROUPS
    )
    for kind in MESSAGES.values():
        assert reverse(kind.page).startswith("/")
        assert not kind.one or reverse(kind.one, args=[1]).startswith("/")


def test_a_reason_is_a_sentence() -> None:
    assert [kind.__name__ for kind, reason in NOBODY.items() if len(reason.split()) < 4] == []
