"""Somebody's WeChat: connected, and let go."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from backend.accounts.models import User, WechatAccount
from backend.accounts.operations.told import tell_of_account
from backend.common.locking import Busy, hold_one, operation
from backend.common.sealing import blind_index, next_ids
from backend.outbox.kinds import WechatConnected, WechatDisconnected


@operation
def link_wechat(*, user: User, openid: str, now: datetime) -> None:
    """From now on she may be told there. One WeChat belongs to one account of ours: it leaves
    another that it was connected to, and what she had connected before is let go. The same once
    more keeps what she allowed. Raises Busy when another account connects it at the same moment."""
    hold_one(User, user.pk)
    mark = wechat_mark(openid)
    if WechatAccount.objects.filter(user=user, mark=mark).exists():
        return
    elsewhere = User.objects.filter(wechat__mark=mark).exclude(pk=user.pk).first()
    WechatAccount.objects.filter(Q(user=user) | Q(mark=mark)).delete()
    row = WechatAccount(
        pk=next_ids(WechatAccount, 1)[0], user=user, openid=openid, mark=mark, linked_at=now
    )
    WechatAccount.objects.bulk_create([row], ignore_conflicts=True)
    if not WechatAccount.objects.filter(pk=row.pk).exists():
        raise Busy
    tell_of_account(WechatConnected, user=user, now=now)
    if elsewhere is not None:
        tell_of_account(WechatDisconnected, user=elsewhere, now=now)


@operation
def unlink_wechat(*, user: User, now: datetime) -> None:
    """Nothing is told there any more, and nothing of it is kept. Repeating it is nothing."""
    hold_one(User, user.pk)
    there = WechatAccount.objects.filter(user=user)
    if there.exists():
        there.delete()
        tell_of_account(WechatDisconnected, user=user, now=now)


def wechat_mark(openid: str) -> bytes:
    return blind_index(openid, "wechat")
