"""How allauth is fitted to this platform: accounts are made by the federation, not by strangers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import User
from backend.accounts.operations import tell_signed_out
from backend.common.clock import now


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def logout(self, request: HttpRequest) -> None:
        user = request.user if request.user.is_authenticated else None
        with transaction.atomic():
            super().logout(request)
            if user is not None:
                tell_signed_out(user=user, now=now())

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every session that was opened with the old one."""
        with transaction.atomic():
            super().set_password(user, password)
            tell_signed_out(user=user, now=now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Give this browser the text size, theme and language that she chose elsewhere."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        for cookie, value in (
            ("text", user.text_size),
            ("theme", user.theme),
            (settings.LANGUAGE_COOKIE_NAME, user.language),
        ):
            response.set_cookie(
                cookie,
                value,
                max_age=365 * 24 * 3600,
                httponly=True,
                samesite="Lax",
                secure=settings.HTTPS,
            )
        return response
