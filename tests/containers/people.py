"""People in front of the proxy, over TLS: signed in through the form, second factor included."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import ssl
import struct
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from tests.containers.stack import HTTPS, SITE

SECRET = base64.b32encode(b"a trial's own secret").decode()
PASSWORD = "plum-rain-and-tea-2026"
TIMEOUT = 40.0  # longer than the proxy waits


def trust(tls: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(tls / "fullchain.pem"))


def one_time_code(secret: str) -> str:
    """RFC 6238, six digits."""
    moment = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), moment, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


class Person:
    """A browser: cookies, the form's token, the site's name over the loopback address."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        self.line = httpx.Client(
            base_url=f"https://127.0.0.1:{HTTPS}",
            verify=context,
            timeout=TIMEOUT,
            headers={"Host": SITE, "Origin": f"https://{SITE}"},
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.line.get(path, headers=headers, extensions={"sni_hostname": SITE})

    def post(self, path: str, fields: dict[str, Any] | None = None) -> httpx.Response:
        headers = {
            "X-CSRFToken": self.line.cookies.get("csrftoken") or "",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        asked = {"sni_hostname": SITE}
        return self.line.post(path, data=fields, headers=headers, extensions=asked)

    def send(self, path: str, **fields: str) -> httpx.Response:
        """A form as the page's script sends it, without a key."""
        headers = {"X-CSRFToken": self.line.cookies.get("csrftoken") or "", "HX-Request": "true"}
        asked = {"sni_hostname": SITE}
        return self.line.post(path, data=fields, headers=headers, extensions=asked)

    def sign_in(self, username: str) -> None:
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"login": username, "password": PASSWORD})
        assert answer.status_code == 302, (username, answer.status_code)
        if "2fa" in answer.headers["Location"]:
            answer = self.post(answer.headers["Location"], {"code": one_time_code(SECRET)})
            assert answer.status_code == 302, (username, "second factor", answer.status_code)

    def first_word(self, streams: str, since: int, act: Any) -> dict[str, Any]:
        """Open the live socket, do something, and return the first event that it tells."""
        return asyncio.run(self._first_word(streams, since, act))

    async def _first_word(self, streams: str, since: int, act: Any) -> dict[str, Any]:
        cookie = "; ".join(f"{c.name}={c.value}" for c in self.line.cookies.jar)
        address = f"wss://{SITE}:{HTTPS}/live/?since={since}&streams={streams}"
        async with connect(
            address,
            host="127.0.0.1",
            ssl=self.context,
            server_hostname=SITE,
            additional_headers={"Cookie": cookie},
            origin=f"https://{SITE}",  # type: ignore[arg-type]
        ) as line:
            await asyncio.to_thread(act)
            async with asyncio.timeout(15):
                async for said in line:
                    frame: dict[str, Any] = json.loads(said)
                    if frame["t"] == "ev":
                        return frame
        raise AssertionError("the socket closed without a word")
