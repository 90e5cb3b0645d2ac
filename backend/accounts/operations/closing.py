"""An account ends: nobody signs in by it any more, and nothing personal is left of it."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from backend.accounts.models import Phone, SignIn, User, WechatAccount
from backend.accounts.operations.person import tell_signed_out
from backend.common.locking import hold_one, operation


@operation
def close_account(*, user_id: int, now: datetime) -> None:
    """Her name, her number, her WeChat, her password and second factors go; all her sessions end.
    The empty row stays, because what she agreed to is kept by its key."""
    hold_one(User, user_id)
    user = User.objects.get(pk=user_id)
    user.username = f"closed{user.pk}"
    user.display_name = user.email = ""
    user.password = make_password(None)
    user.is_active = False
    user.last_login = None
    user.save()
    Phone.objects.filter(user=user).delete()
    WechatAccount.objects.filter(user=user).delete()
    SignIn.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    tell_signed_out(user=user, now=now)
