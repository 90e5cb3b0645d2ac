"""What the tests of the channels share: a provider, a stopped clock, and a message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from backend.common import clock
from backend.notifications.channels.base import Message
from tests.notifications.channels.provider import Provider, provider

MOMENT = datetime(2026, 12, 5, 1, 30, 0, tzinfo=UTC)


@pytest.fixture
def house() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)
    return MOMENT


@pytest.fixture
def message() -> Message:
    return Message(
        key="delivery.17.sms",
        template="offer_made",
        title="有一个新邀请",
        text="周六 9:00，鼓楼区图书馆，请在周四前回复。",
        variables={"day": "12月5日 周六", "place": "鼓楼区图书馆"},
        link="https://roster.example/l/abc",
        language="zh-hans",
    )
