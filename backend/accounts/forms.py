"""The sign-in form in our words, and the codes of the second step, however they are typed."""

from __future__ import annotations

import unicodedata

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AllauthLoginForm):
    """User name or phone number, and a password.

    The field takes either; the backends know which is which.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("login", _("用户名或手机号")),
            ("password", _("密码")),
            ("remember", _("在这台设备上保持登录")),
        ):
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = ""
                self.fields[name].widget.attrs.pop("placeholder", None)


class AsTyped:
    """A Chinese keyboard may write the digits wide: they are the same digits."""

    def clean_code(self) -> str:
        given = self.cleaned_data  # type: ignore[attr-defined]  # of the form beside it
        given["code"] = unicodedata.normalize("NFKC", given["code"])
        return str(super().clean_code())  # type: ignore[misc]


class SecondStepForm(AsTyped, AuthenticateForm):
    pass


class SecondStepAgainForm(AsTyped, ReauthenticateForm):
    pass


class SetUpSecondStepForm(AsTyped, ActivateTOTPForm):
    pass
