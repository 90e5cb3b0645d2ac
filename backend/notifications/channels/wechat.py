"""Subscription messages of an official WeChat account ("订阅通知").

One tap of hers on "订阅" allows one message of one template (`Grants`). Its word of admission
(`stable_token`) is asked for once in two hours and kept by `tokens`; an answer that it is stale
makes us ask for another, once.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from backend.common import clock, outgoing
from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.grants import NONE_LEFT, Grants
from backend.notifications.channels.templates import Filled, Templates, cut, filled

HEADERS = {"Content-Type": "application/json; charset=utf-8"}
STALE = (40001, 40014, 42001)  # of the token
NOT_ALLOWED = 43101  # she did not subscribe, or took it back
# Not her number any more, no such template, the text has what is forbidden; or nothing goes out
# today by any number of tries: she is told another way.
FOR_GOOD = (40001, 40003, 40037, NOT_ALLOWED, 43107, 45009, 45168, 47003)
LONGEST = {
    "thing": 20,
    "character_string": 32,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "phrase": 5,
    "name": 10,
    "time": 40,
    "date": 40,
}  # characters of a field, by the word its name begins with
EARLY = timedelta(minutes=5)  # a token is renewed before it ends


class Tokens(Protocol):
    """Where the token is kept between two messages."""

    def kept(self, now: datetime) -> str:
        """ "" when there is none that still holds."""
        ...

    def keep(self, token: str, until: datetime) -> None: ...


@dataclass(frozen=True)
class WechatSubscription:
    url: str
    app_id: str
    secret: str
    templates: Templates
    tokens: Tokens
    grants: Grants
    name: str = "wechat"

    def send(self, message: Message, address: str) -> Sent | Refused:
        chosen = filled(self.templates, message, 200)
        if chosen is None:
            return Refused("no_template")
        if not self.grants.take(address, chosen.template):
            return NONE_LEFT
        try:
            answer = self._hand_over(_body(message, address, chosen))
        except Unreachable as trouble:
            if trouble.code != "slow":  # then nobody knows whether it was sent
                self.grants.give_back(address, chosen.template)
            raise
        code = answer.get("errcode")
        if code == 0 and not isinstance(code, bool):
            return Sent(str(answer.get("msgid", ""))[:120])
        if code == NOT_ALLOWED:
            self.grants.end(address, chosen.template)
        else:
            self.grants.give_back(address, chosen.template)
        if code in FOR_GOOD:
            return Refused(f"errcode_{code}")
        raise Unreachable(f"errcode_{code}"[:40])

    def _hand_over(self, body: bytes) -> dict[str, Any]:
        answer = self._ask(body, self._token(""))
        if answer.get("errcode") in STALE:
            answer = self._ask(body, self._token("stale"))
        return answer

    def _ask(self, body: bytes, token: str) -> dict[str, Any]:
        query = urlencode({"access_token": token})
        return _post(f"{self.url}/cgi-bin/message/subscribe/bizsend?{query}", body)

    def _token(self, trouble: str) -> str:
        """The one that is kept, unless it brought trouble."""
        now = clock.now()
        kept = "" if trouble else self.tokens.kept(now)
        if kept:
            return kept
        asked = {
            "grant_type": "client_credential",
            "appid": self.app_id,
            "secret": self.secret,
            "force_refresh": bool(trouble),
        }
        answer = _post(f"{self.url}/cgi-bin/stable_token", json.dumps(asked).encode())
        token = answer.get("access_token")
        seconds = answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise Unreachable(f"token_{answer.get('errcode', 'nonsense')}"[:40])
        self.tokens.keep(token, now + timedelta(seconds=min(seconds, 7200)) - EARLY)
        return token


def _body(message: Message, address: str, chosen: Filled) -> bytes:
    data = {key: {"value": cut(value, _longest(key))} for key, value in chosen.fields}
    asked: dict[str, Any] = {"touser": address, "template_id": chosen.template, "data": data}
    if message.link:
        asked["page"] = message.link
    return json.dumps(asked, ensure_ascii=False).encode()


def _longest(field: str) -> int:
    return LONGEST.get(re.sub(r"[0-9]+$", "", field), 20)


def _post(url: str, body: bytes) -> dict[str, Any]:
    try:
        return outgoing.post(url, body, HEADERS).fields()
    except outgoing.NoAnswer as none:
        raise Unreachable(none.code) from None
