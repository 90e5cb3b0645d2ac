"""What keeps somebody from a session, in the words of the rule; from plain values alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.words.rules import RULES, RuleFacts


def barred(
    rule: Mapping[str, Any], *, names: Mapping[str, str] | None = None, you: bool = True
) -> str:
    """Why she may not accept what it is now, in the words of the rule; whom she must not meet is
    never told. `rule` as common.refusal.told() has it, `names` as words.why()."""
    code = rule["rule"]
    beside = _beside_the_rules(rule, you)
    if code in beside:
        return beside[code]
    return RULES["apart" if code == "other" else code](RuleFacts(rule, names or {}, you))


def _beside_the_rules(rule: Mapping[str, Any], you: bool) -> dict[str, str]:
    """What keeps her from it and is no rule of matching."""
    fewer = {
        "role_gone": _("这一场不要「%(role)s」了"),
        "fewer_places": _("「%(role)s」只要 %(places)s 个人了，先答应的留下"),
    }
    if rule["rule"] in fewer:
        return {rule["rule"]: fewer[rule["rule"]] % rule}
    taken = {
        "place_taken": _("位子已经有人了"),
        "alternative_taken": _("同组的另一场已经定了"),
        "session_not_open": _("这一场已经取消或开始了"),
    }
    if you:
        return taken | {
            "volunteer_not_active": _("你暂停或退出了服务"),
            "too_late_to_ask": _("离开始太近，来不及再问你"),
        }
    return taken | {
        "volunteer_not_active": _("她暂停或退出了服务"),
        "too_late_to_ask": _("离开始太近，来不及在网上问，请直接打电话"),
    }
