"""What is said to whoever has seen that a child may be in danger."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.words.saying import Said, Things

SIGNS: dict[str, str | Promise] = {
    "hurt": gettext_lazy("身上有伤，像是被打、被虐待"),
    "neglected": gettext_lazy("长时间没人照料，或被丢下"),
    "faint": gettext_lazy("很瘦弱、意识不清，像是没吃没喝、被喂了药"),
    "touched": gettext_lazy("隐私部位有伤，或像是受了性侵害"),
    "unknown": gettext_lazy("来路不明，像是被拐、被卖"),
    "other": gettext_lazy("别的伤害，或正有危险"),
}
WHOM: dict[str, str | Promise] = {
    "child": gettext_lazy("孩子"),
    "born": gettext_lazy("出生年月"),
    "family": gettext_lazy("编号"),
    "guardian": gettext_lazy("家长"),
    "phone": gettext_lazy("电话"),
    "street": gettext_lazy("街道"),
    "door": gettext_lazy("门牌"),
}


def harm_reported(things: Things, now: datetime) -> Said:
    """That there is one, and nothing of it."""
    text = _("有人交了一份强制报告，请马上登录查看。内容只在那里。")
    return Said(_("有一份强制报告"), text, {"n": str(len(things))})


def harm_unread(things: Things, now: datetime) -> Said:
    """To who may not read it: that there is one, and that nobody does."""
    text = _(
        "你们这里有人交了一份强制报告，还没有儿童信息负责人，没有人能看。请马上请运维任命一位，"
        "内容只有她能看。"
    )
    return Said(_("有一份强制报告没人能看"), text, {"n": str(len(things))})
