"""Requests to other houses: the one door through which they go.

No retries and no redirects, a bound on the time and on the bytes of an answer, and nothing of a
request or its answer is ever logged: in both stand telephone numbers and keys.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import urllib3
from django.conf import settings

CONNECT = 3.0  # seconds
READ = 10.0  # seconds, for each silence and for the whole answer
LARGEST = 64 * 1024  # bytes of an answer


class NoAnswer(Exception):
    """There was none that can be used: "away", "slow", "too_large", "nonsense" or "http_502"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes

    def fields(self) -> dict[str, Any]:
        """The JSON object that it is. Raises NoAnswer when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise NoAnswer("nonsense" if self.status < 300 else f"http_{self.status}")
        return found


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Response:
    """Send it once and return what came back, whatever its status. Raises NoAnswer.

    When it is slow or the line breaks, nobody knows whether the other side has done it.
    """
    return _request("POST", url, body, headers)


def get(url: str) -> Response:
    """Ask once, for who wants it so. Raises NoAnswer."""
    return _request("GET", url, None, {})


def _request(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Response:
    until = time.monotonic() + CONNECT + READ
    try:
        response = _pool().request(
            method,
            url,
            body=body,
            headers=dict(headers),
            timeout=urllib3.Timeout(connect=CONNECT, read=READ),
            retries=False,
            redirect=False,
            preload_content=False,
        )
    except urllib3.exceptions.ReadTimeoutError:
        raise NoAnswer("slow") from None
    except (urllib3.exceptions.HTTPError, OSError):
        raise NoAnswer("away") from None
    try:
        return Response(response.status, _whole(response, until))
    except urllib3.exceptions.ReadTimeoutError:
        raise NoAnswer("slow") from None
    except (urllib3.exceptions.HTTPError, OSError):
        raise NoAnswer("away") from None
    finally:
        response.close()  # of an answer that was read to its end the line is kept


def _whole(response: urllib3.BaseHTTPResponse, until: float) -> bytes:
    found = bytearray()
    while piece := response.read1(4096, decode_content=False):
        found += piece
        if len(found) > LARGEST:
            raise NoAnswer("too_large")
        if time.monotonic() > until:  # one that trickles is never silent for long
            raise NoAnswer("slow")
    return bytes(found)


@cache
def _pool() -> urllib3.PoolManager:
    if settings.OUTGOING_PROXY:
        return urllib3.ProxyManager(settings.OUTGOING_PROXY)
    return urllib3.PoolManager()


# two processes on one encrypted line would read each other's answers
os.register_at_fork(after_in_child=_pool.cache_clear)
