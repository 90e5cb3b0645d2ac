"""How many messages of which template somebody allows on her WeChat."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from backend.accounts.models import WechatAccount
from backend.accounts.operations.wechat import wechat_mark
from backend.common.locking import operation
from backend.common.prepared import run
from backend.notifications.models import WechatGrant

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
def allow_wechat(*, openid: str, template: str, at: datetime) -> bool:
    """She tapped "订阅" at that moment: one message more. WeChat tells it again when it was not
    answered, so a moment counts once. Whether it was counted; of a WeChat that nobody connected
    nothing is kept."""
    account = WechatAccount.objects.filter(mark=wechat_mark(openid)).values_list("pk", flat=True)
    pk = account.first()
    return pk is not None and bool(run(ALLOW, [pk, template, at, MOST]))


@operation
def forbid_wechat(*, openid: str, template: str) -> None:
    """She took it back, on her telephone: none of this template any more."""
    _of(openid, template).update(left=0)


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
