"""What is said in a text message that carries a code."""

from __future__ import annotations

from django.utils.translation import gettext as _


def code_title() -> str:
    return _("登录验证码")


def code_words(secret: str) -> str:
    return _("验证码 %(code)s，10 分钟内有效。不要告诉别人；不是你要的，不用理会。") % {
        "code": secret
    }
