"""Group robots for coordinators: a line in the group in which they talk to each other anyway.

An address is the key of a GroupRobot, or "" for the group that the settings name. Kept is the
secret end of a webhook, never an address that somebody typed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from backend.common import clock, outgoing
from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.models import GroupRobot

LONGEST = 2000  # bytes of a text; WeCom takes 2048
HEADERS = {"Content-Type": "application/json; charset=utf-8"}
WECOM_FOR_GOOD = frozenset([93000, 93008, 40058])  # the webhook is no more; not in the group
GONE = Refused("robot_gone")
# Gone, switched off; or what it was asked to look at (its own line of safety) is not so.
UNSAFE = 310000
DINGTALK_FOR_GOOD = frozenset(
    [300001, 300005, 400013, 400014, 400101, 400102, 400106, UNSAFE],
)
LINES = ("sign", "timestamp", "keyword", "ip")  # of a DingTalk robot's safety, by its answer


@dataclass(frozen=True)
class WecomRobot:
    url: str
    key: str
    name: str = "wecom"

    def send(self, message: Message, address: str) -> Sent | Refused:
        robot = _robot(address)
        if address and robot is None:
            return GONE
        query = urlencode({"key": robot.key if robot else self.key})
        return _say(f"{self.url}/cgi-bin/webhook/send?{query}", message, WECOM_FOR_GOOD)


@dataclass(frozen=True)
class DingtalkRobot:
    url: str
    token: str
    secret: str
    name: str = "dingtalk"

    def send(self, message: Message, address: str) -> Sent | Refused:
        robot = _robot(address)
        if address and robot is None:
            return GONE
        stamp = str(int(clock.now().timestamp() * 1000))
        sign = signature(stamp, str(robot.secret) if robot else self.secret)
        token = str(robot.key) if robot else self.token
        asked = {"access_token": token, "timestamp": stamp, "sign": sign}
        return _say(f"{self.url}/robot/send?{urlencode(asked)}", message, DINGTALK_FOR_GOOD)


def _robot(address: str) -> GroupRobot | None:
    """None for the house's own, and for one that was taken away meanwhile."""
    return GroupRobot.objects.filter(pk=int(address)).first() if address else None


def signature(stamp: str, secret: str) -> str:
    """DingTalk's "加签": `stamp` is milliseconds since the epoch."""
    signed = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()


def _say(url: str, message: Message, for_good: frozenset[int]) -> Sent | Refused:
    lines = [message.title, message.text, message.link]
    content = _cut("\n".join(line for line in lines if line))
    body = json.dumps({"msgtype": "text", "text": {"content": content}}, ensure_ascii=False)
    try:
        answer = outgoing.post(url, body.encode(), HEADERS).fields()
    except outgoing.NoAnswer as none:
        raise Unreachable(none.code) from None
    code = answer.get("errcode")
    if code == 0 and not isinstance(code, bool):
        return Sent("")
    if code in for_good:
        return Refused(f"errcode_{code}{_line(answer) if code == UNSAFE else ''}")
    raise Unreachable(f"errcode_{code}"[:40])


def _line(answer: dict[str, Any]) -> str:
    """Which line of its safety said no: one number stands for all of them."""
    said = str(answer.get("errmsg", "")).lower()
    return next((f"_{line}" for line in LINES if re.search(rf"\b{line}", said)), "")


def _cut(text: str) -> str:
    """Within the provider's bytes, and no character in halves."""
    encoded = text.encode()
    if len(encoded) <= LONGEST:
        return text
    return encoded[: LONGEST - 3].decode(errors="ignore") + "…"
