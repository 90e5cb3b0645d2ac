"""How a browser in which somebody is signed in is called."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.browsers import BrowserMachine, BrowserProgram

MACHINES = {
    BrowserMachine.IPHONE: gettext_lazy("iPhone"),
    BrowserMachine.TABLET: gettext_lazy("平板"),
    BrowserMachine.ANDROID: gettext_lazy("安卓或鸿蒙手机"),
    BrowserMachine.COMPUTER: gettext_lazy("电脑"),
    BrowserMachine.MAC: gettext_lazy("Mac 或 iPad"),
    BrowserMachine.UNKNOWN: gettext_lazy("看不出是什么"),
}


def browser_name(program: BrowserProgram, machine: BrowserMachine) -> str:
    """`program`, `machine`: as accounts.browsers has them."""
    if program == BrowserProgram.WECHAT:
        return _("微信，%(machine)s") % {"machine": MACHINES[machine]}
    return str(MACHINES[machine])
