"""How many messages of which template somebody allows on her WeChat."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db.models import F, Q, QuerySet

from backend.accounts.models import WechatAccount
from backend.accounts.operations import count_one, take_back_attempt
from backend.accounts.operations.wechat import wechat_mark
from backend.common.locking import operation
from backend.common.prepared import run
from backend.common.sealing import blind_index
from backend.notifications.models import WechatGrant
from backend.notifications.wechat_events import FRESH

MOST = 99  # of one template: nobody means more, whatever was tapped
ALLOW = """
INSERT INTO notifications_wechatgrant AS g (account_id, template, "left", heard_at)
VALUES (%s, %s, 1, %s)
ON CONFLICT (account_id, template) DO UPDATE SET
    "left" = LEAST(g."left" + 1, %s), heard_at = excluded.heard_at
WHERE g.heard_at IS NULL OR g.heard_at < excluded.heard_at
RETURNING id
"""


@operation
def hear_wechat(*, signature: str, body: bytes, now: datetime) -> bool:
    """Whether nothing else was said with this signature while it holds: WeChat signs the moment and
    not what it says, so whoever has seen one signature could say something else with it. What
    WeChat repeats is the same."""
    with_it = blind_index(f"wechat\0{signature}", "attempt")
    so = blind_index(f"wechat\0{signature}\0{hashlib.sha256(body).hexdigest()}", "attempt")
    said, alike = [count_one(key=key, window=2 * FRESH, now=now) for key in (with_it, so)]
    if said != alike:
        take_back_attempt(counters={with_it: 1, so: 1})
    return said == alike


@operation
def allow_wechat(*, openid: str, template: str, at: datetime) -> bool:
    """She tapped "订阅" at that moment: one message more. WeChat tells it again when it was not
    answered, so a moment counts once. Whether it was counted; of a WeChat that nobody connected
    nothing is kept."""
    account = WechatAccount.objects.filter(mark=wechat_mark(openid)).values_list("pk", flat=True)
    pk = account.first()
    return pk is not None and bool(run(ALLOW, [pk, template, at, MOST]))


@operation
def forbid_wechat(*, openid: str, template: str, at: datetime | None = None) -> None:
    """She took it back, on her telephone: none of this template any more, unless she has allowed it
    again since that moment."""
    rows = _of(openid, template)
    if at is None:
        rows.update(left=0)
    else:
        rows.filter(Q(heard_at=None) | Q(heard_at__lte=at)).update(left=0, heard_at=at)


@operation
def take_wechat(*, openid: str, template: str) -> bool:
    """One of what she allows, before it is sent, so that two workers never send one too many;
    False when nothing is left."""
    return _of(openid, template).filter(left__gt=0).update(left=F("left") - 1) > 0


@operation
def give_back_wechat(*, openid: str, template: str) -> None:
    """It was not sent after all."""
    _of(openid, template).update(left=F("left") + 1)


def _of(openid: str, template: str) -> QuerySet[WechatGrant]:
    return WechatGrant.objects.filter(account__mark=wechat_mark(openid), template=template)
