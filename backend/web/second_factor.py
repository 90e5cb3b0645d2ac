"""The second step of signing in: sealed in the database, and asked of everybody who sees other
people's data by her office."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.access.second_factor import is_asked_for, lack
from backend.accounts.models import User
from backend.common.sealing import FACTORS, open_text, seal_text

Handler = Callable[[HttpRequest], HttpResponse]
PROVED = "account_authentication_methods"  # where allauth keeps how this session signed in
SET_UP = "mfa_activate_totp"
ALSO = {  # what she reaches before she has one, beside the pages that set it up
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "asset",
    "healthz",
    "link",
    "metrics",
    "preferences",
    "readyz",
    "sign_in",
}


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def encrypt(self, text: str) -> str:
        """The hook is not told whose it is, so the seal is bound to the column alone."""
        return seal_text(text, FACTORS)

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(encrypted_text, FACTORS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where it is asked of her she may not go without; a lost phone's is removed in the
        admin."""
        return not is_asked_for(authenticator.user)


class SecondFactorMiddleware:
    """Who must have a second factor and has none reaches only the page that sets it up."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        name = ""
        if request.resolver_match:
            name = request.resolver_match.view_name
        user = request.user
        if name in ALSO or name.startswith("mfa_") or not isinstance(user, User):
            return None
        if not is_asked_for(user) or _proved(request) or not lack([user.pk]):
            return None
        if request.method not in ("GET", "HEAD") or request.headers.get("HX-Request"):
            raise PermissionDenied
        messages.info(
            request, _("你的账号看得到别人的资料。请先设好两步验证，再接着用；只要设一次。")
        )
        return redirect(SET_UP)


def _proved(request: HttpRequest) -> bool:
    return any(how.get("method") == "mfa" for how in request.session.get(PROVED, ()))
