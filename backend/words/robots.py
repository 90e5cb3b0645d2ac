"""What a group's robot says for a trial, and what its provider answered, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext as _

GONE = ("robot_gone", "93000", "93008", "40058", "300001", "300005", "400014", "400101", "400106")
LIMIT = ("too_often", "45009", "130101", "410100")


def trial_title() -> str:
    return _("试一试")


def trial_text(organisation: str) -> str:
    return _("%(name)s的群机器人接好了，以后要调度员知道的事也发到这里。") % {"name": organisation}


def robot_answer(code: str) -> str:
    """`code`: of notifications.trying, or of the last message; "" is the one that went well."""
    number = code.removeprefix("errcode_")
    if not code:
        return _("发出去了，请到群里看一眼")
    if number in GONE:
        return _("地址不对，或者机器人已经不在群里了。请回群里重新复制它的 Webhook 地址，再接一次")
    if number in LIMIT:
        return _("一分钟里发得太多，群里先不收了。过一分钟再试")
    return _SAID[number]() if number in _SAID else _away(number)


def _away(number: str) -> str:
    if number.isdigit() or number == "-1":
        return _("对方没有收，代号 %(code)s。过一会儿再试，还不行就告诉运维") % {"code": number}
    return _("现在连不上对方，过一会儿再试")


_SAID = {
    "310000_sign": lambda: _("加签密钥不对。请重新复制 SEC 开头的那一串，再接一次"),
    "310000_timestamp": lambda: _("两边的时钟差得太多，请告诉运维"),
    "310000_keyword": lambda: _("机器人只收带关键词的话。请在群里把它的安全设置改成“加签”"),
    "310000_ip": lambda: _("机器人只收指定地址发来的话。请在群里把它的安全设置改成“加签”"),
    "310000": lambda: _("机器人的安全设置没有通过。请在群里改成“加签”，再接一次"),
    "400013": lambda: _("这个群已经解散了，请接另一个群"),
    "400102": lambda: _("机器人在群里被停用了，请先打开它"),
    "over_budget": lambda: _("今天能发的都发完了，明天再试"),
    "channel_off": lambda: _("这个平台还没有打开这种群消息，请告诉运维"),
}
