"""What somebody is told of her account, and what to do when it was not she."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.words.saying import Said, Things


def _said(title: str, text: str) -> Said:
    plea = _("不是你做的，请打开「我的账号」点「手机丢了：别处全部退出」，再告诉你的妇联。")
    return Said(title, f"{text}\n{plea}")


def membership_ended(things: Things, now: datetime) -> Said:
    text = _("你的一个管理身份结束了，相关页面不再打开。不对的话，请联系上级妇联。")
    return Said(_("你的账号权限改了"), text)


def reach_changed(things: Things, now: datetime) -> Said:
    text = _("有一个组织换了上级，你看得到、管得了的跟着变了。不对的话，请联系上级妇联。")
    return Said(_("你管的范围改了"), text)


def password_new(things: Things, now: datetime) -> Said:
    """Also of the first one that she has chosen."""
    return _said(_("设了新的登录密码"), _("你的账号设了新的登录密码，以后只认这一个。"))


def second_step_on(things: Things, now: datetime) -> Said:
    return _said(_("两步登录打开了"), _("以后用密码登录，要再输一次手机上的 6 位数字。"))


def second_step_off(things: Things, now: datetime) -> Said:
    return _said(_("两步登录关掉了"), _("以后登录不再要手机上的 6 位数字。"))


def signed_in_elsewhere(things: Things, now: datetime) -> Said:
    text = _("在一台不认得的手机、电脑或浏览器上，有人登录了你的账号。是你自己，就不用管。")
    return _said(_("账号在新的地方登录了"), text)


def number_moved(things: Things, now: datetime) -> Said:
    return _said(_("登录号码换了"), _("你的账号改用了别的手机号，原来的号码不能再登录。"))


def wechat_on(things: Things, now: datetime) -> Said:
    return _said(_("微信接上了"), _("你的账号接上了一个微信，消息也会发到那里。"))


def wechat_off(things: Things, now: datetime) -> Said:
    return _said(_("微信断开了"), _("你的账号不再往微信发消息。"))


OF_ACCOUNTS = (
    membership_ended,
    reach_changed,
    password_new,
    second_step_on,
    second_step_off,
    signed_in_elsewhere,
    number_moved,
    wechat_on,
    wechat_off,
)
