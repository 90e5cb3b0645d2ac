"""Which messages somebody still allows on her WeChat, by template, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from backend.accounts.models import WechatAccount
from backend.notifications.channels.file import DEMO_TEMPLATE
from backend.notifications.models import WechatGrant
from backend.notifications.table import MESSAGES
from backend.words.kinds import KINDS

EVERY = "*"


class Allowed(NamedTuple):
    what: str  # "有位子给我们了、回复的时间快到了"
    left: int


def account_of(user_id: int) -> WechatAccount | None:
    return WechatAccount.objects.filter(user=user_id).first()


def allowed(account: WechatAccount, sides: Collection[str]) -> list[Allowed]:
    """Of each template that brings something of these sides of the house. One statement."""
    rows = WechatGrant.objects.filter(account=account).values_list("template", "left")
    left = dict(rows)
    return [
        Allowed(what, left.get(template, 0))
        for template, kinds in _templates().items()
        if (what := _what(kinds, sides))
    ]


def _templates() -> dict[str, set[str]]:
    """What WeChat calls each of them, and the kinds of message that it stands for."""
    if "wechat" not in settings.CHANNELS:
        return {DEMO_TEMPLATE: {EVERY}}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, (template, _fields) in settings.WECHAT_TEMPLATES.items():
        found[template].add(key.partition(".")[0])
    return found


def _what(kinds: Collection[str], sides: Collection[str]) -> str:
    if EVERY in kinds:
        return _("别的消息") if len(_templates()) > 1 else _("所有的消息")
    return _("、").join(dict.fromkeys(_labels(kinds, sides)))


def _labels(kinds: Collection[str], sides: Collection[str]) -> Iterator[str]:
    for kind in MESSAGES:  # in the order of the table
        if kind in kinds and MESSAGES[kind].page.partition(":")[0] in sides:
            yield str(KINDS.get(kind) or _("取消、改期这样的大事"))
