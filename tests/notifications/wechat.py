"""A WeChat on this machine: it knows codes, counts what each person allows for each template, and
answers with the documented numbers."""

from __future__ import annotations

import json
import socket
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from tests.notifications.channels.provider import Asked, Provider

TOKEN = "let-me-in"
OK = {"errcode": 0, "errmsg": "ok"}


class Wechat:
    """`codes`: code → openid, each once. `allowed`: how many of (openid, template). `templates`:
    those that it knows. `most`: calls until it has had enough."""

    def __init__(self, house: Provider) -> None:
        self.house = house
        self.codes: dict[str, str] = {}
        self.used: set[str] = set()
        self.allowed: Counter[tuple[str, str]] = Counter()
        self.templates = {"T-1"}
        self.wants = TOKEN
        self.most = 1000
        self.sent: list[str] = []  # to whom
        house.does(self._answer)

    def _answer(self, line: socket.socket) -> None:
        asked = self.house.asked[-1]
        body = json.dumps(self._says(asked), ensure_ascii=False).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        line.sendall(head.encode() + body)

    def _says(self, asked: Asked) -> dict[str, object]:
        target = urlsplit(asked.line.split(" ")[1])
        query = {key: value[0] for key, value in parse_qs(target.query).items()}
        if target.path == "/sns/oauth2/access_token":
            return self._person(query)
        if target.path == "/cgi-bin/stable_token":
            return {"access_token": TOKEN, "expires_in": 7200}
        return self._message(query, json.loads(asked.body))

    def _person(self, query: dict[str, str]) -> dict[str, object]:
        wanted = {"appid": "wx-app", "secret": "app-secret", "grant_type": "authorization_code"}
        if {key: query.get(key) for key in wanted} != wanted:
            return {"errcode": 40013, "errmsg": "invalid appid"}
        code = query.get("code", "")
        if code in self.used:
            return {"errcode": 40163, "errmsg": "code been used"}
        if code not in self.codes:
            return {"errcode": 40029, "errmsg": "invalid code"}
        self.used.add(code)
        return {"access_token": "hers", "expires_in": 7200, "refresh_token": "r",
                "openid": self.codes[code], "scope": "snsapi_base"}  # fmt: skip

    def _message(self, query: dict[str, str], body: dict[str, str]) -> dict[str, object]:
        who, template = body["touser"], body["template_id"]
        if query.get("access_token") != self.wants:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        if len(self.sent) >= self.most:
            return {"errcode": 45009, "errmsg": "reach max api daily quota limit"}
        if template not in self.templates:
            return {"errcode": 40037, "errmsg": "invalid template_id"}
        if not self.allowed[who, template]:
            return {"errcode": 43101, "errmsg": "user refuse to accept the msg"}
        self.allowed[who, template] -= 1
        self.sent.append(who)
        return OK | {"msgid": len(self.sent)}
