"""What a family reads whose answer comes too late says what happened, not what usually happens."""

from __future__ import annotations

import pytest

from backend.words import said


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "asked"}, "回复时间过了，位子不再给你们留着"),
        ({"state": "offered"}, "回复时间过了，位子不再给你们留着"),
        ({"state": "offered", "off": True}, "这一场取消了"),
        ({"state": "cancelled"}, "这个位子已经不在了"),
    ],
)
def test_why_a_seat_cannot_be_taken(facts: dict[str, object], words: str) -> None:
    assert said({"code": "seat_gone", "facts": facts}) == words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("confirmed", "这一场已经开始，不能再改"),
        ("cancelled", "这个预约已经结束，不能再改"),
        ("expired", "这个预约已经结束，不能再改"),
    ],
)
def test_why_a_booking_cannot_be_changed(state: str, words: str) -> None:
    assert said({"code": "booking_ended", "facts": {"state": state}}) == words
