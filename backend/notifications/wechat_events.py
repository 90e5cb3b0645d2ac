"""What WeChat tells us of somebody's taps on "订阅": read, and known to be WeChat's."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from xml.etree import ElementTree

POPUP = "subscribe_msg_popup_event"  # she was asked, and tapped
CHANGE = "subscribe_msg_change_event"  # she looked through what she allows, and took some back
LARGEST = 64 * 1024  # bytes
FRESH = timedelta(minutes=10)


class Subscribing(NamedTuple):
    openid: str
    template: str
    allows: bool  # one message more; else she wants none any more
    at: datetime


def is_wechats(token: str, signature: str, timestamp: str, nonce: str, now: datetime) -> bool:
    """The signature of WeChat's "服务器配置", of a moment that is not long ago."""
    if not (token and timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10):
        return False
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > FRESH:
        return False
    said = "".join(sorted([token, timestamp, nonce])).encode()
    # What WeChat asks for is SHA-1 of the three; nothing of ours rests on it alone.
    wanted = hashlib.sha1(said, usedforsecurity=False).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.encode())


def subscribings(body: bytes) -> list[Subscribing]:
    """Those in this event; none of one that is about something else, or is no event."""
    if len(body) > LARGEST or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return []
    try:
        return list(_in_event(ElementTree.fromstring(body)))
    except (ElementTree.ParseError, ValueError, OverflowError, LookupError):
        return []


def _in_event(event: ElementTree.Element) -> Iterator[Subscribing]:
    kind = event.findtext("Event", "")
    if kind not in (POPUP, CHANGE):
        return
    openid = event.findtext("FromUserName", "")
    at = datetime.fromtimestamp(int(event.findtext("CreateTime", "")), UTC)
    for one in event.iter("List"):
        allows = one.findtext("SubscribeStatusString", "") == "accept"
        template = one.findtext("TemplateId", "")[:64]
        if openid and template and (allows or kind == CHANGE):
            yield Subscribing(openid, template, allows, at)
