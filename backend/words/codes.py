"""What is said to a number: a code, or a word about whose it is."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _


def code_title() -> str:
    return _("登录验证码")


def code_words(secret: str) -> str:
    return _("验证码 %(code)s，10 分钟内有效。不要告诉别人；不是你要的，不用理会。") % {
        "code": secret
    }


def number_left() -> tuple[str, str]:
    return _("登录号码换了"), _(
        "你的账号改用了别的手机号，这个号码不能再登录。不是你换的，请马上找你的妇联。"
    )


def number_corrected() -> tuple[str, str]:
    return _("登记的号码改了"), _(
        "妇联把你登记的手机号改成了别的号码。不是你要改的，请马上找你的妇联。"
    )


def number_confirmed() -> tuple[str, str]:
    return _("确认好了"), _("妇联确认了是你。请再用这个号码要一次验证码，就能进来。")


def number_denied() -> tuple[str, str]:
    return _("没有确认"), _("妇联没能确认这个号码是你的账号。有疑问，请打你们妇联的电话。")


TO_NUMBERS: dict[str, Callable[[], tuple[str, str]]] = {
    one.__name__: one for one in (number_left, number_corrected, number_confirmed, number_denied)
}
