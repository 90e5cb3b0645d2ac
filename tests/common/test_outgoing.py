"""A request to another house is made once, ends in bounded time, and is never written down."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace

import pytest
from pytest_django import Settings

from backend.common import outgoing
from tests.notifications.channels.provider import Provider, nobody, provider

HEADERS = {"Content-Type": "application/json", "Authorization": "secret-of-ours"}


@pytest.fixture
def house() -> Iterator[Provider]:
    with provider() as made:
        yield made


def refused(url: str) -> str:
    with pytest.raises(outgoing.NoAnswer) as caught:
        outgoing.post(url, b"{}", HEADERS).fields()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.code


def test_what_is_sent_arrives_byte_for_byte(house: Provider) -> None:
    house.says('{"好": 1}')
    answer = outgoing.post(f"{house.url}/a?b=%2F", "汉".encode(), HEADERS)
    assert (answer.status, answer.fields()) == (200, {"好": 1})
    [asked] = house.asked
    assert asked.line == "POST /a?b=%2F HTTP/1.1" and asked.body == "汉".encode()
    assert asked.headers["authorization"] == "secret-of-ours"


def test_a_house_that_is_away_is_asked_once() -> None:
    assert refused(nobody()) == "away"


def test_a_redirect_is_not_followed(house: Provider) -> None:
    house.does(b"HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n")
    assert refused(house.url) == "http_302"
    assert len(house.asked) == 1


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "1", '{"a"', "\x00"])
def test_what_is_no_object_is_nonsense(house: Provider, body: str) -> None:
    house.says(body)
    assert refused(house.url) == "nonsense"


def test_a_page_of_trouble_tells_its_number(house: Provider) -> None:
    house.says("<html>Bad Gateway</html>", status=502)
    assert refused(house.url) == "http_502"


@pytest.mark.parametrize("garbage", [b"", b"\x16\x03\x01", b"SSH-2.0-x\r\n", b"HTTP/1.1 2"])
def test_what_is_no_http_is_no_answer(house: Provider, garbage: bytes) -> None:
    house.does(garbage)
    assert refused(house.url) == "away"


def test_an_answer_that_is_cut_off_is_none(house: Provider) -> None:
    house.does(b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"errcode": 0}')
    assert refused(house.url) == "away"


def test_a_house_that_keeps_silent_is_slow(
    house: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "READ", 0.05)
    house.does(lambda line: house.over.wait() and None)
    assert refused(house.url) == "slow"


def test_one_that_falls_silent_within_its_answer_is_slow(
    house: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "READ", 0.05)

    def half(line: socket.socket) -> None:
        line.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"err')
        house.over.wait()

    house.does(half)
    assert refused(house.url) == "slow"


def test_one_that_trickles_is_slow(house: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never silent for long, and over time as a whole: the clock jumps at each look."""
    jumps = count(step=5)
    monkeypatch.setattr(outgoing, "time", SimpleNamespace(monotonic=lambda: next(jumps)))
    house.does(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + b" " * 60000)
    assert refused(house.url) == "slow"


def test_an_answer_without_end_is_given_up(house: Provider) -> None:
    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                line.sendall(b" " * 65536)
        except OSError:
            house.over.set()  # the other side went away

    house.does(endless)
    assert refused(house.url) == "too_large"
    assert house.over.wait(30)


def test_nothing_of_it_is_logged(house: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Not by us, and not by the library as the settings keep it."""
    assert logging.getLogger("urllib3.connectionpool").getEffectiveLevel() == logging.WARNING
    caplog.set_level(logging.INFO)
    house.says('{"phone": "13800138000"}')
    outgoing.post(f"{house.url}/send?key=secret-of-ours", b"13800138000", HEADERS)
    refused(nobody())
    assert caplog.text == ""


def test_a_proxy_is_gone_through(house: Provider, settings: Settings) -> None:
    settings.OUTGOING_PROXY = house.url
    outgoing._pool.cache_clear()
    house.says("{}")
    try:
        outgoing.post("http://sms.example/a", b"{}", HEADERS)
    finally:
        outgoing._pool.cache_clear()
    assert house.asked[0].line == "POST http://sms.example/a HTTP/1.1"
