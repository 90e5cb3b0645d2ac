"""How allauth is fitted to this platform: accounts are made by the federation, not by strangers."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from backend.accounts import shown_number
from backend.accounts.attempts import WINDOW, counters, is_known_of, know_device
from backend.accounts.models import User
from backend.accounts.operations import (
    count_attempt,
    keep_sign_in,
    take_back_attempt,
    tell_of_account,
    tell_signed_out,
)
from backend.common import clock
from backend.common.client import client_ip
from backend.outbox.kinds import (
    OfAccount,
    PasswordRenewed,
    SecondStepRemoved,
    SecondStepSet,
    SignedInElsewhere,
)

STEPS: dict[str, type[OfAccount]] = {
    "mfa/email/totp_activated": SecondStepSet,
    "mfa/email/totp_deactivated": SecondStepRemoved,
}
KEPT = ("method", "type", "at", "reauthenticated")  # of how somebody came in


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy(
            "试错太多次了，请过一刻钟再试。忘了密码，请找你的村（社区）或街道妇联。"
        ),
    }
    counted: dict[bytes, int] | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Instead of allauth's counters, which are read and written in two steps."""
        typed = str(credentials.get("username") or credentials.get("email") or "")
        self.counted = counters(request, typed)
        if not count_attempt(counters=self.counted, window=WINDOW, now=clock.now()):
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        if self.counted:
            take_back_attempt(counters=self.counted)

    def logout(self, request: HttpRequest) -> None:
        user = request.user if request.user.is_authenticated else None
        with transaction.atomic():
            super().logout(request)
            if user is not None:
                tell_signed_out(user=user, now=clock.now())

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every session that was opened with the old one."""
        with transaction.atomic():
            super().set_password(user, password)
            tell_signed_out(user=user, now=clock.now())
            tell_of_account(PasswordRenewed, user=user, now=clock.now())

    def login(self, request: HttpRequest, user: User) -> None:
        """She is in. Where she has been in before, but not in this browser, she is told."""
        elsewhere = user.last_login is not None and not is_known_of(request, user)
        super().login(request, user)
        if elsewhere:
            tell_of_account(SignedInElsewhere, user=user, now=clock.now())

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: object, **kwargs: object
    ) -> None:
        """Instead of allauth's mails: what it would write is told as everything is."""
        if template_prefix in STEPS:
            tell_of_account(STEPS[template_prefix], user=user, now=clock.now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        """She is in, by all steps: the number that she has shown is hers, and this browser gets the
        text size, theme and language that she chose elsewhere."""
        shown_number.keep(request, user)
        _forget_what_was_typed(request)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        note_browser(request, user)
        know_device(response, user, secure=settings.HTTPS)
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


def note_browser(request: HttpRequest, user: User) -> None:
    """So that she finds this browser among those in which she is signed in."""
    if request.session.session_key is None:
        request.session.save()
    agent = request.headers.get("User-Agent", "")
    key = str(request.session.session_key)
    keep_sign_in(user=user, session_key=key, agent=agent, now=clock.now())


def _forget_what_was_typed(request: HttpRequest) -> None:
    """How she came in and when is kept with the session, the number that she typed is not: whoever
    reads the table of sessions would have it in clear."""
    ways = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    if ways:
        kept = [{name: way[name] for name in KEPT if name in way} for way in ways]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
