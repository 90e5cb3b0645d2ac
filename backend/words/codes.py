"""What is said to a number: a code, or a word about whose it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _


def code_words(purpose: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """Title and text of a code. Facts: code; of a guardian's also who, organisation, contact and
    phone ("" none is known)."""
    title, text = CODES[purpose]()
    call = f"{facts.get('contact', '')} {facts.get('phone', '')}".strip()
    return title, text % {**facts, "call": call}


def _sign_in() -> tuple[str, str]:
    return _("登录验证码"), _(
        "验证码 %(code)s，10 分钟内有效。不要告诉别人；不是你要的，不用理会。"
    )


def _again() -> tuple[str, str]:
    return _("再确认一次的验证码"), _(
        "验证码 %(code)s，10 分钟内有效，用来再确认一次是你。不要告诉别人；"
        "不是你要的，可能有人进了你的账号，请马上找你的妇联。"
    )


def _number() -> tuple[str, str]:
    return _("登记手机号的验证码"), _(
        "验证码 %(code)s，10 分钟内有效，用来把这个手机号登记到账号上。不要告诉别人；"
        "不是你要的，不用理会。"
    )


def _guardian() -> tuple[str, str]:
    return _("请监护人同意的验证码"), _(
        "%(who)s 未满 18 周岁，报名做%(organisation)s的志愿者，请你作为监护人同意："
        "不上门，不单独排班，晚上 8 点以后不排，随时可以撤回。"
        "同意，就把验证码 %(code)s 告诉 %(who)s，10 分钟内有效；不同意，不用理会。"
        "有疑问，请找%(call)s。"
    )


CODES: dict[str, Callable[[], tuple[str, str]]] = {
    "": _sign_in,
    "again": _again,
    "number": _number,
    "guardian": _guardian,
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
