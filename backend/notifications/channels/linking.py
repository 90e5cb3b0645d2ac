"""How somebody connects her WeChat: she is led there, comes back with a code that serves once, and
for the code WeChat tells us, and nobody else, what it calls her ("网页授权", scope snsapi_base: no
name, no picture)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from backend.common import outgoing
from backend.notifications.channels.base import Unreachable
from backend.notifications.channels.file import in_demo

USED = (40029, 40163, 41008)  # of a code: unknown or too old, used before, none at all
OPENID = re.compile(r"[0-9A-Za-z_-]{6,64}")


class CodeUsed(Exception):
    """For this code nothing is to be had (any more)."""


class Linking(Protocol):
    def leads_to(self, state: str, back: str) -> str:
        """Where she confirms it; she comes back to `back` with `code` and this `state`."""
        ...

    def openid(self, code: str) -> str:
        """Raises CodeUsed; Unreachable when the provider says nothing that can be used."""
        ...


@dataclass(frozen=True)
class WechatLinking:
    url: str
    page: str  # the origin of the page on which she confirms
    app_id: str
    secret: str

    def leads_to(self, state: str, back: str) -> str:
        asked = {
            "appid": self.app_id,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }  # in this order: WeChat's page looks at it
        return f"{self.page}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"

    def openid(self, code: str) -> str:
        asked = {
            "appid": self.app_id,
            "secret": self.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = outgoing.get(f"{self.url}/sns/oauth2/access_token?{urlencode(asked)}").fields()
        except outgoing.NoAnswer as none:
            raise Unreachable(none.code) from None
        if answer.get("errcode") in USED:
            raise CodeUsed
        found = answer.get("openid")
        if not isinstance(found, str) or not OPENID.fullmatch(found):
            raise Unreachable(f"errcode_{answer.get('errcode')}"[:40])
        return found


class DemoLinking:
    """The demo has no WeChat: a page of its own stands for it, and nothing leaves the house."""

    def leads_to(self, state: str, back: str) -> str:
        return f"{reverse('demo_wechat')}?{urlencode({'state': state})}"

    def openid(self, code: str) -> str:
        if not re.fullmatch(r"demo-[0-9]{1,12}", code):
            raise CodeUsed
        return f"o{code}"


def linking() -> Linking | None:
    """None where nobody is told by WeChat."""
    if "wechat" in settings.CHANNELS:
        return WechatLinking(
            settings.WECHAT_URL,
            settings.WECHAT_PAGE_URL,
            settings.WECHAT_APP_ID,
            settings.WECHAT_SECRET,
        )
    return DemoLinking() if in_demo() else None
