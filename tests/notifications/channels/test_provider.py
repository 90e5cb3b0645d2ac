"""The providers that tests talk to."""

from __future__ import annotations

import socket

from tests.launcher.machine import until
from tests.notifications.channels.provider import provider


def test_whoever_goes_away_in_the_middle_of_a_request_leaves_no_thread_that_turns_in_a_circle() -> (
    None
):
    with provider() as made:
        for said in (
            b"",
            b"GET / HTTP/1.1\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
        ):
            host, _, port = made.host.partition(":")
            with socket.create_connection((host, int(port))) as line:
                line.sendall(said)
        until(lambda: len(made.serving) == 3)
    until(lambda: not any(one.is_alive() for one in made.serving))
    assert made.asked == []
