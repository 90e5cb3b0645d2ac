"""A link from a message holds what is asked, tells it to nobody, and cannot be made elsewhere."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from backend.common.keys import new_keys
from backend.notifications import links
from backend.notifications.links import LARGEST, Link, Purpose, link_to, mark_in, read

UNTIL = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)


def token_of(address: str) -> str:
    head, token, end = address.rsplit("/", 2)
    assert (head, end) == ("/l", "")
    return token


def made(
    purpose: Purpose = Purpose.OFFER,
    person: int = 7,
    subject: int = 9,
    until: datetime | None = UNTIL,
) -> str:
    return token_of(link_to(purpose, person=person, subject=subject, until=until))


@given(
    purpose=st.sampled_from(Purpose),
    person=st.integers(0, LARGEST),
    subject=st.integers(0, LARGEST),
    minutes=st.none() | st.integers(0, 60_000_000),
    turn=st.integers(0, 255),
)
def test_what_is_put_in_comes_out(
    purpose: Purpose, person: int, subject: int, minutes: int | None, turn: int
) -> None:
    until = None if minutes is None else datetime.fromtimestamp(minutes * 60, UTC)
    address = link_to(purpose, person=person, subject=subject, until=until, turn=turn)
    assert read(token_of(address)) == Link(purpose, person, subject, until, turn)


def test_it_fits_into_a_variable_of_a_text_message() -> None:
    for subject in (0, 1, 10**6, LARGEST):
        assert len(link_to(Purpose.SEAT, person=LARGEST, subject=subject, until=UNTIL)) - 2 <= 35


def test_the_same_question_has_the_same_link_and_any_other_another() -> None:
    found = {
        made(),
        made(purpose=Purpose.COMING),
        made(person=8),
        made(subject=8),
        made(until=None),
    }
    assert len(found) == 5 and made() in found


@given(place=st.integers(0, 31), letter=st.sampled_from("Ab09-_"))
def test_one_that_was_altered_is_none(place: int, letter: str) -> None:
    token = made()
    altered = token[:place] + letter + token[place + 1 :]
    assert (read(altered) is None) == (altered != token)


@pytest.mark.parametrize("token", ["", "a", "abc=", "汉" * 32, "A" * 32, "A" * 31, "A" * 200, "-_"])
def test_what_is_no_link_is_none(token: str) -> None:
    assert read(token) is None


def test_nothing_of_it_can_be_read_without_the_key(settings: Settings) -> None:
    """Of two neighbours the links have no more in common than two random texts."""
    one = base64.urlsafe_b64decode(made(subject=9))
    other = base64.urlsafe_b64decode(made(subject=10))
    assert sum(a == b for a, b in zip(one, other, strict=True)) < 6


def test_links_are_read_after_the_key_has_changed_and_not_when_it_is_gone(
    settings: Settings,
) -> None:
    token = made()
    old = settings.FIELD_KEYS[0]
    new = new_keys()["FIELD_KEYS"].replace("k1:", "k9:")
    try:
        settings.FIELD_KEYS = [new, old]
        links._keys.cache_clear()
        assert read(token) == Link(Purpose.OFFER, 7, 9, UNTIL)
        assert made() != token
        settings.FIELD_KEYS = [new]
        links._keys.cache_clear()
        assert read(token) is None
    finally:
        links._keys.cache_clear()


@pytest.mark.parametrize("address", ["lin@example.org", "LIN@Example.org ", "x@y.cn"])
def test_a_link_of_no_more_mail_holds_the_mark_of_its_address(address: str) -> None:
    found = read(token_of(links.no_mail_link(address)))
    assert found is not None and found.purpose == Purpose.NO_MAIL
    assert mark_in(found) == links.mail_mark(address)
    assert not found.is_over(datetime(2999, 1, 1, tzinfo=UTC))
