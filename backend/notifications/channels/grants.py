"""What people still allow on WeChat, kept beside their account and shared by all workers."""

from __future__ import annotations

from typing import Protocol

from backend.notifications.channels.base import Refused
from backend.notifications.operations.wechat import (
    forbid_wechat,
    give_back_wechat,
    take_wechat,
)

NONE_LEFT = Refused("none_left")


class Grants(Protocol):
    """What each of them still allows, by the template."""

    def take(self, openid: str, template: str) -> bool:
        """One, before it is sent; False when nothing is left."""
        ...

    def give_back(self, openid: str, template: str) -> None: ...

    def end(self, openid: str, template: str) -> None:
        """The provider says that she allows none."""
        ...


class KeptGrants:
    def take(self, openid: str, template: str) -> bool:
        return take_wechat(openid=openid, template=template)

    def give_back(self, openid: str, template: str) -> None:
        give_back_wechat(openid=openid, template=template)

    def end(self, openid: str, template: str) -> None:
        forbid_wechat(openid=openid, template=template)
