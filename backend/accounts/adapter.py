"""How allauth is fitted to this platform: accounts are made by the federation, not by strangers."""
from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Give this browser the text size, theme and language that she chose elsewhere."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        for cookie, value in (("text", user.text_size), ("theme", user.theme), (settings.LANGUAGE_COOKIE_NAME, user.language)):
            response.set_cookie(cookie, value, max_age=365 * 24 * 3600, httponly=True, samesite="Lax", secure=settings.HTTPS)
        return response
